#!/bin/sh
# Dit où les notes sont gardées, puis lance le service.
set -e
echo "les notes sont dans ${NOTES_DIR:-/data}"
python notes.py
echo "le service a pris fin"
