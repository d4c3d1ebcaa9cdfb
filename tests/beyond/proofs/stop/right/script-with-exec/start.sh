#!/bin/sh
set -e
echo "notes are kept in ${NOTES_DIR:-/data}"
exec python notes.py "$@"
