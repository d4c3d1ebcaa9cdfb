FROM ubuntu:20.04
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . /app
RUN cd /app && gcc -o greeter greeter.c
CMD ["gcc", "--version"]
