FROM python:3.8.14
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=0 /build/notes-search /usr/local/bin/notes-search
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
