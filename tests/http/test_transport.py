"""What can go wrong on the way: told apart, and what may change something is sent once."""

import gzip
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kling import (
    ApiError,
    BadRequest,
    KlingClient,
    KlingError,
    RateLimited,
    ServerError,
    UnexpectedAnswer,
    Unreachable,
)
from tests.http.calls import (
    TASK,
    VIDEO,
    Call,
    every,
    gets,
    once,
    posts,
    quick,
)
from tests.recorder import Recorder, answer, drop, hang, then_close

UNREADABLE = {
    "html": b"<html><body>Bad gateway</body></html>",
    "empty": b"",
    "cut short": b'{"task": {"id": 12',
    "a number": b"12",
    "a text": b'"task"',
    "null": b"null",
    "an empty object": b"{}",
    "another object": b'{"tasks": 1, "url": null, "history": {}}',
    "a list of numbers": b"[1, 2]",
    "not text": b"\xff\xfe\x00\x01",
    "a tower": b"[" * 100_000,
    "a huge number": b'{"task": {"id": ' + b"1" * 5000 + b"}}",
}


@posts
def test_a_post_whose_answer_cannot_be_read(upstream: Recorder, client: KlingClient, call: Call) -> None:
    for content in UNREADABLE.values():
        upstream.will(answer(200, content))
        with pytest.raises(UnexpectedAnswer):
            call(client)
    assert len(upstream.seen) == len(UNREADABLE)


@pytest.mark.parametrize("status", [400, 404, 429, 500, 596, 600])
@every
def test_a_refusal_whose_words_cannot_be_read(upstream: Recorder, client: KlingClient, call: Call, status: int) -> None:
    for content in UNREADABLE.values():
        upstream.will(answer(status, content))
        with pytest.raises(ApiError) as caught:
            call(client)
        assert caught.value.status == status
    assert len(upstream.seen) == len(UNREADABLE)


@gets
def test_a_reading_whose_answer_cannot_be_read(upstream: Recorder, client: KlingClient, call: Call) -> None:
    for content in UNREADABLE.values():
        upstream.will(answer(200, content))
        try:
            call(client)
        except KlingError:
            continue
        assert content in (b"{}", UNREADABLE["another object"], b"[1, 2]")


@once
def test_a_dropped_connection_leaves_it_open_whether_it_arrived(
    upstream: Recorder, client: KlingClient, call: Call
) -> None:
    upstream.will(drop)
    with pytest.raises(Unreachable) as caught:
        call(client)
    assert caught.value.sent is None
    assert upstream.connections == len(upstream.seen) == 1


@once
def test_silence_leaves_it_open_whether_it_arrived(upstream: Recorder, call: Call) -> None:
    upstream.will(hang)
    with pytest.raises(Unreachable) as caught:
        call(quick(upstream.url, seconds=0.2))
    assert caught.value.sent is None
    assert upstream.connections == len(upstream.seen) == 1


@once
def test_an_answer_that_breaks_off_leaves_it_open(upstream: Recorder, client: KlingClient, call: Call) -> None:
    upstream.will(then_close(answer(200, TASK)[:-5]))
    with pytest.raises(Unreachable) as caught:
        call(client)
    assert caught.value.sent is None
    assert upstream.connections == len(upstream.seen) == 1


@posts
def test_a_refusal_that_breaks_off_is_still_a_refusal(upstream: Recorder, client: KlingClient, call: Call) -> None:
    upstream.will(then_close(answer(400, {"error": "Parameter workId is required"})[:-5]))
    with pytest.raises(BadRequest):
        call(client)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@once
def test_a_fault_upstream_is_not_tried_again(upstream: Recorder, client: KlingClient, call: Call, status: int) -> None:
    upstream.will(answer(status, {"error": "x"}, Retry_After="0"))
    with pytest.raises(ServerError):
        call(client)
    assert upstream.connections == len(upstream.seen) == 1


@every
def test_a_closed_port_means_not_sent(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        call(quick(f"http://127.0.0.1:{port}/v1"))
    assert caught.value.sent is False


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", f"http://{'x' * 70}.invalid", "http://a..b/"])
@posts
def test_a_name_nobody_knows_means_not_sent(call: Call, url: str) -> None:
    with pytest.raises(Unreachable) as caught:
        call(quick(url))
    assert caught.value.sent is False


@posts
def test_a_connection_that_never_opens_means_not_sent(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port, waiting = listener.getsockname()[1], []
        for _ in range(3):  # fills the queue, so that the next one is not answered
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(("127.0.0.1", port))
        with pytest.raises(Unreachable) as caught:
            call(quick(f"http://127.0.0.1:{port}", seconds=0.2))
        assert caught.value.sent is False
        for each in waiting:
            each.close()


def test_a_post_never_uses_a_connection_from_before(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"history": []}), answer(200, TASK))
    client.list_tasks()
    client.create_motion_video(VIDEO)
    client.create_motion_video(VIDEO)
    assert upstream.connections == 3


def test_reading_uses_its_connection_again(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"history": []}))
    for _ in range(5):
        client.list_tasks()
    assert upstream.connections == 1


@gets
def test_reading_is_tried_twice_more(upstream: Recorder, client: KlingClient, call: Call) -> None:
    upstream.will(answer(503, b"<html>"))
    with pytest.raises(ServerError):
        call(client)
    assert len(upstream.seen) == 3


def test_reading_recovers_from_a_closed_connection(upstream: Recorder, client: KlingClient) -> None:
    history = answer(200, {"history": []})
    upstream.will(then_close(history), drop, history)
    assert client.list_tasks() == []
    assert client.list_tasks() == []


def test_reading_is_not_tried_again_after_a_time_out(upstream: Recorder) -> None:
    upstream.will(hang)
    with pytest.raises(Unreachable):
        quick(upstream.url, seconds=0.2).list_tasks()
    assert len(upstream.seen) == 1


def test_a_429_is_not_waited_for(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(429, {"error": "busy"}, Retry_After="30"))
    with pytest.raises(RateLimited) as caught:
        client.list_tasks()
    assert caught.value.retry_after == 30
    assert len(upstream.seen) == 1


def test_when_to_try_again_may_be_a_date(upstream: Recorder, client: KlingClient) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=100)
    upstream.will(
        answer(429, {"error": "busy"}, Retry_After=format_datetime(soon, usegmt=True)),
        answer(429, {"error": "busy", "retryAfter": soon.isoformat().replace("+00:00", "Z")}),
    )
    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            client.create_motion_video(VIDEO)
        assert caught.value.retry_after == pytest.approx(100, abs=20)


def test_too_much_is_not_read(upstream: Recorder, client: KlingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kling.http.transport.ANSWER_BYTES", 1_000_000)
    upstream.will(answer(200, gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"))
    with pytest.raises(UnexpectedAnswer):
        client.list_tasks()
    with pytest.raises(UnexpectedAnswer):
        client.create_motion_video(VIDEO)


def test_an_answer_that_drips_is_given_up(upstream: Recorder) -> None:
    def drip(recorder: Recorder, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not recorder.closing.wait(0.05):
            connection.sendall(b" ")

    upstream.will(drip)
    with pytest.raises(Unreachable) as caught:
        quick(upstream.url, seconds=0.4).create_motion_video(VIDEO)
    assert caught.value.sent is None
    assert len(upstream.seen) == 1


def test_damaged_gzip_cannot_be_read(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, b"this is no gzip at all", Content_Encoding="gzip"))
    with pytest.raises(UnexpectedAnswer):
        client.create_motion_video(VIDEO)
    assert len(upstream.seen) == 1
