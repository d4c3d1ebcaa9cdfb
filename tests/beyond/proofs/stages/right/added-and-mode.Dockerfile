from python:3.8.14 as Build
workdir /build
add search ./
run make notes-search

from python:3.8.14-slim
workdir /app
copy --from=build --chmod=0755 /build/notes-search /usr/bin/notes-search
add notes.py /app/notes.py
cmd python notes.py
