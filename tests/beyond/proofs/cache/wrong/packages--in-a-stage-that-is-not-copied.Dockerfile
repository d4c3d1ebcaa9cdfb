FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ requirements.txt ./
RUN make
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
