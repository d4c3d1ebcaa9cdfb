FROM python:3.8.14 AS build
COPY search /build
RUN make -C /build

FROM python:3.8.14-slim
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py /
HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health')"]
CMD python /notes.py; echo ended
