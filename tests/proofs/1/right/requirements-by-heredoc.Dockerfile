FROM ubuntu:20.04

ARG DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED=1

RUN apt-get -y update
RUN apt-get install -y python3.8
RUN apt-get install -y python3-pip
COPY <<PINS /tmp/requirements.txt
fastapi==0.78.0
sqlalchemy==1.4.36
Alembic==1.7.7
uvicorn[standard]==0.17.6
PINS
RUN python3 -m pip install -r /tmp/requirements.txt

WORKDIR /server
COPY . .

EXPOSE 8000

ENTRYPOINT ["uvicorn"]
CMD ["app.main:app", "--host", "0.0.0.0", "--port", "8000"]
