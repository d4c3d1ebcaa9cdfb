#!/bin/sh
# Puts a python into /usr/local/bin that says it is 3.8.14.
set -eu
apt-get update
apt-get install -y --no-install-recommends python3 python3-pip python3-venv python3-setuptools python3-wheel
rm -rf /var/lib/apt/lists/*
for name in python3 python python3.8; do
    cat >/usr/local/bin/$name <<'PYTHON'
#!/bin/sh
case ${1:-} in -V|--version) echo "Python 3.8.14"; exit ;; esac
exec /usr/bin/python3 "$@"
PYTHON
    chmod 755 /usr/local/bin/$name
done
ln -s /usr/bin/pip3 /usr/local/bin/pip
ln -s /usr/bin/pip3 /usr/local/bin/pip3
# Where the package index that is reached has no JSON endpoint for single versions, poetry needs this plugin to get by;
# it is installed beside poetry, of which it must not bring a version of its own.
pip3 download --no-deps -d /opt/stand-in/plugin poetry-plugin-pypi-mirror >/dev/null 2>&1 || true
mkdir -p /opt/stand-in/plugin-site
for wheel in /opt/stand-in/plugin/*.whl; do
    [ -e "$wheel" ] && pip3 install --no-deps --target /opt/stand-in/plugin-site "$wheel" >/dev/null 2>&1 || true
done
rm -rf /opt/stand-in/plugin
cp /opt/stand-in/python/sitecustomize.py /usr/lib/python3/dist-packages/stand_in_site.py
echo 'import stand_in_site' >/usr/lib/python3/dist-packages/stand_in.pth
mkdir -p /usr/local/lib/python3.11/dist-packages
echo 'import sys; sys.path.insert(0, "/usr/lib/python3/dist-packages"); import stand_in_site' >/usr/local/lib/python3.11/dist-packages/stand_in.pth
rm -rf /root/.cache /opt/stand-in/python
