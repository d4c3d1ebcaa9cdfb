FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
ENTRYPOINT ["python", "notes.py"]
RUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/*
HEALTHCHECK --interval=5s --timeout=4s --retries=2 CMD ["wget", "-q", "-T", "2", "-t", "1", "-O", "/dev/null", "http://127.0.0.1:8000/health"]
