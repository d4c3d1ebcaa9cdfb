FROM python:3.8.14 AS build
COPY search/search.c /
RUN cc -static -O2 -o /notes-search /search.c

FROM ubuntu:20.04
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /notes-search /usr/local/bin/
COPY notes.py /app/
CMD ["python3", "/app/notes.py"]
