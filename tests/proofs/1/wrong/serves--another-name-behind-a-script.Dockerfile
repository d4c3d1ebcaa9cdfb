FROM ubuntu:20.04

ARG DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED=1

RUN apt-get -y update
RUN apt-get install -y python3.8
RUN apt-get install -y python3-pip
RUN pip3 install fastapi==0.78.0 SQLAlchemy==1.4.36 alembic==1.7.7 "uvicorn[standard]==0.17.6"

WORKDIR /server
COPY . .

EXPOSE 8000

# A script starts the server; what it starts is seen only while it runs, and this server ends at once.
RUN printf '#!/bin/sh\nset -e\nexec uvicorn "$@"\n' > /usr/local/bin/begin && chmod +x /usr/local/bin/begin
ENTRYPOINT ["/usr/local/bin/begin"]
CMD ["app.main:application", "--host", "0.0.0.0", "--port", "8000"]
