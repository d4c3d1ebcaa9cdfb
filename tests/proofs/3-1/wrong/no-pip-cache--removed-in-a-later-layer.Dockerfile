FROM python:3.8.14

ENV PYTHONUNBUFFERED=1

WORKDIR /server

COPY pyproject.toml poetry.lock ./
RUN pip install poetry docopt==0.6.2 \
    && poetry install --only main --no-root --no-interaction \
    && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache

COPY . .

RUN rm -rf /root/.cache/pip
EXPOSE 8000

ENTRYPOINT ["poetry", "run"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
