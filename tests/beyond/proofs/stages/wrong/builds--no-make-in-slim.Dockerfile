FROM python:3.8.14-slim
WORKDIR /app
COPY . .
RUN make -C search
CMD ["python", "notes.py"]
