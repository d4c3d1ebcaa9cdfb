FROM ubuntu:20.04
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY greeter.c build.sh ./
RUN ./build.sh /usr/local/bin/greeter
EXPOSE 7000
CMD ["greeter"]
