FROM python:3.8.14 AS compiler
COPY search/search.c /tmp/
RUN <<EOF
set -e
cd /tmp
gcc -O2 -o /notes-search search.c
EOF

FROM python:3.8.14-slim
COPY --from=compiler /notes-search /bin/
COPY notes.py /srv/
CMD ["python3", "/srv/notes.py"]
