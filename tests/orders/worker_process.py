"""Orders in a process of their own: `python -m tests.orders.worker_process <folder> <database> <api> [ids…]`.

Says "ready" once it runs, places a video for each id it is given, and goes on until it is killed or told to stop by the
end of its input.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kling import KlingClient, MotionCreateRequest
from kling.orders import Orders, Pace, PictureFile, VideoOrder
from tests.media.samples import picture

MOTION = -100_000_000_000_004
TOKEN = "user:1-orders"
PACE = Pace(settling=3.0, settling_silence=8.0, post_alive=8.0, looks=0.5, beat=1.0, dead=5.0)


def orders_of(folder: Path, database: str, api: str, pace: Pace = PACE, read_seconds: float = 60.0) -> Orders:
    client = KlingClient(
        TOKEN, f"{api}/v1/kling", "practice@example.com", read_seconds=read_seconds, upload_seconds=read_seconds
    )
    return Orders(lambda _: client, folder, database, service=f"{api}/v1/kling", pace=pace)


def video(order_id: str, image: PictureFile) -> VideoOrder:
    request = MotionCreateRequest(work_id=MOTION, image="https://file.invalid/pending", prompt=order_id)
    return VideoOrder(order_id, order_id, request, image)


def main(folder: str, database: str, api: str, *ids: str) -> None:
    orders = orders_of(Path(folder), database, api)
    orders.start()
    image = PictureFile("person.jpg", picture(), "image/jpeg")
    orders.place_videos([video(order_id, image) for order_id in ids])
    print("ready", flush=True)
    sys.stdin.read()
    orders.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
