FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
# Exec form, without a script: the service is the first process, and gets the signal.
ENTRYPOINT ["python", "notes.py"]
