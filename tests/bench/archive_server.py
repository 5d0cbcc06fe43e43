"""A service that knows finished tasks alone, and hands out their videos: `python -m tests.bench.archive_server <folder>
[MB a second]`.

`<folder>/<task id>.mp4` is the video of a task. Says where it listens. With a rate, each connection is held to it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PIECE = 1 << 18


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    rate: float = 0.0

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].rpartition("/")[2]
        if name.endswith(".mp4"):
            self._send_file(self.folder / name)
        elif "/tasks/" in self.path:
            self._send(200, task_of(int(name), f"http://{self.headers['Host']}/media/{name}.mp4"))
        else:
            self._send(402, {"error": "Paid accounts only"})

    def _send(self, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_file(self, path: Path) -> None:
        size = path.stat().st_size
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(size - start))
        self.send_header("ETag", f'"{path.name}-{size}"')
        if start:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.end_headers()
        self.wfile.flush()
        with path.open("rb") as file:
            while start < size:
                start += os.sendfile(
                    self.connection.fileno(), file.fileno(), start, PIECE if self.rate else size - start
                )
                if self.rate:
                    time.sleep(PIECE / self.rate)

    def handle(self) -> None:
        with suppress(OSError):  # whoever asked was killed
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass


def task_of(task_id: int, url: str) -> dict[str, Any]:
    ended = {"status": 99, "status_name": "succeed", "status_final": True}
    work = {"workId": task_id * 10, "taskId": task_id, "contentType": "video", "resource": {"resource": url}, **ended}
    task = {
        "id": task_id,
        "type": "motion_control_imgs2video",
        "createTime": 1,
        "updateTime": 2,
        "taskInfo": {},
        **ended,
    }
    return {"task": task, "works": [work], **ended}


def main(folder: str, rate: str = "0") -> None:
    Handler.folder, Handler.rate = Path(folder), float(rate) * 1e6
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
