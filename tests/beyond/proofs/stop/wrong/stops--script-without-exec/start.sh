#!/bin/sh
python notes.py "$@"
echo "the service has ended"
