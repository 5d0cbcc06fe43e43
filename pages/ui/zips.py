"""Several videos as one download: a signed link on the page, and what the route behind it sends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from kling import KlingClient, KlingError, Task
from kling.feed import Feeds
from kling.hooks import is_secret_of, secret_of
from kling.zips import Entry, stream
from pages.ui import session, shared, wording

MOST = 200


def address(task_ids: tuple[int, ...]) -> str:
    """A link to the videos of these tasks. Whoever has it can fetch them, as with a link to a video itself."""
    account, listed = session.account() or "", ",".join(map(str, task_ids[:MOST]))
    secret = secret_of(shared.token(), _purpose(account, listed))
    return session.route(f"zip/{secret}?{urlencode({'account': account, 'tasks': listed})}")


def archive(secret: str, account: str, listed: str) -> Iterator[bytes] | None:
    """The .zip in pieces; None when the link is not one of ours."""
    if not is_secret_of(secret, shared.token(), _purpose(account, listed)):
        return None
    feeds = shared.feeds(account or None)
    return stream(_entries(feeds, [int(task_id) for task_id in listed.split(",")]))


def _purpose(account: str, listed: str) -> str:
    return f"zip {account} {listed}"


def _entries(feeds: Feeds, task_ids: list[int]) -> Iterator[Entry]:
    """Without Kling's mark where the account may have them so, else as they are."""
    held = feeds.tasks.known().value
    for task_id in task_ids:
        brief = held.get(task_id) if held is not None else None
        task = brief.task() if brief else feeds.client().get_task(task_id)
        if task.video_url:
            yield Entry(f"{wording.file_name(task)}.mp4", partial(_pieces, feeds.client(), task))


def _pieces(client: KlingClient, task: Task) -> Iterator[bytes]:
    try:
        link = client.get_download(task.work_ids[:1]).cdn_url
    except KlingError:
        link = None
    yield from client.stream_media(link or task.video_url or "")
