"""How fast files are looked at and repaired, beside ffmpeg's own commands: `python -m tests.bench.media`.

Ten seconds of 1080p made on the spot. The child process is warm, as it is in a dashboard that runs; ffmpeg's commands
start anew each time, as they would be started.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from kling import media
from kling.media import Trim
from kling.media.video.encode import ENCODER

SECONDS, RATE, WIDTH, HEIGHT = 10, 30, 1080, 1920
TRIM = Trim(1.2, 4.7)
LOOKS, REPAIRS, STRIPS = 21, 3, 5


def moving_clip(path: Path) -> Path:
    """Something for an encoder to do: a picture of noise that moves, and a brighter square that moves otherwise."""
    noise = np.random.default_rng(1).integers(60, 200, (HEIGHT // 8, WIDTH // 8, 3), np.uint8)
    still = np.kron(noise, np.ones((8, 8, 1), np.uint8))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(SECONDS * RATE):
            picture = np.roll(still, number * 3, 1)
            picture[300:700, (number * 7) % 600 : (number * 7) % 600 + 400] //= 2
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def median(times: int, work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def command(*words: str) -> Callable[[], object]:
    return lambda: subprocess.run(words, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def row(what: str, ours: float, theirs: float | None, reach: str) -> None:
    beside = f"{theirs * 1000:8.0f} ms {ours / theirs:5.2f} x" if theirs else " " * 19
    print(f"{what:32} {ours * 1000:8.0f} ms {beside}  {reach}")


def main() -> None:
    if not (shutil.which("ffmpeg") and shutil.which("ffprobe")):
        sys.exit("This needs the commands ffmpeg and ffprobe to measure beside: install ffmpeg.")
    with tempfile.TemporaryDirectory() as folder:
        clip, target = moving_clip(Path(folder) / "clip.mp4"), Path(folder) / "out.mp4"
        media.inspect(clip)
        print(f"{'':32} {'ours':>11} {'ffmpeg':>11}        to reach")
        probe = command("ffprobe", "-v", "error", "-show_format", "-show_streams", str(clip))
        row("inspect", median(LOOKS, lambda: media.inspect(clip)), median(LOOKS, probe), "1 x ffprobe")
        cut = command(
            "ffmpeg", "-y", "-v", "error", "-ss", str(TRIM.start), "-i", str(clip), "-t", str(TRIM.end - TRIM.start),
            "-c:v", "libx264", "-preset", ENCODER["preset"], "-crf", ENCODER["crf"],
            "-movflags", "+faststart", str(target),
        )  # fmt: skip
        ours = median(REPAIRS, lambda: media.repair(clip, [TRIM], target))
        row("trim, encoded anew", ours, median(REPAIRS, cut), "1.3 x ffmpeg")
        row("24 thumbnails of 10 s of 1080p", median(STRIPS, lambda: media.strip(clip, 24)), None, "1,500 ms")
        row("a frame in the middle", median(STRIPS, lambda: media.frame(clip, 5.0)), None, "")


if __name__ == "__main__":
    main()
