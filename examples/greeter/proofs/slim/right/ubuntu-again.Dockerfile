FROM ubuntu:20.04 AS compiler
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY greeter.c /
RUN gcc -o /greeter /greeter.c

FROM ubuntu:20.04
COPY --from=0 /greeter /usr/local/bin/
ENTRYPOINT ["greeter"]
