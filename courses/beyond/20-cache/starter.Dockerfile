# The notes service with the package that its page needs. Every change of a file installs the package again.
FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
COPY --from=build /build/notes-search /usr/local/bin/
EXPOSE 8000
CMD ["python", "notes.py"]
