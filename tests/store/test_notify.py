"""What has finished is told once, whoever sees it, and as often as it takes where nothing arrived."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

from kling.http.post_json import post_json
from kling.notify import Choices, Ending, Message, Notice, Notifier, body_for
from kling.store import Store
from kling.store.tables import notices, orders
from pages.ui.wording.notify import compose
from tests.databases import Database
from tests.orders import history
from tests.processes import free_port

ME = "anna@example.com"
SLACK, DISCORD = "https://hooks.slack.com/services/T/B/x", "https://discord.com/api/webhooks/1/x"
TEAMS = "https://prod-1.westeurope.logic.azure.com/workflows/x"


class Hook(ThreadingHTTPServer):
    """The team's channel on loopback; `answers` are its next statuses, 0 for an end without a word."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receive)
        self.url = f"http://127.0.0.1:{self.server_port}/hook?key=secret-of-the-hook"
        self.heard: list[dict[str, Any]] = []
        self.answers: list[int] = []


class Receive(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.server.heard.append({"status": status, **json.loads(body)})
        if status:
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Dashboard:
    """A database with orders in it, and as many processes that tell of them as a test likes."""

    def __init__(self, url: str, hook: str) -> None:
        self.store, self.hook, self.now = Store(url), hook, 1000.0
        self.store.open()
        self.choices = Choices(self.store, lambda: self.now)

    def notifier(self) -> Notifier:
        return Notifier(self.store, "test", self.hook, lambda told: compose(told, "Anna", "https://desk.example"),
                        now=lambda: self.now)  # fmt: skip

    def end(self, *ids: str, **changes: Any) -> None:
        base = next(history.rows(1, [ME], 0, 1, "test")) | {"step": "done", "ended_at": self.now, "task_id": None}
        with self.store.engine.begin() as connection:
            for order_id in ids:
                connection.execute(sa.insert(orders), [{**base, "id": order_id, **changes}])

    def change(self, order_id: str, **changes: Any) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(sa.update(orders).where(orders.c.id == order_id).values(**changes))

    def states(self) -> list[str]:
        with self.store.engine.connect() as connection:
            return list(connection.scalars(sa.select(notices.c.state)))


@contextmanager
def opened(url: str, hook: Hook) -> Iterator[Dashboard]:
    """One whose only person has chosen the web hook a while ago."""
    found = Dashboard(url, hook.url)
    found.choices.choose(ME, browser=True, team=True)
    found.now += 10
    yield found
    found.store.close()


@pytest.fixture
def dashboard(sqlite: Database, hook: Hook) -> Iterator[Dashboard]:
    with opened(sqlite.url, hook) as found:
        yield found


@pytest.fixture
def either_dashboard(database: Database, hook: Hook) -> Iterator[Dashboard]:
    """On SQLite and on PostgreSQL."""
    with opened(database.url, hook) as found:
        yield found


def test_an_order_is_told_once_by_all_processes(either_dashboard: Dashboard, hook: Hook) -> None:
    dashboard = either_dashboard
    dashboard.end("a", task_id=7, title="Video with the motion “Wave”")
    processes = [dashboard.notifier() for _ in range(4)]
    threads = [threading.Thread(target=each.look) for each in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    dashboard.now += 5
    dashboard.notifier().look()
    [told] = hook.heard
    assert told["text"] == "Anna: Ready: Video with the motion “Wave” https://desk.example/tasks?task=7"
    assert told["orders"] == [{"id": "a", "title": "Video with the motion “Wave”", "state": "done", "task": 7}]
    assert dashboard.states() == ["sent"]


def test_a_batch_is_one_message_once_all_of_it_has_ended(either_dashboard: Dashboard, hook: Hook) -> None:
    dashboard = either_dashboard
    notifier = dashboard.notifier()
    dashboard.end(*[f"b-{number:02}" for number in range(39)], batch="b")
    dashboard.end("b-39", batch="b", step="accepted", ended_at=None)
    notifier.look()
    assert hook.heard == []
    dashboard.change("b-39", step="failed", ended_at=dashboard.now)
    notifier.look()
    notifier.look()
    [told] = hook.heard
    assert told["text"].startswith("Anna: 39 of 40 of a batch are ready; 1 × kling could not make it.")
    assert "https://desk.example/?batch=b" in told["text"]
    assert len(told["orders"]) == 40


def test_a_batch_of_which_some_wait_for_an_admin_is_told_now_and_once_more_at_its_end(
    dashboard: Dashboard, hook: Hook
) -> None:
    notifier = dashboard.notifier()
    dashboard.end("b-0", "b-1", batch="b")
    dashboard.end("b-2", batch="b", step="held", ended_at=None)
    notifier.look()
    notifier.look()
    [told] = hook.heard
    assert told["text"].startswith("Anna: 2 of 3 of a batch are ready; 1 × ")
    dashboard.change("b-2", step="done", ended_at=dashboard.now)
    notifier.look()
    assert hook.heard[1]["text"].startswith("Anna: all 3 of a batch are ready.")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_was_not_taken_is_tried_again_later(dashboard: Dashboard, hook: Hook, status: int) -> None:
    hook.answers = [status, status]
    notifier = dashboard.notifier()
    dashboard.end("a")
    notifier.look()
    notifier.look()
    assert len(hook.heard) == 1
    for _ in range(3):
        dashboard.now += 60
        notifier.look()
    assert [told["status"] for told in hook.heard] == [status, status, 200]
    assert dashboard.states() == ["sent"]


@pytest.mark.parametrize("status", [0, 302, 404])
def test_what_may_have_arrived_or_is_refused_is_never_sent_again(dashboard: Dashboard, hook: Hook, status: int) -> None:
    hook.answers = [status]
    dashboard.end("a")
    for _ in range(3):
        dashboard.notifier().look()
        dashboard.now += 100
    assert len(hook.heard) == 1
    assert dashboard.states() == ["lost"]


def test_a_process_that_dies_while_it_sends_leaves_no_second_message(dashboard: Dashboard, hook: Hook) -> None:
    class Dies(BaseException):
        pass

    def dies(*_: Any) -> Any:
        raise Dies

    dashboard.end("a")
    dying = dashboard.notifier()
    dying._post = dies
    with pytest.raises(Dies):
        dying.look()
    dashboard.now += 3600
    dashboard.notifier().look()
    assert hook.heard == []


def test_a_hook_that_is_away_is_waited_for_and_given_up_after_a_day(dashboard: Dashboard, caplog: Any) -> None:
    dashboard.hook = f"http://127.0.0.1:{free_port()}/secret-of-the-hook"
    dashboard.end("a")
    dashboard.notifier().look()
    assert dashboard.states() == ["due"]
    dashboard.now += 90_000
    dashboard.notifier().look()
    assert dashboard.states() == ["lost"]
    assert "did not take" in caplog.text
    assert "secret-of-the-hook" not in caplog.text


def test_only_those_who_chose_it_and_only_from_then_on(dashboard: Dashboard, hook: Hook) -> None:
    dashboard.end("before", ended_at=900.0)
    dashboard.end("ben", person="ben@example.com")
    dashboard.end("taken back", step="cancelled")
    dashboard.end("elsewhere", service="practice")
    dashboard.notifier().look()
    assert hook.heard == []
    assert not dashboard.choices.of("ben@example.com").team_since
    dashboard.choices.choose(ME, browser=False, team=False)
    dashboard.end("a")
    dashboard.notifier().look()
    assert hook.heard == []
    assert dashboard.choices.of(ME).browser is False


def test_a_doubt_and_its_end_are_two_things_to_tell(dashboard: Dashboard, hook: Hook) -> None:
    dashboard.end("a", step="unknown")
    notifier = dashboard.notifier()
    notifier.look()
    dashboard.change("a", step="done")
    notifier.look()
    assert [told["orders"][0]["state"] for told in hook.heard] == ["unknown", "done"]


def test_every_service_is_spoken_to_in_its_own_words() -> None:
    message = Message("<!channel> @everyone & done", "https://desk.example/", {"person": "Anna"})
    assert body_for(SLACK, message) == {"text": "&lt;!channel&gt; @everyone &amp; done https://desk.example/"}
    discord = body_for(DISCORD, message)
    assert discord["allowed_mentions"] == {"parse": []}
    assert discord["content"].startswith("<!channel>")
    for teams in (TEAMS, "https://x.webhook.office.com/webhookb2/x"):
        [attachment] = body_for(teams, message)["attachments"]
        assert attachment["content"]["body"][0]["text"] == message.text
        assert attachment["content"]["actions"][0]["url"] == "https://desk.example/"
    assert body_for("http://10.0.0.5:8065/hooks/x", message)["person"] == "Anna"
    assert body_for("https://slack.com.evil.example/x", message)["person"] == "Anna"


def test_an_address_that_is_none_is_no_fault() -> None:
    assert post_json("http://[::1", {})[0] in ("unknown", "refused")


def test_a_batch_that_is_whole_says_so() -> None:
    orders_of_batch = tuple(ending(f"o{number}") for number in range(3))
    assert compose(Notice("k", ME, "b", orders_of_batch), "Anna", None).text == "Anna: all 3 of a batch are ready."


def ending(order_id: str) -> Any:
    return Ending(order_id, "A video", "done", 1)
