FROM python:3.8.14

ENV PYTHONUNBUFFERED=1

WORKDIR /server

ENV POETRY_VIRTUALENVS_IN_PROJECT=true
COPY pyproject.toml poetry.lock ./
RUN pip install --no-cache-dir poetry \
    && poetry install --only main --no-root --no-interaction \
    && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache

COPY . .

EXPOSE 8000

ENV PATH="$PATH:/server/.venv/bin"
RUN printf '#!/bin/sh\nexec "$@"\n' > /usr/local/bin/begin && chmod +x /usr/local/bin/begin
ENTRYPOINT ["begin"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
