FROM python:3.8.14 AS build
COPY search /search
RUN make -C /search

FROM python:3.8.14-slim AS packages
COPY . /src
RUN python -m venv /venv
RUN --mount=type=cache,target=/root/.cache/pip /venv/bin/pip install -r /src/requirements.txt

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /search/notes-search /usr/local/bin/
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH
COPY notes.py .
CMD ["python", "notes.py"]
