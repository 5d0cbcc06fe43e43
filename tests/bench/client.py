"""How fast the client is beside the bare tools: `python -m tests.bench.client`.

An upload of 100 MB beside curl into the same sink, and its memory; a list of 100 tasks beside requests and json.
Everything on loopback, the server in a process of its own.
"""

import json
import multiprocessing
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from kling import KlingClient
from tests.models.seed_samples import CREATE_ANSWER

SIZE = 100 * 1000 * 1000
UPLOADS = 15
LISTS = 60
TOKEN = "user:1-bench"
ASSET = json.dumps({"status": 1, "resourceUrl": "https://x.y/v.mp4", "coverUrl": "https://x.y/c.jpg"}).encode()


def a_task(number: int) -> dict[str, Any]:
    """As long as they are in the wild: about 6 kB."""
    link = "https://s21-kling.klingai.com/bs2/upload-ylab-stunt-sgp/" + "x" * 130 + ".mp4"
    shown = {"resource": link, "height": 1280, "width": 720, "duration": 5041}
    task = json.loads(json.dumps(CREATE_ANSWER))
    info = task["task"]["taskInfo"]
    task["task"]["id"] += number
    info["inputs"] = [{**each, "url": link, "cover": link, "token": None} for each in info["inputs"]]
    work = {"workId": number, "taskId": number, "contentType": "video", "resource": shown, "cover": shown}
    return {**task, "works": [{**work, "taskInfo": info, "createTime": 1745376611075}], "status_final": True}


def serve(listener: socket.socket, tasks: bytes) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=attend, args=(connection, tasks), daemon=True).start()


def attend(connection: socket.socket, tasks: bytes) -> None:
    """Reads and forgets what is sent; a GET is answered with the tasks."""
    buffer = bytearray(1 << 20)
    with connection:
        while head := receive_head(connection):
            text, rest = head
            length = next((int(line[15:]) for line in text.split(b"\r\n") if line[:15] == b"content-length:"), 0)
            if b"100-continue" in text:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            left = length - rest
            while left > 0 and (got := connection.recv_into(buffer)):
                left -= got
            body = tasks if text.startswith(b"get") else ASSET
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def receive_head(connection: socket.socket) -> tuple[bytes, int] | None:
    """The head in lower case, and how many bytes of the body came with it."""
    came = b""
    while b"\r\n\r\n" not in came:
        part = connection.recv(65536)
        if not part:
            return None
        came += part
    head, _, rest = came.partition(b"\r\n\r\n")
    return head.lower(), len(rest)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def upload(url: str, path: Path) -> None:
    with path.open("rb") as file:
        KlingClient(TOKEN, url).upload_asset(file, "video/mp4", on_progress=lambda sent, total: None)


def curl(url: str, path: Path) -> float:
    """Seconds by curl's own watch, so without starting it."""
    command = ["curl", "-s", "-o", "/dev/null", "-X", "POST", "-H", f"Authorization: Bearer {TOKEN}"]
    command += ["-H", "Content-Type: video/mp4", "--data-binary", f"@{path}", "-w", "%{time_total}", f"{url}/assets/"]
    return float(subprocess.run(command, check=True, capture_output=True).stdout)


def peak() -> int:
    """The most memory this process ever had, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


def memory_of_one_upload(url: str, path: str) -> None:
    """Run in a fresh process: prints by how many bytes its peak grew, after a first small upload."""
    with tempfile.NamedTemporaryFile() as small:
        small.write(b"x")
        small.flush()
        upload(url, Path(small.name))
    before = peak()
    upload(url, Path(path))
    print(peak() - before)


def row(what: str, ours: str, theirs: str, result: str, target: str, is_met: bool) -> None:
    print(f"{what:<26}{ours:>12}{theirs:>12}{result:>12}   {target:<16}{'met' if is_met else 'MISSED'}")


def measure_upload(url: str, path: Path) -> None:
    ours, theirs = [], []
    upload(url, path)
    curl(url, path)
    for _ in range(UPLOADS):  # taking turns, so that a busy moment meets both
        ours.append(seconds(lambda: upload(url, path)))
        theirs.append(curl(url, path))
    for name, pick in (("median", statistics.median), ("best", min)):
        mine, other = SIZE / 1e6 / pick(ours), SIZE / 1e6 / pick(theirs)
        ratio = mine / other
        row(f"upload 100 MB, {name}", f"{mine:.0f} MB/s", f"{other:.0f} MB/s", f"{ratio:.2f} x", "0.90 x", ratio >= 0.9)


def measure_memory(url: str, path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.client", "memory", url, str(path)]
    grown = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 2**20
    row("memory of an upload", f"{grown:.1f} MiB", "", "", "16 MiB", grown <= 16)


def measure_list(url: str) -> None:
    client, session = KlingClient(TOKEN, url), requests.Session()
    ours, theirs = [], []
    for _ in range(LISTS):
        ours.append(1000 * seconds(client.list_tasks))
        theirs.append(1000 * seconds(lambda: json.loads(session.get(f"{url}/tasks").content)["history"]))
    for name, pick in (("median", statistics.median), ("best", min)):
        mine, other = pick(ours), pick(theirs)
        row(
            f"list 100 tasks, {name}",
            f"{mine:.1f} ms",
            f"{other:.1f} ms",
            f"+{mine - other:.1f} ms",
            "+10 ms",
            mine - other <= 10,
        )
    client.close()
    session.close()


def main() -> None:
    tasks = json.dumps({"history": [a_task(number) for number in range(100)]}).encode()
    with tempfile.NamedTemporaryFile() as file, socket.create_server(("127.0.0.1", 0)) as listener:
        file.write(random.randbytes(SIZE))
        file.flush()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1/kling"
        server = multiprocessing.Process(target=serve, args=(listener, tasks), daemon=True)
        server.start()
        print(f"{'':<26}{'client':>12}{'bare':>12}{'':>12}   target")
        measure_upload(url, Path(file.name))
        measure_memory(url, Path(file.name))
        measure_list(url)
        server.terminate()
        server.join()


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        memory_of_one_upload(*sys.argv[2:])
    elif shutil.which("curl"):
        main()
    else:
        sys.exit("curl is needed to compare with.")
