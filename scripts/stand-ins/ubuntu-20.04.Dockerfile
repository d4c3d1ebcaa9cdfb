# Stands in for ubuntu:20.04 where it cannot be pulled: Debian 12, with a small archive that holds what the course
# installs from Ubuntu's and from the deadsnakes PPA.
FROM dockerlab-stand-in/root
COPY archive /opt/stand-in/archive
RUN sh /opt/stand-in/archive/make.sh \
    && sed -i 's/^PRETTY_NAME=.*/PRETTY_NAME="Ubuntu 20.04 (stand-in on Debian 12)"/; s/^NAME=.*/NAME="Ubuntu"/; s/^VERSION_ID=.*/VERSION_ID="20.04"/; s/^ID=.*/ID=ubuntu/' /usr/lib/os-release
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["/bin/bash"]
