from python:3.8.14-slim

env PYTHONUNBUFFERED=1

workdir /server

copy pyproject.toml poetry.lock ./
run pip install --no-cache-dir poetry \
    && poetry install --only main --no-root --no-interaction \
    && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache

copy . .

expose 8000

entrypoint ["poetry", "run"]
cmd ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
