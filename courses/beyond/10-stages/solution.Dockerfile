# The full image has a compiler and make.
FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

# The slim image has Python; the search program comes from the stage above.
FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
