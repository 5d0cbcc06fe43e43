"""The stand-in for Kling over HTTP, in a thread of the bench."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.bench.trials.service import EMAIL, POINTS, Service

ROOT = "/v1/kling"
REFUSALS: dict[str, tuple[int, dict[str, Any]]] = {
    "busy": (429, {"error": "All configured accounts are busy."}),
    "error in 200": (200, {"error": {"code": "CM_EXT.POther", "message": "Something went wrong", "status": 500}}),
    "429": (429, {"error": "Too many requests", "code": 429}),
    "596": (596, {"error": "Session is broken", "code": 596}),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._answer(*self._read(parts.path.removeprefix(ROOT), query))

    def _read(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        service = self.server.service
        account = {"email": EMAIL, "maxJobs": service.max_jobs, "balance": {"points": [], "total": POINTS}}
        if path == "/tasks":
            before, after = (query.get(name) for name in ("createdBefore", "createdAfter"))
            size = int(query.get("pageSize", 50))
            page = service.page(size, int(before) if before else None, int(after) if after else None)
            return 200, {"history": page}
        if path == "/scheduler/available":
            return 200, service.capacity()
        if path.startswith("/accounts"):
            return 200, account if path != "/accounts" else {EMAIL: account}
        found = re.fullmatch(r"/tasks/(\d+)", path)
        task = service.task(int(found[1])) if found else None
        return (200, task) if task else (404, {"error": "VALID.ResourceNotFound", "code": 404})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "/videos/" not in self.path:
            name = f"{hash(body) & 0xFFFFFFFF:x}"
            return self._answer(200, {"status": 3, "url": f"https://cdn.example/ai/{name}.jpg", "fileName": name})
        asked = json.loads(body)
        what = self.server.service.befalls(asked)
        if what in ("dropped", "made later", "never made"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        if what:
            return self._answer(*REFUSALS[what])
        return self._answer(200, self._newest(str(asked.get("replyRef"))))

    def _newest(self, reference: str) -> Any:
        service = self.server.service
        with service.lock:
            return service.item(next(task for task in reversed(service.tasks) if task.reference == reference))

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == 429:
            self.send_header("Retry-After", "2")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    service: Service

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news."""


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """Yields the address that a client is given."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.service = service
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{ROOT}"
        finally:
            server.shutdown()
