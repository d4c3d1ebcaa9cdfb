FROM python:3.8.14 AS build
WORKDIR /src
COPY search .
RUN make && mkdir /out && mv notes-search /out/

FROM python:3.8.14-slim
WORKDIR /app
COPY --from=build /out/ /usr/local/bin/
COPY notes.py ./
EXPOSE 8000
CMD ["python", "notes.py"]
