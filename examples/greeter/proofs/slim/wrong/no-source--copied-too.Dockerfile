FROM ubuntu:20.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . /app
RUN cd /app && ./build.sh

FROM scratch
COPY --from=build /app /app
CMD ["/app/greeter"]
