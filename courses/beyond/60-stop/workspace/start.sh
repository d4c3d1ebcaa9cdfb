#!/bin/sh
# Says where the notes are kept, then starts the service.
set -e
echo "notes are kept in ${NOTES_DIR:-/data}"
python notes.py
echo "the service has ended"
