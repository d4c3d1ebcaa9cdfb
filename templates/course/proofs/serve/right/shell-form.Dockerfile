# The same result in another spelling: it has to pass.
FROM python:3.8.14-slim
COPY . /page
EXPOSE 8000/tcp
CMD cd /page && exec python3 -m http.server 8000
