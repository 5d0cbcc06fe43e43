"""The shared list of tasks, with a clock in hand and an upstream that counts."""

from __future__ import annotations

import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import pytest

from kling.client import KlingClient
from kling.errors import Expired, KlingError, NotFound, RateLimited, ServerError
from kling.feed import Feed, Feeds, TaskFeed, TaskList, TaskSummary
from kling.models.answers import Account, Capacity
from kling.models.tasks import MOTION_VIDEO, Task, TaskPage
from tests.models.seed_samples import CREATE_ANSWER

BORN = 1_800_000_000


def raw(number: int, state: str = "succeed", created: float | None = None, **more: Any) -> dict[str, Any]:
    """One item of GET /tasks; made at BORN + number seconds unless told otherwise, done 100 s later."""
    made = round((BORN + number if created is None else created) * 1000)
    is_final = state in ("succeed", "failed")
    link = f"https://cdn.invalid/{number}.mp4"
    return {
        "task": {
            "id": 2**53 + number,
            "type": MOTION_VIDEO,
            "taskInfo": {"arguments": [{"name": "prompt", "value": f"dance {number}"}], "inputs": []},
            "createTime": made,
            "updateTime": made + 100_000,
        },
        "works": [{"workId": number, "resource": {"resource": link}}] if state == "succeed" else [],
        "status_name": state,
        "status_final": is_final,
        **more,
    }


def number(task_id: int) -> int:
    return task_id - 2**53


