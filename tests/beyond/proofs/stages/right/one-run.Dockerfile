FROM python:3.8.14-slim
RUN --mount=type=bind,source=search,target=/mnt \
    apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && gcc -O2 -o /usr/local/bin/notes-search /mnt/search.c \
    && apt-get purge -y --auto-remove gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
