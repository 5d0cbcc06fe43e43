"""Addresses in answers that lead into the company's network: by number, by name, and by a redirect."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kling import KlingClient, UnexpectedAnswer
from kling.http import destinations
from tests.recorder import Recorder, answer, recording

WAYS: list[Callable[[KlingClient, str], Any]] = [
    lambda client, url: client.fetch_media(url),
    lambda client, url: b"".join(client.stream_media(url)),
]
each_way = pytest.mark.parametrize("fetch", WAYS, ids=["fetch", "stream"])


@pytest.fixture
def inside() -> Iterator[Recorder]:
    """A server of the company's own network."""
    with recording() as found:
        found.will(answer(200, b"secret"))
        yield found


@pytest.fixture
def upstream() -> Iterator[Recorder]:
    with recording() as found:
        yield found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"])
@each_way
def test_an_address_of_the_own_network_is_not_asked(
    fetch: Any, host: str, inside: Recorder, upstream: Recorder
) -> None:
    port = inside.url.split(":")[2].split("/")[0]
    with pytest.raises(UnexpectedAnswer, match="private network"):
        fetch(KlingClient("user:1-x", upstream.url), f"http://{host}:{port}/v.mp4")
    assert inside.connections == 0


@each_way
def test_nor_where_a_redirect_leads_to_it(fetch: Any, inside: Recorder, upstream: Recorder) -> None:
    upstream.will(answer(302, b"", Location=f"{inside.url}/v.mp4"))
    with pytest.raises(UnexpectedAnswer, match="private network"):
        fetch(KlingClient("user:1-x", upstream.url), f"{upstream.url}/v.mp4")
    assert inside.connections == 0


@each_way
def test_nor_where_a_name_stands_for_another_address_the_second_time(
    fetch: Any, inside: Recorder, upstream: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, asked = int(inside.url.split(":")[2].split("/")[0]), []
    real = socket.getaddrinfo

    def rebinding(host: str, *rest: Any, **options: Any) -> Any:
        if host != "rebinding.example":
            return real(host, *rest, **options)
        asked.append(host)
        found = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setenv("NO_PROXY", "*")
    with pytest.raises(UnexpectedAnswer, match="private network"):
        fetch(KlingClient("user:1-x", upstream.url), f"http://rebinding.example:{port}/v.mp4")
    assert inside.connections == 0


@each_way
def test_the_service_itself_may_be_anywhere(fetch: Any, upstream: Recorder) -> None:
    upstream.will(answer(200, b"film"))
    assert fetch(KlingClient("user:1-x", upstream.url), f"{upstream.url}/v.mp4") == b"film"


@each_way
def test_a_file_without_an_end_is_left(fetch: Any, upstream: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kling.http.media.BYTES", 1000)
    upstream.will(answer(200, b"x" * 1001))
    with pytest.raises(UnexpectedAnswer, match="too long"):
        fetch(KlingClient("user:1-x", upstream.url), f"{upstream.url}/v.mp4")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.0.0.1", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
    ],
)  # fmt: skip
def test_what_is_public(address: str, expected: bool) -> None:
    assert destinations.is_public(address) is expected
