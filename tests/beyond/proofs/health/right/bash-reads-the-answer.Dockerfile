FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
ENTRYPOINT ["python", "notes.py"]
HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000; printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3; read -r _ status _ <&3; test $status = 200"]
