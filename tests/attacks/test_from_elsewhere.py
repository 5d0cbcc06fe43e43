"""Nobody signs in: then the dashboard is for its own machine, until somebody says that a network is meant."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from websockets.exceptions import InvalidStatus

from tests.attacks.protected import SECONDS, ProtectedDashboard, session_of
from tests.processes import dashboard

MINE = "open to its own machine only"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProtectedDashboard]:
    """As the README starts it, but listening to the network."""
    folder = tmp_path_factory.mktemp("plain")
    with dashboard(folder, STREAMLIT_SERVER_ADDRESS="0.0.0.0") as server:
        yield ProtectedDashboard(server.url, "", folder)


def outside() -> str:
    """An address of this machine that others reach it under."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        try:
            found.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but its own")
        return str(found.getsockname()[0])


def test_this_machine_is_served_and_the_network_is_not(plain: ProtectedDashboard) -> None:
    assert plain.get("/tasks").status_code == 200
    with plain.socket({}) as open_socket:
        assert session_of(open_socket)
    elsewhere = f"http://{outside()}:{urlsplit(plain.url).port}"
    for path in ("/", "/tasks", "/_stcore/metrics", "/_stcore/health", "/zip/x"):
        answer = requests.get(elsewhere + path, timeout=SECONDS)
        assert answer.status_code == 403, path
        assert MINE in answer.text
    assert requests.get(f"{elsewhere}/healthz", timeout=SECONDS).status_code == 200
    with pytest.raises(InvalidStatus, match="403"), plain.socket({}, elsewhere, host=elsewhere):
        pass


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-For", "Forwarded", "X-Real-Ip"])
@pytest.mark.parametrize("said", ["evil.example", "192.0.2.7", "192.0.2.7:80"])
def test_what_a_proxy_or_a_borrowed_name_brings_is_not_served(plain: ProtectedDashboard, name: str, said: str) -> None:
    answer = plain.get("/", headers={name: said})
    assert answer.status_code == 403
    assert MINE in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", "http://127.0.0.1:1", "null"])
def test_a_page_elsewhere_in_the_same_browser_opens_no_socket(plain: ProtectedDashboard, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"), plain.socket({}, origin):
        pass


def test_a_network_of_friends_is_served_when_somebody_says_so(tmp_path: Path) -> None:
    with dashboard(tmp_path, STREAMLIT_SERVER_ADDRESS="0.0.0.0", KLING_OPEN="1") as server:
        elsewhere = f"http://{outside()}:{urlsplit(server.url).port}"
        assert requests.get(f"{elsewhere}/tasks", timeout=SECONDS).status_code == 200
        with ProtectedDashboard(elsewhere, "", tmp_path).socket({}) as open_socket:
            assert session_of(open_socket)


def test_it_listens_on_this_machine_alone_unless_told(tmp_path: Path) -> None:
    with dashboard(tmp_path) as server, pytest.raises(requests.ConnectionError):
        requests.get(f"http://{outside()}:{urlsplit(server.url).port}/healthz", timeout=SECONDS)
