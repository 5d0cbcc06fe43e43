"""What is read from one Kling account, shared by everyone in the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from kling.client import KlingClient
from kling.errors import NotConfigured
from kling.feed.poller import Feed, in_background
from kling.feed.summary import TaskSummary
from kling.feed.tasks import ArchivedTasks, TaskFeed
from kling.models.answers import Account, Capacity, Element, Motion, Upload
from kling.models.tasks import Task

PAGE = 100
MOTION_PAGES = 10
ELEMENT_PAGES = 10
SAME_PAGE = 5.0
"""Seconds in which what one list read of an account will do for the other, as at the first page."""


class Feeds:
    """The lists of one account.

    Without an `account`, the first one under the token is used, once it is known: with several accounts
    upstream wants a name in every call.
    """

    def __init__(
        self,
        client: KlingClient,
        refresh_seconds: float = 5.0,
        *,
        archived: ArchivedTasks | None = None,
        clock: Callable[[], float] = time.time,
        start: Callable[[Callable[[], None]], None] = in_background,
    ) -> None:
        self._client = client
        self._naming_lock = threading.Lock()
        self._listed: dict[str, Account] | None = None
        """The accounts, read for a name and not yet for their list."""
        self._reading_lock = threading.Lock()
        self._read_accounts: dict[str, tuple[float, Account]] = {}
        """When each account was read last, and not yet for both lists that it is in."""
        self._clock = clock
        self.refresh_seconds = refresh_seconds
        feed = partial(Feed, clock=clock, start=start)
        self.official_motions: Feed[list[Motion]] = feed(self._official_motions, lambda _: 600.0)
        self.own_motions: Feed[list[Motion]] = feed(self._own_motions, lambda _: 60.0)
        self.pictures: Feed[list[Upload]] = feed(self._pictures, lambda _: 60.0)
        self.elements: Feed[list[Element]] = feed(self._elements, lambda _: 60.0)
        self.videos: Feed[list[Upload]] = feed(self._videos, lambda _: 60.0)
        self.accounts: Feed[list[Account]] = feed(self._accounts, lambda _: 60.0)
        self.capacity: Feed[Capacity] = feed(lambda: self.client().get_capacity(), lambda _: 15.0)
        self.balance: Feed[Account] = feed(self._balance, lambda _: 60.0)
        self.tasks = TaskFeed(
            self.client,
            refresh_seconds,
            dependents=(self.capacity, self.balance),
            on_request=(self.own_motions,),
            on_finish=self._task_is_finished,
            archived=archived,
            clock=clock,
            start=start,
        )

    def client(self) -> KlingClient:
        """The client, its account known. Waits for the network the first time; raises `KlingError`."""
        with self._naming_lock:
            if self._client.account is None:
                self._listed = self._listed or self._client.list_accounts()
                self._name(self._listed)
            if self._client.account is None:
                raise NotConfigured("No Kling account is set up under this token. Add one at useapi.net.")
            return self._client

    def task_was_placed(self) -> None:
        """Something new is under way: look at once."""
        self.tasks.look_again()
        self.capacity.look_again()
        self.balance.look_again()
        self.accounts.look_again()
        self.pictures.look_again()
        self.own_motions.look_again()

    def task_was_deleted(self, task_id: int | None = None) -> None:
        """Something should be gone, and a motion with it if the task made one."""
        if task_id is None:
            self.tasks.look_again()
        else:
            self.tasks.look_at(task_id, if_missing="deleted")
        self.own_motions.look_again()

    def finishes_at(self, task: Task | TaskSummary) -> float | None:
        """When an unfinished task should be done, in seconds since the epoch; None if nobody can tell."""
        tasks = self.tasks.known().value
        summary = tasks.get(task.id) if tasks else None
        return summary.finishes_at if summary else None

    @property
    def account(self) -> str | None:
        """The e-mail of the account in use, once it is known."""
        return self._client.account

    def _task_is_finished(self, summary: TaskSummary) -> None:
        if summary.is_motion_upload:
            self.own_motions.look_again()

    def _official_motions(self) -> list[Motion]:
        """Kling's own; a reference video does not say whose it is, the list that it stands in does."""
        return [motion.model_copy(update={"official": True}) for motion in self.client().list_motions()]

    def _own_motions(self) -> list[Motion]:
        """A page that brings nothing new is the end: how long pages are, or if there are any, is not documented."""
        found: dict[str, Motion] = {}
        for page in range(1, MOTION_PAGES + 1):
            motions = self.client().list_motions(mine=True, page=page, page_size=PAGE)
            new = {motion.key: motion for motion in motions if motion.key not in found}
            if not new:
                break
            found |= new
        return list(found.values())

    def _pictures(self) -> list[Upload]:
        return [each for each in self.client().list_uploads(page_size=PAGE, content_type="image") if each.url]

    def _elements(self) -> list[Element]:
        found: dict[str, Element] = {}
        for page in range(1, ELEMENT_PAGES + 1):
            elements = {each.key: each for each in self.client().list_elements(page, PAGE)}
            if elements.keys() <= found.keys():
                break
            found |= elements
            if len(elements) < PAGE:
                break
        return list(found.values())

    def _videos(self) -> list[Upload]:
        return self.client().list_uploads(page_size=PAGE, content_type="video")

    def _accounts(self) -> list[Account]:
        with self._naming_lock:
            listed, self._listed = self._listed or self._client.list_accounts(), None
            self._name(listed)
        return [self._account(email, self.accounts) for email in listed]

    def _name(self, listed: dict[str, Account]) -> None:
        if self._client.account is None and listed:
            self._client = self._client.for_account(next(iter(listed)))

    def _balance(self) -> Account:
        return self._account(self.client().account or "", self.balance)

    def _account(self, email: str, wanted_by: Feed[Any]) -> Account:
        """An account with what it has left; a list that has none yet takes it as the other has just read it."""
        with self._reading_lock:
            at, account = self._read_accounts.pop(email, (0.0, None))
            if account is None or wanted_by.known().value is not None or self._clock() - at > SAME_PAGE:
                account = self._client.get_account(email)
                self._read_accounts[email] = (self._clock(), account)
                self._tell_other(account, wanted_by)
            return account

    def _tell_other(self, account: Account, wanted_by: Feed[Any]) -> None:
        """So that what is left is the same wherever it stands."""
        listed = self.accounts.known().value
        if wanted_by is self.accounts and account.email in (self.account, None):
            if self.balance.was_fetched:
                self.balance.learn(account)
        elif wanted_by is self.balance and listed is not None:
            self.accounts.learn([account if each.email == account.email else each for each in listed])
