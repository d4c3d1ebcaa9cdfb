FROM python:3.8.14
RUN --mount=type=bind,source=search,target=/mnt gcc -O2 -o /usr/local/bin/notes-search /mnt/search.c \
    && rm -rf /usr/bin/*gcc* /usr/bin/cc /usr/lib/gcc/*/*/cc1 /usr/libexec/gcc
WORKDIR /app
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
