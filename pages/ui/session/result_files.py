"""The files of results, for a download button."""

from __future__ import annotations

from collections.abc import Callable

from kling import Download, KlingError, Task
from kling.feed import Snapshot
from pages.ui.session import shared
from pages.ui.session.accounts import account, feeds, person
from pages.ui.session.identity import noting


def download_of(task: Task) -> Snapshot[Download]:
    """The file without Kling's mark, where the account may have it."""
    return shared.download(account(), task.work_ids[0]).snapshot()


def fetching(task: Task, url: str) -> Callable[[], bytes]:
    """What a download button runs on its click; why it failed is kept for the page to say."""
    client, owner, noted = feeds().client, person(), noting()

    def fetch() -> bytes:
        shared.failed_fetches().pop(task.id or 0, None)
        try:
            with shared.download_slots().one(owner):
                fetched = client().fetch_media(url)
        except KlingError as error:
            shared.failed_fetches()[task.id or 0] = error
            raise
        noted("downloaded", f"task {task.id}")
        return fetched

    return fetch
