FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
ENTRYPOINT ["python", "notes.py"]
# The slim image has no curl, but Python. An answer other than 200 raises an error, and Python ends with 1.
HEALTHCHECK --interval=5s --timeout=3s --retries=2 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8000/health')"]
