FROM ubuntu:20.04
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY greeter.c /app/
RUN gcc -o /usr/bin/greeter /app/greeter.c && rm /app/greeter.c
CMD ["greeter"]
