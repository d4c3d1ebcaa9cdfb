#!/bin/sh
exec python notes.py
