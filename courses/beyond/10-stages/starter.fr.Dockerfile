# Le service de notes, avec tout ce qu'il a fallu pour compiler son programme de recherche.
FROM python:3.8.14
WORKDIR /app
COPY . .
RUN make -C search && cp search/notes-search /usr/local/bin/
EXPOSE 8000
CMD ["python", "notes.py"]
