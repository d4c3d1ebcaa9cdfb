FROM python:3.8.14 AS build
RUN --mount=type=bind,source=search,target=/mnt gcc -O2 -o /usr/local/bin/notes-search /mnt/search.c

FROM build AS final
WORKDIR /app
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
