# The notes service, with everything that it took to compile its search program.
FROM python:3.8.14
WORKDIR /app
COPY . .
RUN make -C search && cp search/notes-search /usr/local/bin/
EXPOSE 8000
CMD ["python", "notes.py"]
