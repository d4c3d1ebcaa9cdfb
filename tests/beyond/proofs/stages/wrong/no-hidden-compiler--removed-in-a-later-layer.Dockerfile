FROM python:3.8.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends tcc libc6-dev
RUN --mount=type=bind,source=search,target=/mnt tcc -o /usr/local/bin/notes-search /mnt/search.c
RUN apt-get purge -y --auto-remove tcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
