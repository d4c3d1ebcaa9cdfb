FROM python:3.8.14-slim

ENV PYTHONUNBUFFERED=1

WORKDIR /server

COPY pyproject.toml poetry.lock ./
RUN pip install --no-cache-dir poetry \
    && poetry install --only main --no-root --no-interaction \
    && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache

COPY . .

EXPOSE 8000

ENTRYPOINT ["poetry", "run", "uvicorn", "app.main:app", "--host", "0.0.0.0", "--port"]
CMD ["8000"]
