FROM python:3.8.14 AS build
COPY search /search
RUN make -C /search

FROM python:3.8.14 AS wheels
COPY requirements.txt /
RUN --mount=type=cache,target=/root/.cache/pip pip wheel --wheel-dir /wheels -r /requirements.txt

FROM python:3.8.14-slim
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels pip install --no-cache-dir --no-index /wheels/*.whl
WORKDIR /app
COPY --from=build /search/notes-search /usr/local/bin/
COPY notes.py ./
CMD ["python", "notes.py"]
