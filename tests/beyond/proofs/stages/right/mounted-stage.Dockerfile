FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
RUN --mount=type=bind,from=build,source=/build,target=/mnt install /mnt/notes-search /usr/local/bin/
WORKDIR /app
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
