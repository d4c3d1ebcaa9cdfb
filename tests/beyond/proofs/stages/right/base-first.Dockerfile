FROM python:3.8.14-slim AS base
WORKDIR /app
COPY notes.py ./

FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM base AS final
COPY --from=build /build/notes-search /usr/local/bin/
EXPOSE 8000
ENTRYPOINT ["python", "notes.py"]
