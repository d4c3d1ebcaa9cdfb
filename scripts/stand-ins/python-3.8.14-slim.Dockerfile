# Stands in for python:3.8.14-slim where it cannot be pulled: Debian 12's python, which says that it is 3.8.14.
FROM dockerlab-stand-in/root
COPY python /opt/stand-in/python
RUN sh /opt/stand-in/python/make.sh
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PYTHON_VERSION=3.8.14
CMD ["python3"]
