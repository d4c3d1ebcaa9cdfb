#!/bin/sh
trap "kill \$!; exit 143" TERM
python notes.py "$@" &
wait
