"""What each interval spends its one call on."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any, cast

import pytest

from kling.client import KlingClient
from kling.errors import RateLimited, ServerError
from kling.feed import Feed, Feeds, TaskFeed
from kling.models.answers import Account, Capacity
from kling.models.tasks import Task, TaskPage
from tests.feed.upstream import Kling, raw


def test_one_call_an_interval_whatever_has_to_be_asked(kling: Kling) -> None:
    kling.put(*(raw(n, "processing") for n in range(130)))
    feed = kling.feed()
    for second in range(60):
        kling.now += 1
        for _ in range(20):
            feed.snapshot()
        assert len(kling.started) <= 1
        kling.run()
        assert len(kling.calls) <= 1 + (second + 1) / (5 * 0.99)


def test_fifty_threads_ticking_keep_to_one_call_at_a_time() -> None:
    kling = Kling()
    kling.put(*(raw(n, "processing") for n in range(20)))
    gate, under_way, most = threading.Lock(), [0], [0]
    page = kling.list_tasks

    def slow(*args: Any, **options: Any) -> TaskPage:
        with gate:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        try:
            return page(*args, **options)
        finally:
            with gate:
                under_way[0] -= 1

    kling.list_tasks = slow  # type: ignore[method-assign]
    feed = TaskFeed(lambda: kling, 0.01)
    threads = [threading.Thread(target=lambda: [feed.snapshot() for _ in range(200)]) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(feed.settled().value or ()) == 20
    assert most[0] == 1


def test_final_tasks_are_never_asked_again_and_unfinished_ones_off_the_page_are_asked_singly(kling: Kling) -> None:
    kling.put(raw(0, "processing"), *(raw(n) for n in range(1, 90)))
    feed = kling.feed()
    kling.look(feed)
    kling.put(*(raw(n, "processing" if n == 150 else "succeed") for n in range(90, 200)))
    for _ in range(8):
        kling.look(feed, 5)
    assert "task 0" in kling.calls
    singly = {call for call in kling.calls if call.startswith("task")}
    assert singly <= {"task 0", "task 150"}
    kling.put(raw(0, "failed"))
    for _ in range(8):
        kling.look(feed, 60)
    tasks = feed.known().value
    assert tasks is not None
    assert [summary.state for summary in tasks if summary.id == 2**53] == ["failed"]


def test_the_interval_is_ten_times_as_long_when_all_is_final(kling: Kling) -> None:
    kling.put(raw(1))
    feed = kling.feed()
    kling.look(feed)
    kling.look(feed, 45)
    assert kling.calls == ["page"]
    kling.look(feed, 5)
    assert kling.calls == ["page", "page"]


class Beside:
    """What an account has beside its tasks, counted with the calls for them."""

    account = "a@example.com"

    def __init__(self, kling: Kling) -> None:
        self.kling = kling
        self.broken: set[str] = set()

    def list_tasks(self, **options: Any) -> TaskPage:
        return self.kling.list_tasks(**options)

    def get_task(self, task_id: int) -> Task:
        return self.kling.get_task(task_id)

    def get_capacity(self) -> Capacity:
        self._call("capacity")
        return Capacity.read({"available": [{"email": self.account, "available": 5}]})

    def get_account(self, email: str) -> Account:
        self._call("balance")
        return Account.read({"email": email, "balance": {"total": 100}})

    def _call(self, what: str) -> None:
        self.kling.calls.append(what)
        if what in self.broken:
            raise ServerError(503, "down")


@pytest.mark.parametrize("broken", [(), ("capacity",), ("balance",), ("capacity", "balance")])
@pytest.mark.parametrize("trouble", ["", "unreadable", "restless"])
def test_with_all_final_an_hour_of_one_open_tab_costs_a_call_every_fifty_seconds(
    kling: Kling, broken: tuple[str, ...], trouble: str
) -> None:
    beside = Beside(kling)
    feeds = Feeds(cast(KlingClient, beside), clock=lambda: kling.now, start=kling.started.append)

    def beat(seconds: float) -> None:
        for feed in (feeds.capacity, feeds.balance):
            feed.once()
        kling.look(feeds.tasks, seconds)

    kling.put(raw(1, "processing", created=kling.now), raw(2))
    for _ in range(4):
        beat(5.1)
    kling.put(raw(1, created=kling.now))
    beside.broken = set(broken)
    for _ in range(2):
        beat(5.1)
    if trouble == "unreadable":
        kling.unreadable = True
    kling.calls.clear()
    for second in range(0, 3600, 10):
        if trouble == "restless":  # what is final has a newer time at every look
            kling.items[2]["task"]["updateTime"] += second
        beat(10.2)
    counted = Counter(kling.calls)
    # Beats of 10.2 s make fifty seconds 51, and what was freed and charged is asked in between.
    assert 3600 / 120 <= counted["page"] <= 3600 / 50 + 3
    least, most = (1, 8) if trouble != "restless" and not broken else (1, 62)
    assert least <= counted["capacity"] <= most
    assert least <= counted["balance"] <= most
    assert sum(counted.values()) <= 2 * 3600 / 50 + 8


def test_the_accounts_are_listed_once_for_the_first_page(kling: Kling) -> None:
    listed = []

    class Several(Beside):
        account: str | None = None  # type: ignore[assignment]

        def list_accounts(self) -> dict[str, Account]:
            listed.append(1)
            return {"a@example.com": Account.read({"email": "a@example.com"})}

        def for_account(self, account: str) -> Several:
            named = Several(self.kling)
            named.account = account
            return named

    for names in (("accounts", "tasks"), ("tasks", "accounts")):
        feeds = Feeds(cast(KlingClient, Several(kling)), clock=lambda: kling.now, start=kling.started.append)
        for name in names:
            getattr(feeds, name).snapshot()
            kling.run()
        assert feeds.account == "a@example.com"
        assert len(feeds.accounts.known().value or ()) == 1
        assert len(listed) == 1
        feeds.accounts.look_again()
        feeds.accounts.snapshot()
        kling.run()
        assert len(listed) == 2
        listed.clear()


def test_retry_after_holds_for_history_and_pages_alike(kling: Kling) -> None:
    kling.put(raw(1, "processing"))
    feed = kling.feed()
    kling.look(feed)
    kling.refusal = RateLimited(429, "busy", retry_after=90.0)
    kling.look(feed, 5)
    before = len(kling.calls)
    for _ in range(88):
        kling.look(feed, 1)
    assert len(kling.calls) == before
    kling.look(feed, 3)
    assert len(kling.calls) == before + 1


def test_an_account_is_read_once_for_both_lists_of_the_first_page_and_anew_ever_after(kling: Kling) -> None:
    read = []

    class Counted(Beside):
        def get_account(self, email: str) -> Account:
            read.append(email)
            return super().get_account(email)

        def list_accounts(self) -> dict[str, Account]:
            return {"a@example.com": Account.read({})}

    def look(feed: Feed[Any]) -> list[str]:
        read.clear()
        feed.look_again()
        feed.snapshot()
        kling.run()
        assert feed.known().value is not None
        return read

    for names in (("accounts", "balance"), ("balance", "accounts")):
        client = Counted(kling)
        client.account = "a@example.com"
        feeds = Feeds(cast(KlingClient, client), clock=lambda: kling.now, start=kling.started.append)
        first, second = (getattr(feeds, name) for name in names)
        assert [len(look(feed)) for feed in (first, second, second, first, second)] == [1, 0, 1, 1, 1]
    late = Feeds(cast(KlingClient, client), clock=lambda: kling.now, start=kling.started.append)
    assert len(look(late.accounts)) == 1
    kling.now += 6
    assert len(look(late.balance)) == 1
