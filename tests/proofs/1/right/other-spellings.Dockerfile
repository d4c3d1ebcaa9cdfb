ARG RELEASE=20.04
from docker.io/library/ubuntu:${RELEASE}

ARG DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED 1

RUN apt-get -y update
RUN apt-get install -y python3.8
RUN apt-get install -y python3-pip
RUN pip3 install fastapi==0.78.0 SQLAlchemy==1.4.36 alembic==1.7.7 "uvicorn[standard]==0.17.6"

RUN mkdir -p /app
WORKDIR app
COPY . /app/

EXPOSE 8000

ENTRYPOINT ["uvicorn"]
CMD ["app.main:app", "--port=8000", "--host=0.0.0.0"]
