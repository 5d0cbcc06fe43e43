"""Receives callbacks on loopback."""

import json
import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener(ThreadingHTTPServer):
    """Receives callbacks on loopback, one in `heard` for each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receive)
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class Receive(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.server.heard.put({"path": self.path, **json.loads(body)})

    def log_message(self, *_: object) -> None:
        pass
