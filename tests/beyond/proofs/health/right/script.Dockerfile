FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
ENTRYPOINT ["python", "notes.py"]
COPY <<EOF /usr/local/bin/check.py
import http.client, sys
connection = http.client.HTTPConnection('localhost', 8000, timeout=2)
connection.request('GET', '/health')
sys.exit(0 if connection.getresponse().status == 200 else 1)
EOF
HEALTHCHECK --interval=4s --retries=3 CMD ["python3", "/usr/local/bin/check.py"]
