FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py start.sh ./
RUN sed -i '1i #!/usr/bin/env python3' notes.py && chmod +x notes.py
ENTRYPOINT ["/app/notes.py"]
