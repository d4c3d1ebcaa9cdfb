FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py start.sh ./
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["tini", "--", "python", "notes.py"]
