"""Somebody who has not signed in asks for everything there is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from websockets.exceptions import InvalidStatus

from pages.server.document import PATHS
from tests.attacks.protected import SECONDS, ProtectedDashboard, leads_to_sign_in
from tests.processes import ROOT

TO_SIGN_IN = {"/auth/login", "/auth/logout", "/oauth2callback"}
SHARES = {"/share/{token}", "/share/{token}/video"}
"""What they open to whom: `test_shares`."""
OPEN = {"/healthz", "/readyz", "/metrics", "/hooks/kling/{secret}", *TO_SIGN_IN, *SHARES}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Walked from the app itself, so that a new one cannot be forgotten."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KLING_")}
    folder = tmp_path_factory.mktemp("routes")
    run = subprocess.run(
        [sys.executable, "-m", "tests.attacks.routes"],
        cwd=ROOT, env={**clean, "KLING_DATA_DIR": str(folder)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [(kind, path) for kind, path in json.loads(run.stdout.splitlines()[-1])]


def test_every_route_is_closed(protected: ProtectedDashboard, routes: list[tuple[str, str]]) -> None:
    closed = [path for kind, path in routes if kind == "http" and path not in OPEN]
    assert {"/_stcore/metrics", "/zip/{secret}", "/clips/{name}", "/kept/{task_id}/{part}"} <= set(closed)
    assert any(path.startswith("/media") for path in closed)
    assert any("upload_file" in path for path in closed)
    for path in closed:
        for method in METHODS:
            asked = protected.url + re.sub(r"{[^}]*}", "x", path)
            answer = requests.request(method, asked, timeout=SECONDS, allow_redirects=False)
            assert answer.status_code == 401 or (method == "GET" and leads_to_sign_in(answer)), (method, path)
            assert answer.text in ("", "Sign in first."), (method, path)


def test_what_is_open_is_open_for_what_it_is_for_alone(
    protected: ProtectedDashboard, routes: list[tuple[str, str]]
) -> None:
    assert {path for _, path in routes} & OPEN == OPEN
    assert protected.get("/healthz").status_code == 200
    assert requests.post(f"{protected.url}/hooks/kling/x", timeout=SECONDS).status_code == 404
    for path in (
        "/healthz/",
        "//healthz",
        "/healthz/../tasks",
        "/auth/login/../../tasks",
        "/hooks/kling/x/y",
        "/auth/",
        "/share/",
        "/share/x/",
        "/share/x/video/",
        "/share/x/cover",
        "/share/x/../../tasks",
    ):
        prepared = requests.Request("GET", protected.url).prepare()
        prepared.url = protected.url + path
        with requests.Session() as session:
            assert session.send(prepared, timeout=SECONDS, allow_redirects=False).status_code == 401, path


def test_every_socket_is_closed(protected: ProtectedDashboard, routes: list[tuple[str, str]]) -> None:
    assert [path for kind, path in routes if kind == "websocket"] == ["/_stcore/stream"]
    for origin in ("", None):
        with pytest.raises(InvalidStatus, match="403"), protected.socket({}, origin):
            pass


@pytest.mark.parametrize("path", PATHS)
def test_a_page_leads_to_the_sign_in(protected: ProtectedDashboard, path: str) -> None:
    assert leads_to_sign_in(protected.get(f"/{path}"))
    assert protected.get(f"/{path}").text == ""


def test_nothing_is_made_of_a_header_that_the_middleware_writes_itself(protected: ProtectedDashboard) -> None:
    said = {"kling-identity": json.dumps(["admin@team.example", "Admin", 1e12]), "Kling-Identity": "x"}
    assert leads_to_sign_in(protected.get("/", headers=said))
    assert protected.get("/_stcore/metrics", headers=said).status_code == 401


def test_the_data_folder_is_no_folder_of_the_web(protected: ProtectedDashboard, tmp_path: Path) -> None:
    for path in ("/app.py", "/.data/orders.sqlite", "/static/../.streamlit/secrets.toml"):
        assert protected.get(path).status_code == 401
