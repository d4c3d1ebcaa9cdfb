FROM python:3.8.14-slim

ENV PYTHONUNBUFFERED=1

RUN useradd --uid 10000 -ms /bin/bash runner

# Above USER, so that root owns the folder and the user cannot write to it.
WORKDIR /home/runner/server

USER 10000

# Where pip puts the user's programs.
ENV PATH="${PATH}:/home/runner/.local/bin"

COPY pyproject.toml poetry.lock ./
RUN pip install --no-cache-dir poetry \
    && poetry install --only main --no-root --no-interaction \
    && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache

# Root owns these too, even below USER: the user can read the app but not change it.
COPY ./ ./

EXPOSE 8000

ENTRYPOINT ["poetry", "run"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
