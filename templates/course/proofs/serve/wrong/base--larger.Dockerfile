# The name says which criterion it breaks, and no other.
FROM python:3.8.14
WORKDIR /srv
COPY index.html .
EXPOSE 8000
CMD ["python", "-m", "http.server", "8000"]
