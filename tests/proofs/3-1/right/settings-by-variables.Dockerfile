FROM python:3.8.14

ENV PYTHONUNBUFFERED=1

ENV PIP_NO_CACHE_DIR=1 POETRY_NO_INTERACTION=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /server

COPY pyproject.toml poetry.lock ./
RUN pip install poetry \
    && poetry install --only main --no-root \
    && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache

COPY . .

EXPOSE 8000

ENTRYPOINT ["poetry", "run"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
