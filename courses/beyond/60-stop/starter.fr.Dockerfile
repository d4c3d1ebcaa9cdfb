# Le service de notes, lancé par un script. `docker stop` prend dix secondes, et le tue.
FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py start.sh ./
EXPOSE 8000
CMD ["./start.sh"]
