FROM python:3.8.14-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make
COPY search /build
RUN make -C /build

FROM python:3.8.14-slim
WORKDIR /app
COPY notes.py ./
COPY --from=build /build/notes-search /usr/local/bin/
CMD ["python", "notes.py"]
