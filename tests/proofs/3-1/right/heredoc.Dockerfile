FROM python:3.8.14

ENV PYTHONUNBUFFERED=1

WORKDIR /server

COPY pyproject.toml poetry.lock ./
RUN <<EOF
set -e
pip install --no-cache-dir poetry
poetry install --no-root --only=main -n
rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache
EOF

COPY . .

EXPOSE 8000

ENTRYPOINT ["poetry", "run"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
