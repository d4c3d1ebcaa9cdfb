# Le service de notes avec le paquet dont sa page a besoin. Chaque fichier modifié réinstalle le paquet.
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
