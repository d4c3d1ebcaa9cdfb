# Stands in for python:3.8.14 where it cannot be pulled: as the slim one, with what makes the real one fat.
FROM dockerlab-stand-in/root
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential git curl wget unzip libssl-dev libffi-dev libsqlite3-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
COPY python /opt/stand-in/python
RUN sh /opt/stand-in/python/make.sh
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PYTHON_VERSION=3.8.14
CMD ["python3"]
