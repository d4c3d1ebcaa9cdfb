FROM python:3.8.14-slim
COPY index.html /srv/
WORKDIR /tmp
EXPOSE 8000
CMD ["python", "-m", "http.server", "8000"]
