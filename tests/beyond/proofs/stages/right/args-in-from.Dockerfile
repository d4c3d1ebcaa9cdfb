ARG PYTHON=3.8.14
FROM python:${PYTHON} AS build
COPY search /search
RUN make -C /search

FROM python:${PYTHON}-slim
ARG FROM_STAGE=/search
WORKDIR /app
COPY --from=build ${FROM_STAGE}/notes-search /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
