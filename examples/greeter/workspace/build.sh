#!/bin/sh
# Compiles the greeter into a program that needs no library.
exec gcc -Os -static -o "${1:-greeter}" greeter.c
