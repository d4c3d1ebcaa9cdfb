FROM ubuntu:20.04

ARG DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED=1

RUN apt-get -y update
RUN apt-get install -y python3.8
RUN apt-get install -y python3-pip
RUN pip3 install fastapi==0.78.0 SQLAlchemy==1.4.36 alembic==1.7.7 "uvicorn[standard]==0.17.6"

WORKDIR /server
COPY . .

ARG LISTENED=8000
ENV PORT=$LISTENED
EXPOSE ${PORT}/tcp

ENTRYPOINT ["/bin/sh", "-c", "exec uvicorn --port $PORT \"$@\"", "uvicorn"]
CMD ["app.main:app", "--host", "0.0.0.0"]
