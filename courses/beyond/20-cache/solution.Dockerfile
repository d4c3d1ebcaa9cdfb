FROM python:3.8.14 AS build
WORKDIR /build
COPY search/ ./
RUN make

FROM python:3.8.14-slim
WORKDIR /app
# The list of packages changes rarely: pip runs again only when it does.
COPY requirements.txt ./
# pip's downloads are kept for the next build, and are in no layer.
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install -r requirements.txt
COPY --from=build /build/notes-search /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
