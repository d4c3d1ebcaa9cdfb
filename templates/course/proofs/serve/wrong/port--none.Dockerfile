FROM python:3.8.14-slim
WORKDIR /srv
COPY index.html .
CMD ["python", "-m", "http.server", "8000"]
