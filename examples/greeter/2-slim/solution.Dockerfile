FROM ubuntu:20.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY greeter.c build.sh ./
RUN ./build.sh /usr/local/bin/greeter

FROM scratch
COPY --from=build /usr/local/bin/greeter /greeter
EXPOSE 7000
CMD ["/greeter"]
