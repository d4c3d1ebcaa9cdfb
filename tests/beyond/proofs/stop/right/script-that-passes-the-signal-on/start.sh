#!/bin/sh
python notes.py "$@" &
child=$!
trap "kill -TERM $child" TERM INT
wait $child
trap - TERM INT
wait $child
