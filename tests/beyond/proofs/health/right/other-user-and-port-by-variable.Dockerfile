FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
ENTRYPOINT ["python", "notes.py"]
RUN useradd --create-home notes
ENV NOTES_DIR=/home/notes/kept NOTES_PORT=8000
USER notes
HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD python -c "import os; from urllib.request import urlopen; urlopen(f'http://localhost:{os.environ[\"NOTES_PORT\"]}/health')"
