FROM ubuntu:20.04

ARG DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED=1

RUN apt-get -y update \
    && apt-get install -y --no-install-recommends python3.8 python3-pip \
    && pip3 install --no-cache-dir \
        fastapi==0.78.0 \
        SQLAlchemy==1.4.36 \
        alembic==1.7.7 \
        "uvicorn[standard]==0.17.6" \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /server
COPY . .

EXPOSE 8000

ENTRYPOINT ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port"]
CMD ["8000"]
