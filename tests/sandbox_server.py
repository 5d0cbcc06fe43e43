"""A practice API on loopback with a clock in hand, and small media to send it."""

import functools
import io
import math
import tempfile
import wave
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import requests
from PIL import Image
from starlette.applications import Starlette

from kling.sandbox import TOKEN, create_app, serve

START = 1_800_000_000.0
SECONDS = 20.0
RATE = 44_100


class Clock:
    """Seconds since the epoch; stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Sandbox:
    origin: str
    """http://127.0.0.1:<port>"""
    app: Starlette
    clock: Clock
    token: str = TOKEN

    @property
    def url(self) -> str:
        """What takes the place of https://api.useapi.net/v1/kling."""
        return f"{self.origin}/v1/kling"

    @property
    def folder(self) -> Path:
        """Where the uploads lie."""
        folder: Path = self.app.state.work_folder.uploads
        return folder

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return requests.request(method, self.url + path, headers=headers, timeout=30, **options)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.call("GET", path, params=query)

    def delete(self, path: str, **query: Any) -> requests.Response:
        return self.call("DELETE", path, params=query)

    def post(self, path: str, **body: Any) -> requests.Response:
        return self.call("POST", path, json=body)

    def upload(self, data: Any, content_type: str, **query: Any) -> requests.Response:
        return self.call("POST", "/assets/", params=query, data=data, headers={"Content-Type": content_type})

    def lever(self, name: str, **body: Any) -> Any:
        answer = requests.post(f"{self.origin}/sandbox/{name}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = requests.get(f"{self.origin}/sandbox/calls", timeout=30).json()["calls"]
        return calls

    # What most tests begin with

    def picture(self, **query: Any) -> str:
        """Link of an uploaded picture."""
        return str(ok(self.upload(jpeg(), "image/jpeg", **query))["url"])

    def official(self, tag: str = "wave") -> int:
        motions = ok(self.get("/videos/motions"))
        return int(next(motion["workId"] for motion in motions if motion["tag"] == tag))

    def order(self, **changes: Any) -> requests.Response:
        """POST motion-create with what is required, and `changes`; None leaves a parameter out."""
        body = {"workId": -100_000_000_000_004, **changes}
        if "image" not in body:
            body["image"] = self.picture()
        return self.post("/videos/motion-create", **{k: v for k, v in body.items() if v is not None})

    def task(self, **changes: Any) -> int:
        return int(ok(self.order(**changes))["task"]["id"])

    def work(self, task_id: int) -> dict[str, Any]:
        """The one work of a task that is final."""
        [work] = ok(self.get(f"/tasks/{task_id}"))["works"]
        assert isinstance(work, dict)
        return work

    def motion(self, seconds: float = 2.5) -> dict[str, Any]:
        """The answer of motion-upload for a new clip."""
        clip = ok(self.upload(mp4(seconds), "video/mp4"))
        return dict(ok(self.post("/videos/motion-upload", resourceUrl=clip["resourceUrl"], coverUrl=clip["coverUrl"])))

    # Of the second generation

    def reference(self, tag: str = "wave") -> str:
        """Link of an official motion."""
        motions = ok(self.get("/videos/motions"))
        return next(str(motion["url"]) for motion in motions if f"/{tag}-" in motion["url"])

    def own_reference(self, seconds: float = 3.0, **form: int) -> str:
        """Link of an uploaded motion; `form` is `mp4`'s."""
        return str(ok(self.upload(mp4(seconds, **form), "video/mp4"))["resourceUrl"])

    def order_reference(self, **changes: Any) -> requests.Response:
        """`order` with what the second generation requires."""
        body = dict(changes)
        if "imageUrl" not in body:
            body["imageUrl"] = self.picture()
        if "motionUrl" not in body:
            body["motionUrl"] = self.reference()
        return self.post("/videos/motion-create", **{k: v for k, v in body.items() if v is not None})

    def finish(self) -> None:
        self.clock.advance(SECONDS * 5)


@contextmanager
def sandbox_of(**options: Any) -> Iterator[Sandbox]:
    """A practice API of its own, with `create_app`'s options."""
    clock = Clock()
    app = create_app(**{"clock": clock, "seconds": SECONDS, **options})
    with serve(app) as origin:
        yield Sandbox(origin, app, clock, options.get("token", TOKEN))


def ok(answer: requests.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


# Media


@functools.cache
def jpeg(width: int = 320, height: int = 480, colour: str = "teal") -> bytes:
    return picture("JPEG", width, height, colour)


@functools.cache
def png(width: int = 320, height: int = 480) -> bytes:
    return picture("PNG", width, height, "salmon")


def picture(form: str, width: int, height: int, colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, form)
    return file.getvalue()


@functools.cache
def mp4(seconds: float = 2.5, width: int = 720, height: int = 1280, fps: int = 4, hertz: int = 0) -> bytes:
    """A bright square that moves across a grey ground; with `hertz` a tone sounds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        with av.open(str(path), "w") as file:
            stream = file.add_stream("libx264", rate=fps)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.options = {"preset": "ultrafast"}
            stream.codec_context.time_base = Fraction(1, fps)
            sound = file.add_stream("aac", rate=RATE, layout="stereo") if hertz else None
            for number in range(round(seconds * fps)):
                image = Image.new("RGBA", (width, height), "grey")
                left = (number * 97) % (width // 2)
                image.paste("gold", (left, height // 3, left + width // 4, height // 2))
                frame = av.VideoFrame.from_bytes(image.tobytes(), width, height)
                frame.pts = number
                frame.time_base = Fraction(1, fps)
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
            if sound is not None:
                file.mux(sound.encode(tone(seconds, hertz)))
                file.mux(sound.encode(None))
        return path.read_bytes()


def tone(seconds: float, hertz: int) -> av.AudioFrame:
    count = round(seconds * RATE)
    samples = array("h", (round(8000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(count) for _ in "LR"))
    frame = av.AudioFrame("s16", "stereo", count)
    frame.planes[0].update(samples.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    return frame


@functools.cache
def wav(seconds: float = 1.0, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        sound.writeframes(bytes(round(128 + 20 * math.sin(n / 5)) for n in range(round(seconds * rate))))
    return file.getvalue()
