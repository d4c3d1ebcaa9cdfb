FROM base:1
LABEL small="yes"
