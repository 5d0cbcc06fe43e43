"""The list of tasks: order, pages, times; tasks that show up late."""

import time
from typing import Any

import pytest
import requests

from kling.sandbox import AccountSetup, Limits, Listing
from tests.sandbox.calls import balance, ids_of, order_many
from tests.sandbox_server import Sandbox, ok, sandbox_of


def test_the_list_is_newest_first_and_comes_in_pages(sandbox: Sandbox) -> None:
    ids = order_many(sandbox, 5)
    newest = list(reversed(ids))
    assert ids_of(sandbox.get("/tasks")) == newest
    seen: list[int] = []
    before: dict[str, int] = {}
    while page := ok(sandbox.get("/tasks", pageSize=2, **before))["history"]:
        seen += [item["task"]["id"] for item in page]
        before = {"createdBefore": min(item["task"]["createTime"] for item in page)}
    assert seen == newest


def test_tasks_of_one_moment_are_not_lost_between_pages(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    ids = [sandbox.task(image=image) for _ in range(3)]
    [first] = ok(sandbox.get("/tasks", pageSize=1))["history"]
    rest = ids_of(sandbox.get("/tasks", createdBefore=first["task"]["createTime"]))
    assert [first["task"]["id"], *rest] == list(reversed(ids))


def test_the_list_after_a_moment(sandbox: Sandbox) -> None:
    ids = order_many(sandbox, 3)
    created = ok(sandbox.get(f"/tasks/{ids[1]}"))["task"]["createTime"]
    assert ids_of(sandbox.get("/tasks", createdAfter=created)) == [ids[2]]
    assert ids_of(sandbox.get("/tasks", createdAfter=created - 1)) == [ids[2], ids[1]]
    assert ids_of(sandbox.get("/tasks", createdBefore=created)) == [ids[0]]


def test_the_list_by_kind_of_content(sandbox: Sandbox) -> None:
    task = sandbox.task()
    assert ids_of(sandbox.get("/tasks", contentType="video")) == [task]
    assert ids_of(sandbox.get("/tasks", contentType="image")) == []
    assert ids_of(sandbox.get("/tasks", contentType="audio")) == []


def test_a_hundred_tasks_are_listed_at_once() -> None:
    with sandbox_of(accounts=[AccountSetup("a@example.com", max_jobs=50, credits=1e6)]) as sandbox:
        order_many(sandbox, 100)
        started = time.perf_counter()
        assert len(ids_of(sandbox.get("/tasks", pageSize=100))) == 100
        # Some milliseconds on a quiet machine; this is to notice a second.
        assert time.perf_counter() - started < 0.5


def test_no_more_tasks_are_kept_than_allowed() -> None:
    with sandbox_of(limits=Limits(tasks=3)) as sandbox:
        ids = order_many(sandbox, 5)
        assert ids_of(sandbox.get("/tasks")) == list(reversed(ids[2:]))
        assert sandbox.get(f"/tasks/{ids[0]}").status_code == 404
        # What they have cost stays spent.
        assert balance(sandbox) == 66_000 - 5 * 2000


@pytest.mark.parametrize("how", ["by the description", "by the listing"])
def test_a_task_may_show_up_late_in_the_list(sandbox: Sandbox, how: str) -> None:
    if how == "by the listing":
        assert sandbox.lever("listing", late_seconds=8) == {"late_seconds": 8, "page_limit": 100}
    task = sandbox.task(prompt="[late]" if how == "by the description" else "")
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "submitted"
    sandbox.clock.advance(7.9)
    assert ids_of(sandbox.get("/tasks")) == ids_of(sandbox.get("/tasks", createdAfter=0)) == []
    sandbox.clock.advance(0.1)
    assert ids_of(sandbox.get("/tasks")) == [task]


def test_a_page_may_hold_less_than_was_asked_for(sandbox: Sandbox) -> None:
    ids = order_many(sandbox, 5)
    sandbox.lever("listing", page_limit=2)
    assert ids_of(sandbox.get("/tasks", pageSize=100)) == [ids[4], ids[3]]
    created = ok(sandbox.get(f"/tasks/{ids[3]}"))["task"]["createTime"]
    assert ids_of(sandbox.get("/tasks", createdBefore=created)) == [ids[2], ids[1]]
    assert ids_of(sandbox.get("/tasks", pageSize=1)) == [ids[4]]
    sandbox.lever("listing")
    assert len(ids_of(sandbox.get("/tasks"))) == 5


@pytest.mark.parametrize("wrong", [{"page_limit": 0}, {"page_limit": 2.5}, {"late_seconds": "x"}, {"colour": "red"}])
def test_a_listing_that_cannot_be_is_refused(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    assert requests.post(f"{sandbox.origin}/sandbox/listing", json=wrong, timeout=30).status_code == 400


def test_reset_lists_as_it_was_started() -> None:
    with sandbox_of(listing=Listing(page_limit=1)) as sandbox:
        order_many(sandbox, 2)
        sandbox.lever("listing", page_limit=2)
        assert len(ids_of(sandbox.get("/tasks"))) == 2
        sandbox.lever("reset")
        order_many(sandbox, 2)
        assert len(ids_of(sandbox.get("/tasks"))) == 1
