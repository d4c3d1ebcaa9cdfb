FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY requirements.txt ./
RUN --mount=type=cache,target=/var/cache/pip pip install --no-binary Markdown -r requirements.txt
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
