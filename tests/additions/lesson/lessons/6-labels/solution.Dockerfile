FROM ubuntu:20.04
LABEL maintainer="somebody"