class Kling:
    """An upstream in memory, newest first. `run()` does the looks that were started."""

    def __init__(self) -> None:
        self.now = BORN + 20_000.0
        self.items: dict[int, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.refusal: KlingError | None = None
        self.longest = 100
        self.unreadable = False
        self.started: list[Callable[[], None]] = []
        self.under_way = 0
        self.most_under_way = 0

    def put(self, *items: dict[str, Any]) -> None:
        self.items |= {number(item["task"]["id"]): item for item in items}

    def list_tasks(
        self,
        content_type: str | None = None,
        page_size: int | None = None,
        created_before: int | None = None,
        created_after: int | None = None,
    ) -> TaskPage:
        self._call("page" if created_before is None else "older")
        newest = sorted(self.items.values(), key=lambda item: -item["task"]["createTime"])
        older = [item for item in newest if created_before is None or item["task"]["createTime"] < created_before]
        told = ["nonsense"] * self.unreadable
        return TaskPage(map(Task.read, [*told, *older][: min(page_size or 50, self.longest)]))

    def get_task(self, task_id: int) -> Task:
        self._call(f"task {number(task_id)}")
        if number(task_id) not in self.items:
            raise NotFound(404, "Task not found")
        return Task.read({**self.items[number(task_id)], "etaTime": 40_000})

    def _call(self, what: str) -> None:
        self.calls.append(what)
        if self.refusal is not None:
            raise self.refusal

    def feed(self, seconds: float = 5.0) -> TaskFeed:
        return TaskFeed(lambda: self, seconds, clock=lambda: self.now, start=self.started.append)

    def run(self) -> None:
        while self.started:
            self.started.pop()()

    def look(self, feed: TaskFeed, seconds: float = 0.0) -> TaskList:
        """What a viewer knows after so many seconds, and the look that was due."""
        self.now += seconds
        feed.snapshot()
        self.run()
        value = feed.known().value
        assert value is not None
        return value


@pytest.fixture
def kling() -> Kling:
    return Kling()


def numbers(tasks: TaskList) -> list[int]:
    return [number(summary.id or 0) for summary in tasks]


def test_a_page_is_merged_by_id_and_the_newest_comes_first(kling: Kling) -> None:
    kling.put(raw(1), raw(2, "processing"))
    feed = kling.feed()
    assert numbers(kling.look(feed)) == [2, 1]
    kling.put(raw(3, "submitted"), raw(2))
    kling.look(feed, 5)
    tasks = kling.look(feed, 5)
    assert numbers(tasks) == [3, 2, 1]
    assert tasks[1].state == "succeed"


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


def test_older_history_comes_page_by_page_and_only_when_wanted(kling: Kling) -> None:
    kling.put(*(raw(n) for n in range(250)))
    feed = kling.feed()
    assert len(kling.look(feed)) == 100
    for expected in (200, 250):
        feed.want_older()
        assert len(kling.look(feed, 1)) == expected
    assert not feed.known().value.is_complete  # type: ignore[union-attr]
    feed.want_older()
    assert kling.look(feed, 1).is_complete
    feed.want_older()
    before = len(kling.calls)
    kling.look(feed, 1)
    assert len(kling.calls) == before
    assert numbers(kling.look(feed)) == list(range(249, -1, -1))


@pytest.mark.parametrize("longest", [1, 15])
def test_older_history_comes_whole_however_short_upstream_makes_its_pages(kling: Kling, longest: int) -> None:
    kling.put(*(raw(n) for n in range(20)))
    kling.longest = longest
    feed = kling.feed()
    kling.look(feed)
    while not kling.look(feed).is_complete:
        feed.want_older()
        kling.look(feed, 1)
    assert numbers(kling.look(feed)) == list(range(19, -1, -1))
    assert len(kling.calls) <= 20 / longest + 3


def test_a_task_missing_from_the_page_leaves_with_a_reason(kling: Kling) -> None:
    kling.put(*(raw(n) for n in range(5)), raw(5, "processing"))
    feed = kling.feed()
    kling.look(feed)
    del kling.items[3], kling.items[5]
    for _ in range(3):
        tasks = kling.look(feed, 50)
    assert numbers(tasks) == [4, 2, 1, 0]
    assert {number(task_id): why for task_id, why in tasks.gone.items()} == {3: "gone", 5: "gone"}
    assert "task 3" not in kling.calls


def test_an_expired_task_leaves_with_that_reason(kling: Kling, monkeypatch: pytest.MonkeyPatch) -> None:
    kling.put(raw(1, "processing"))
    feed = kling.feed()
    kling.look(feed)

    def expired(_: int) -> Task:
        raise Expired(410, "Task has expired")

    monkeypatch.setattr(kling, "get_task", expired)
    feed.look_at(2**53 + 1)
    kling.run()
    assert kling.look(feed).gone == {2**53 + 1: "expired"}


def test_our_own_deletion_is_seen_at_once(kling: Kling) -> None:
    kling.put(raw(1), raw(2))
    feed = kling.feed()
    kling.look(feed)
    del kling.items[2]
    feed.look_at(2**53 + 2, if_missing="deleted")
    kling.run()
    tasks = feed.known().value
    assert tasks is not None
    assert (numbers(tasks), tasks.gone) == ([1], {2**53 + 2: "deleted"})


def test_a_claim_is_asked_at_once_and_only_upstream_is_believed(kling: Kling) -> None:
    kling.put(raw(1, "processing"))
    feed = kling.feed()
    kling.look(feed)
    feed.look_at(2**53 + 1)
    kling.run()
    assert kling.calls[-1] == "task 1"
    assert feed.known().value[0].state == "processing"  # type: ignore[index]
    kling.put(raw(1))
    feed.look_at(2**53 + 1)
    kling.run()
    assert feed.known().value[0].state == "succeed"  # type: ignore[index]


def test_the_version_stays_while_nothing_changes_and_links_signed_anew_are_no_change(kling: Kling) -> None:
    kling.put(raw(1))
    feed = kling.feed()
    kling.look(feed)
    version = feed.known().version
    kling.look(feed, 60)
    assert feed.known().version == version
    item = raw(1)
    item["works"][0]["resource"]["resource"] += "?signature=2"
    kling.put(item)
    tasks = kling.look(feed, 60)
    assert feed.known().version == version
    assert tasks[0].task().video_url == "https://cdn.invalid/1.mp4?signature=2"


def test_what_changed_since_a_version_can_be_asked(kling: Kling) -> None:
    kling.put(raw(1, "submitted"), raw(2))
    feed = kling.feed()
    kling.look(feed)
    first = feed.known().version
    kling.put(raw(1, "processing"), raw(3, "submitted"))
    kling.look(feed, 5)
    kling.look(feed, 5)
    second = feed.known().version
    kling.put(raw(1))
    del kling.items[2]
    kling.look(feed, 5)
    kling.look(feed, 5)
    changes = feed.changes(second)
    assert [*map(number, changes.finished)] == [1]
    assert [*map(number, changes.gone)] == [2]
    assert [*map(number, feed.changes(first).added)] == [3]
    assert 2**53 + 1 in changes
    assert feed.changes(feed.known().version) == type(changes)()


def test_a_failing_upstream_keeps_the_list_and_is_asked_ever_more_rarely(kling: Kling) -> None:
    kling.put(raw(1))
    feed = kling.feed()
    kling.look(feed)
    kling.refusal = ServerError(503, "down")
    kling.look(feed, 60)
    before = len(kling.calls)
    for _ in range(600):
        assert numbers(kling.look(feed, 1)) == [1]
    assert len(kling.calls) - before <= 6 + 600 / 60
    assert feed.known().failing_for(kling.now) >= 600
    kling.refusal = None
    kling.look(feed, 60)
    assert feed.known().error is None
    assert feed.known().failing_for(kling.now) == 0


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


def test_one_task_upstream_cannot_tell_of_does_not_stop_the_others(
    kling: Kling, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kling.put(raw(1, "processing"))
    feed = kling.feed()
    kling.look(feed)

    def fault(_: int) -> Task:
        raise ServerError(500, "fault")

    monkeypatch.setattr(kling, "get_task", fault)
    for _ in range(4):
        kling.look(feed, 5)
    assert feed.known().error is None
    assert "could not be asked" in caplog.text


def test_how_long_it_takes_is_told_by_tasks_like_it_without_a_call(kling: Kling) -> None:
    kling.put(raw(1), raw(2), raw(3, "processing", created=kling.now - 50))
    feed = kling.feed()
    kling.look(feed)
    summary = kling.look(feed, 5)[0]
    assert summary.finishes_at == kling.now - 55 + 100
    assert summary.share == 0.55
    assert set(kling.calls) == {"page"}


def test_how_long_it_takes_is_asked_once_where_nothing_is_like_it(kling: Kling) -> None:
    kling.put(raw(3, "processing", created=kling.now))
    feed = kling.feed()
    kling.look(feed)
    summary = kling.look(feed, 5)[0]
    assert summary.finishes_at == kling.now + 40
    for _ in range(6):
        kling.look(feed, 5)
    assert kling.calls.count("task 3") == 1


def test_an_unreadable_task_does_not_hide_the_others(kling: Kling) -> None:
    kling.put(raw(1))
    page = kling.list_tasks
    kling.list_tasks = lambda **options: TaskPage([Task.read("nonsense"), *page(**options)])  # type: ignore[method-assign]
    tasks = kling.look(kling.feed())
    assert [summary.is_readable for summary in tasks] == [False, True]


def test_ten_thousand_tasks_are_held_in_sixty_megabytes(kling: Kling) -> None:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    held = [TaskSummary.of(Task.read({**CREATE_ANSWER, "works": [{"workId": n}]})) for n in range(10_000)]
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(held) == 10_000
    assert size <= 60e6


def test_ten_thousand_tasks_come_page_by_page_and_no_further(kling: Kling) -> None:
    kling.put(*(raw(n) for n in range(10_150)))
    feed = kling.feed()
    kling.look(feed)
    for _ in range(130):
        feed.want_older()
        kling.look(feed, 1)
    tasks = kling.look(feed)
    assert (len(tasks), tasks.is_complete) == (10_000, True)
    assert numbers(tasks)[0] == 10_149
