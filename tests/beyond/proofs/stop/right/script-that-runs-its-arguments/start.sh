#!/bin/sh
umask 027
exec "$@"
