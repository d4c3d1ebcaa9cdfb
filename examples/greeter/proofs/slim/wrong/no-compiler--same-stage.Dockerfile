FROM ubuntu:20.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/* /usr/share/doc /usr/share/info
COPY greeter.c /
RUN gcc -o /greeter /greeter.c

FROM scratch
COPY --from=build /usr/bin/ /usr/bin/
COPY --from=build /lib/ /lib/
COPY --from=build /lib64/ /lib64/
COPY --from=build /greeter /greeter
CMD ["/greeter"]
