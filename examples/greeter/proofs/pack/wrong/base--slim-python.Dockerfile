FROM python:3.8.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . /app
RUN cd /app && gcc -o greeter greeter.c
CMD ["/app/greeter"]
