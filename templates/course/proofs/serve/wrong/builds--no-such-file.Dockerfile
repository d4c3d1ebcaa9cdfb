FROM python:3.8.14-slim
WORKDIR /srv
COPY page.html .
EXPOSE 8000
CMD ["python", "-m", "http.server", "8000"]
