"""Notes: a small web service that keeps each note as a file.

    POST /notes             keeps the text that is sent
    GET  /notes             all notes, the oldest first
    GET  /notes?word=WORD   the notes that contain the word
    GET  /                  a page with all notes; Markdown is shown as such where the package Markdown is installed
    GET  /health            200 if notes can be kept and searched, 503 with the reason if not

`notes.py --version` prints the version. On SIGTERM the service ends with exit code 0.

Settings come from the environment:

    NOTES_DIR    the folder of the notes: /data where it is not set
    NOTES_PORT   the port to listen on: 8000 where it is not set
"""

import html
import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

try:
    from markdown import markdown
except ImportError:
    markdown = None

VERSION = "notes 1.0"
FOLDER = Path(os.environ.get("NOTES_DIR", "/data"))
PORT = int(os.environ.get("NOTES_PORT", "8000"))
LONGEST = 10_000


def search(*words):
    """What the search program prints."""
    ran = subprocess.run(["notes-search", *words], stdout=subprocess.PIPE, universal_newlines=True, timeout=10)
    return ran.stdout


def trouble():
    """Why the service cannot do its work; an empty text if it can."""
    if not os.access(FOLDER, os.W_OK):
        return f"{FOLDER} cannot be written to"
    try:
        if not search("--version").startswith("notes-search "):
            return "notes-search does not work"
    except OSError as error:
        return f"notes-search does not start: {error.strerror}"
    return ""


def notes(word=None):
    """The texts of the notes, the oldest first."""
    files = sorted(FOLDER.glob("*.txt"))
    if word is not None:
        found = set(search(word, str(FOLDER)).splitlines())
        files = [file for file in files if file.name in found]
    return [file.read_text() for file in files]


def page():
    """All notes as HTML."""
    def shown(text):
        text = html.escape(text)
        return markdown(text) if markdown else f"<pre>{text}</pre>"

    return f"<!doctype html><title>Notes</title>{'<hr>'.join(map(shown, notes()))}\n"


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        address = urlsplit(self.path)
        if address.path == "/health":
            why = trouble()
            self.answer(503 if why else 200, "text/plain", f"{why or 'notes are kept and searched'}\n")
        elif address.path == "/notes":
            word = parse_qs(address.query).get("word", [None])[0]
            self.answer(200, "application/json", json.dumps(notes(word)) + "\n")
        elif address.path == "/":
            self.answer(200, "text/html", page())
        else:
            self.answer(404, "text/plain", "there is /, /notes and /health\n")

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != "/notes" or not 0 < length <= LONGEST:
            self.answer(400, "text/plain", f"send a text of 1 to {LONGEST} bytes to /notes\n")
            return
        text = self.rfile.read(length).decode(errors="replace")
        (FOLDER / f"{time.time_ns()}.txt").write_text(text)
        self.answer(201, "text/plain", "kept\n")

    def log_message(self, format, *values):
        print(self.address_string(), format % values, flush=True)


def stop(*_):
    print("stopping", flush=True)
    sys.exit(0)


if __name__ == "__main__":
    if "--version" in sys.argv:
        print(VERSION)
        sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"notes in {FOLDER}, on port {PORT}", flush=True)
    server = ThreadingHTTPServer(("0.0.0.0", PORT), Handler)
    server.daemon_threads = True
    server.serve_forever()
