#!/bin/sh
# Installs dockerlab {{version}} for one person: downloads the archive for this system, compares its checksum with the one
# written below, and puts the program into ~/.local/bin.
#
#   DOCKERLAB_BIN=DIR   another folder for the program
#   DOCKERLAB_FROM=URL  another address below which the archives are, such as a mirror; the checksums stay these
set -eu
version={{version}}
from=${DOCKERLAB_FROM:-{{base}}}
bin=${DOCKERLAB_BIN:-$HOME/.local/bin}

fail() { printf 'dockerlab: %s\n' "$*" >&2; exit 1; }

system=$(uname -s)-$(uname -m)
case $system in
    Linux-x86_64 | Linux-amd64)
        if [ -e /lib/ld-musl-x86_64.so.1 ] && ! [ -e /lib64/ld-linux-x86-64.so.2 ]; then
            target=x86_64-unknown-linux-musl
        else
            target=x86_64-unknown-linux-gnu
        fi ;;
    Linux-aarch64 | Linux-arm64)
        if [ -e /lib/ld-musl-aarch64.so.1 ] && ! [ -e /lib/ld-linux-aarch64.so.1 ]; then
            target=aarch64-unknown-linux-musl
        else
            target=aarch64-unknown-linux-gnu
        fi ;;
    Darwin-x86_64) target=x86_64-apple-darwin ;;
    Darwin-arm64) target=aarch64-apple-darwin ;;
    *) fail "there is no archive for $system; the README says how to build from source" ;;
esac
case $target in
    {{checksums}}
    *) fail "release $version has no archive for $target; the README says how to build from source" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
name=dockerlab-$target
printf 'Downloading dockerlab %s for %s\n' "$version" "$target"
if command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --retry 3 --output "$work/archive" "$from/$name.tar.gz"
elif command -v wget >/dev/null; then
    wget -q -O "$work/archive" "$from/$name.tar.gz"
else
    fail 'neither curl nor wget is installed'
fi || fail "cannot download $from/$name.tar.gz"
if command -v sha256sum >/dev/null; then
    found=$(sha256sum "$work/archive")
else
    found=$(shasum -a 256 "$work/archive")
fi
[ "${found%% *}" = "$sha256" ] ||
    fail "the archive's checksum is ${found%% *}, but this release's is $sha256; nothing was installed"
tar -xzf "$work/archive" -C "$work"
mkdir -p "$bin"
# Moved, so that a program that runs is replaced and not overwritten.
cp "$work/$name/dockerlab" "$bin/.dockerlab.new"
chmod 755 "$bin/.dockerlab.new"
mv -f "$bin/.dockerlab.new" "$bin/dockerlab"
printf 'Installed %s\n' "$bin/dockerlab"
case :$PATH: in
    *:"$bin":*) printf 'Begin with: dockerlab start my-course\n' ;;
    *) printf 'This folder is not in PATH. Add it, then begin with: dockerlab start my-course\n    export PATH="%s:$PATH"\n' "$bin" ;;
esac
