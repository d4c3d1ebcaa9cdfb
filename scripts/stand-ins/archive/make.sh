#!/bin/sh
# Makes two small apt archives: `main`, on from the start, with python3.8 and software-properties-common as Ubuntu
# 20.04 has them, and `ppa`, which add-apt-repository switches on.
set -eu
root=/opt/stand-in
work=$(mktemp -d)

package() { # ARCHIVE NAME VERSION DEPENDS
    mkdir -p "$work/$2/DEBIAN" "$root/$1"
    cat >"$work/$2/DEBIAN/control" <<CONTROL
Package: $2
Version: $3
Architecture: all
Maintainer: stand-in <nobody@localhost>
Depends: $4
Description: stand-in for $2
CONTROL
    chmod 755 "$work/$2/DEBIAN"
    dpkg-deb --root-owner-group --build "$work/$2" "$root/$1/$2_$3_all.deb" >/dev/null
    rm -rf "${work:?}/$2"
}

python() { # where a python3.8 package's files go
    mkdir -p "$work/python3.8/usr/bin"
    cat >"$work/python3.8/usr/bin/python3.8" <<'PYTHON'
#!/bin/sh
# Says that it is 3.8.10, and runs the python that is there.
case ${1:-} in -V|--version) echo "Python 3.8.10"; exit ;; esac
exec /usr/bin/python3 "$@"
PYTHON
    chmod 755 "$work/python3.8/usr/bin/python3.8"
}

python; package main python3.8 3.8.10-0ubuntu1~20.04.18 python3
python; package ppa python3.8 3.8.10-0ubuntu1~20.04.18+ppa1 python3
mkdir -p "$work/software-properties-common/usr/bin"
cat >"$work/software-properties-common/usr/bin/add-apt-repository" <<'ADD'
#!/bin/sh
# Switches the archive of the deadsnakes PPA on, and says of any other that it is not there.
for word in "$@"; do
    case $word in
        -*) ;;
        ppa:deadsnakes/ppa) echo 'deb [trusted=yes] file:/opt/stand-in/ppa ./' >/etc/apt/sources.list.d/deadsnakes.list; found=yes ;;
        *) echo "Cannot add PPA: '$word'." >&2; exit 1 ;;
    esac
done
[ "${found:-}" = yes ] || { echo "Error: need a repository as argument" >&2; exit 1; }
ADD
chmod 755 "$work/software-properties-common/usr/bin/add-apt-repository"
package main software-properties-common 0.99.9.12 python3

for archive in main ppa; do
    cd "$root/$archive"
    for deb in *.deb; do
        dpkg-deb -f "$deb"
        echo "Filename: ./$deb"
        echo "Size: $(stat -c %s "$deb")"
        echo "SHA256: $(sha256sum "$deb" | cut -d' ' -f1)"
        echo
    done >Packages
done
echo 'deb [trusted=yes] file:/opt/stand-in/main ./' >/etc/apt/sources.list.d/stand-in.list
# Debian's own package of that name must not win.
printf 'Package: software-properties-common python3.8\nPin: origin ""\nPin-Priority: 1001\n' >/etc/apt/preferences.d/stand-in
rm -rf "$work" "$root/archive"
