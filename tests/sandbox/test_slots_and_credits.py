"""Slots, which run out, and credits, which are charged and given back."""

import pytest

from kling.sandbox import AccountSetup
from tests.sandbox.calls import balance
from tests.sandbox_server import SECONDS, START, Sandbox, ok, refusal, sandbox_of

# Slots


def test_when_all_slots_are_taken_the_answer_is_429(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    for _ in range(5):
        sandbox.task(image=image)
    sandbox.clock.advance(SECONDS - 7.5)
    answer = sandbox.order(image=image)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "8"
    assert answer.json()["retryAfter"] == "2027-01-15T08:00:20.500Z"
    sandbox.clock.advance(7.5)
    assert sandbox.order(image=image).status_code == 200


def test_max_jobs_of_the_request_lowers_the_number(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    sandbox.task(image=image)
    assert sandbox.order(image=image, maxJobs=1).status_code == 429
    assert sandbox.order(image=image, maxJobs=2).status_code == 200
    assert sandbox.order(image=image, maxJobs=50).status_code == 200


def test_the_scheduler_tells_who_is_busy(sandbox: Sandbox) -> None:
    task = sandbox.task(replyUrl="http://127.0.0.1:9/none", replyRef="mine")
    sandbox.clock.advance(12)
    schedule = ok(sandbox.get("/scheduler/available"))
    assert schedule["executing"] == [
        {
            "id": task,
            "email": "practice@example.com",
            "started": round(START * 1000),
            "elapsed": "00:12",
            "replyUrl": "http://127.0.0.1:9/none",
            "replyRef": "mine",
        }
    ]
    assert schedule["available"] == [{"email": "practice@example.com", "maxJobs": 5, "executing": 1, "available": 4}]
    sandbox.finish()
    assert ok(sandbox.get("/scheduler/available"))["available"][0]["available"] == 5


def test_what_is_no_longer_tracked_takes_no_slot_and_goes_on(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    task = sandbox.task(image=image)
    assert sandbox.order(image=image, maxJobs=1).status_code == 429
    assert sandbox.delete(f"/scheduler/{task}").status_code == 200
    assert sandbox.delete(f"/scheduler/{task}").status_code == 404
    assert sandbox.order(image=image, maxJobs=1).status_code == 200
    sandbox.finish()
    assert sandbox.work(task)["status_name"] == "succeed"


# Credits


@pytest.mark.parametrize(
    ("mode", "duration", "points"),
    [("std", 5, 2000), ("std", 10, 4000), ("pro", 5, 3500), ("pro", 10, 7000)],
)
def test_a_video_costs_points(sandbox: Sandbox, mode: str, duration: int, points: int) -> None:
    answer = ok(sandbox.order(mode=mode, duration=duration))
    assert answer["userPoints"]["total"] == balance(sandbox) == 66_000 - points
    sandbox.finish()
    assert balance(sandbox) == 66_000 - points


def test_a_motion_costs_nothing(sandbox: Sandbox) -> None:
    sandbox.motion()
    assert balance(sandbox) == 66_000


def test_a_failed_task_gives_its_points_back(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="[fail]")
    assert balance(sandbox) == 64_000
    sandbox.finish()
    assert balance(sandbox) == 66_000
    assert sandbox.delete(f"/tasks/{task}").status_code == 200
    assert balance(sandbox) == 66_000


def test_without_enough_credits_the_answer_is_412() -> None:
    with sandbox_of(accounts=[AccountSetup("a@example.com", credits=45)]) as sandbox:
        image = sandbox.picture()
        assert sandbox.order(image=image).status_code == 200
        assert sandbox.order(image=image, mode="pro").status_code == 412
        assert sandbox.order(image=image).status_code == 200
        assert refusal(sandbox.order(image=image)) == (412, "Not enough credits")
        assert len(ok(sandbox.get("/tasks"))["history"]) == 2
