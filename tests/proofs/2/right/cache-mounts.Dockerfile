FROM ubuntu:20.04

ARG DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED=1

RUN --mount=type=cache,target=/root/.cache/pip --mount=type=cache,target=/var/lib/apt/lists \
    apt-get -y update \
    && apt-get install -y --no-install-recommends python3.8 python3-pip \
    && pip3 install \
        fastapi==0.78.0 \
        SQLAlchemy==1.4.36 \
        alembic==1.7.7 \
        "uvicorn[standard]==0.17.6"

WORKDIR /server
COPY . .

EXPOSE 8000

ENTRYPOINT ["uvicorn"]
CMD ["app.main:app", "--host", "0.0.0.0", "--port", "8000"]
