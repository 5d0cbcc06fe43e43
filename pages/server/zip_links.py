"""What the route behind the link to several videos sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from kling import KlingClient, KlingError, Task
from kling.feed import Feeds
from kling.zip_stream import Entry, stream
from pages.ui import wording
from pages.ui.session import shared
from pages.ui.session.shared_lists import motion_names
from pages.ui.session.zip_address import is_zip_secret


def archive(secret: str, account: str, listed: str, until: str, person: str) -> Iterator[bytes] | None:
    """The .zip in pieces; None when the link is not one of ours."""
    if not is_zip_secret(secret, account, listed, until, person):
        return None
    feeds = shared.feeds(account or None)
    return stream(_entries(feeds, [int(task_id) for task_id in listed.split(",")]))


def _entries(feeds: Feeds, task_ids: list[int]) -> Iterator[Entry]:
    """Without Kling's mark where the account may have them so, else as they are."""
    known, names = feeds.tasks.known().value, dict(motion_names(feeds))
    taken: Counter[str] = Counter()
    for task_id in task_ids:
        summary = known.get(task_id) if known is not None else None
        task = summary.task() if summary else feeds.client().get_task(task_id)
        if task.video_url:
            name = wording.file_name(task, names)
            taken[name] += 1
            number = f"-{taken[name]}" if taken[name] > 1 else ""
            yield Entry(f"{name}{number}.mp4", partial(_pieces, feeds.client(), task))


def _pieces(client: KlingClient, task: Task) -> Iterator[bytes]:
    try:
        link = client.get_download(task.work_ids[:1]).cdn_url
    except KlingError:
        link = None
    yield from client.stream_media(link or task.video_url or "")
