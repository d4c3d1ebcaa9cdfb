from ubuntu:20.04

arg DEBIAN_FRONTEND=noninteractive
env PYTHONUNBUFFERED=1

run apt-get -y update
run apt-get install -y python3.8
run apt-get install -y python3-pip
run pip3 install fastapi==0.78.0 SQLAlchemy==1.4.36 alembic==1.7.7 "uvicorn[standard]==0.17.6"

workdir /server
copy . .

expose 8000

entrypoint ["uvicorn"]
cmd ["app.main:app", "--host", "0.0.0.0", "--port", "8000"]
