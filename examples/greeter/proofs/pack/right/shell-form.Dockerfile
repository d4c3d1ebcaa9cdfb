FROM ubuntu:20.04
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /greet
ADD greeter.c .
RUN gcc -O2 -Wall greeter.c
CMD ./a.out
