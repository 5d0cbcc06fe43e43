"""What the route behind the link to several videos sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from kling import KlingClient, KlingError, NotConfigured, Task, UnexpectedAnswer
from kling.archive import ArchiveFile, StorageFault
from kling.feed import Feeds
from kling.zip_stream import Entry, stream
from pages.ui import wording
from pages.ui.session import shared
from pages.ui.session.archived import file_name_of
from pages.ui.session.motion_names import motion_names
from pages.ui.session.zip_address import KEPT, is_zip_secret


def archive(secret: str, account: str, listed: str, until: str, person: str) -> Iterator[bytes] | None:
    """The .zip in pieces; None when the link is not one of ours."""
    if not is_zip_secret(secret, account, listed, until, person):
        return None
    if account == KEPT:
        return stream(_archive_entries(listed.split(",")))
    feeds = shared.feeds(account or None)
    return stream(_entries(feeds, [int(task_id) for task_id in listed.split(",")]))


def describe(account: str, listed: str) -> str:
    """What is in it, for the audit trail."""
    kind, count = "result" if account == KEPT else "task", listed.count(",") + 1
    return f"{kind} {listed}" if count == 1 else f"{count} {kind}s: {listed.replace(',', ', ')}"


def _entries(feeds: Feeds, task_ids: list[int]) -> Iterator[Entry]:
    """Without Kling's mark where the account may have them so, else as they are."""
    known, names = feeds.tasks.known().value, motion_names(feeds)
    taken: Counter[str] = Counter()
    for task_id in task_ids:
        summary = known.get(task_id) if known is not None else None
        try:
            task = summary.task() if summary else feeds.client().get_task(task_id)
            kept = shared.archive().file_of(str(task_id), "video")
        except (KlingError, SQLAlchemyError) as fault:
            yield _missing(task_id, fault)
            continue
        if task.video_url:
            pieces = partial(_archive_pieces, kept) if kept else partial(_pieces, feeds.client(), task)
            yield Entry(f"{_not_taken(wording.file_name(task, names), taken)}.mp4", pieces)


def _archive_entries(task_ids: list[str]) -> Iterator[Entry]:
    taken: Counter[str] = Counter()
    for task_id in task_ids:
        try:
            file, name = shared.archive().file_of(task_id, "video"), file_name_of(task_id)
        except (KlingError, SQLAlchemyError) as fault:
            yield _missing(task_id, fault)
            continue
        if file is not None:
            ending = file.content_type.rpartition("/")[2]
            yield Entry(f"{_not_taken(name, taken)}.{ending}", partial(_archive_pieces, file))


def _missing(task_id: int | str, fault: Exception) -> Entry:
    """Named at the end of the zip among what could not be fetched."""
    error = fault if isinstance(fault, KlingError) else NotConfigured("the database does not answer")
    return Entry(f"task {task_id}", partial(_no_pieces, error))


def _no_pieces(error: KlingError) -> Iterator[bytes]:
    raise error
    yield b""


def _not_taken(name: str, taken: Counter[str]) -> str:
    """The name, with a number from the second file of it on."""
    taken[name] += 1
    return f"{name}-{taken[name]}" if taken[name] > 1 else name


def _archive_pieces(file: ArchiveFile) -> Iterator[bytes]:
    try:
        yield from shared.archive().pieces(file)
    except StorageFault:
        raise UnexpectedAnswer("the archive could not be read") from None


def _pieces(client: KlingClient, task: Task) -> Iterator[bytes]:
    try:
        link = client.get_download(task.work_ids[:1]).cdn_url
    except KlingError:
        link = None
    yield from client.stream_media(link or task.video_url or "")
