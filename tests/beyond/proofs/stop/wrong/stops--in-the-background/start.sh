#!/bin/sh
python notes.py "$@" &
wait
