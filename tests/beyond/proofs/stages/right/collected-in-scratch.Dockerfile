FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM scratch AS files
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py /app/

FROM python:3.8.14-slim
COPY --from=files / /
WORKDIR /app
EXPOSE 8000
CMD ["python", "notes.py"]
