FROM ubuntu:20.04

ARG DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED=1

RUN apt-get -y update \
    && apt-get install -y --no-install-recommends python3.8 python3-pip build-essential python3-dev \
    && pip3 install --no-cache-dir \
        fastapi==0.78.0 \
        SQLAlchemy==1.4.36 \
        alembic==1.7.7 \
        "uvicorn[standard]==0.17.6" \
    && apt-get purge -y build-essential python3-dev \
    && apt-get autoremove -y \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /server
COPY . .

EXPOSE 8000

ENTRYPOINT ["uvicorn"]
CMD ["app.main:app", "--host", "0.0.0.0", "--port", "8000"]
