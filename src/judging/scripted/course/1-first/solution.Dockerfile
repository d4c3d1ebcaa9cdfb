FROM base:1
LABEL title="server"
COPY app /app
CMD ["serve"]
