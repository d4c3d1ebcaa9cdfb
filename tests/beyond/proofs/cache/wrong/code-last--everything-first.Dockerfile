FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY --from=build /build/notes-search /usr/local/bin/
CMD ["python", "notes.py"]
