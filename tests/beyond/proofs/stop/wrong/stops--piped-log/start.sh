#!/bin/sh
python notes.py "$@" 2>&1 | cat
