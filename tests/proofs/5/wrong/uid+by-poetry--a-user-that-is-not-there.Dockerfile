FROM python:3.8.14-slim

ENV PYTHONUNBUFFERED=1

RUN useradd --uid 10000 -ms /bin/bash runner

WORKDIR /home/runner/server

USER 10000

ENV PATH="${PATH}:/home/runner/.local/bin"

COPY pyproject.toml poetry.lock ./
RUN pip install --no-cache-dir poetry \
    && poetry install --only main --no-root --no-interaction \
    && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache

COPY ./ ./

USER 10500
ENV HOME=/home/runner
EXPOSE 8000

ENTRYPOINT ["poetry", "run"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
