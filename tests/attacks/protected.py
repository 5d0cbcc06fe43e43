"""A dashboard with sign-in, the provider that signs people in, and what an attacker can do to both."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from kling.people import AuditTrail, Register
from kling.store import Store
from tests.processes import dashboard_at, free_port, started

COOKIE_SECRET = "of the tests of sign-in"
COOKIE = "_streamlit_user"
TEAM = "team.example"
ADMIN = f"admin@{TEAM}"
SECONDS = 30


@dataclass(frozen=True)
class ProtectedDashboard:
    """A running dashboard: its address, its provider's, and the folder of its data."""

    url: str
    provider: str
    folder: Path

    def get(self, path: str = "/", **options: Any) -> requests.Response:
        """As a program asks that has nothing."""
        return requests.get(self.url + path, timeout=SECONDS, allow_redirects=False, **options)

    def with_cookie(self, value: str, path: str = "/_stcore/host-config") -> requests.Response:
        return self.get(path, cookies={COOKIE: value})

    def sign_in(self, name: str, **claims: Any) -> requests.Session:
        """What a browser holds after the provider has signed in somebody of the team."""
        self.introduce(name, **claims)
        browser = requests.Session()
        asked = browser.get(f"{self.url}/", timeout=SECONDS)
        assert asked.url.startswith(self.provider), asked.text
        browser.post(asked.url, data={"sub": name}, timeout=SECONDS)
        return browser

    def introduce(self, name: str, **claims: Any) -> None:
        """Make somebody known to the provider."""
        said = {"email": f"{name}@{TEAM}", "email_verified": True, "name": name.title(), **claims}
        requests.put(f"{self.provider}/users/{name}", json=said, timeout=SECONDS).raise_for_status()

    @contextmanager
    def socket(
        self,
        cookies: dict[str, str],
        origin: str | None = "",
        session: str = "",
        host: str | None = None,
        **headers: str,
    ) -> Iterator[ClientConnection]:
        """A page's connection; `InvalidStatus` where it is refused."""
        headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        protocols = ["streamlit", "no token", session] if session else ["streamlit"]
        with connect(
            f"ws{(host or self.url).removeprefix('http')}/_stcore/stream",
            origin=None if origin is None else origin or self.url,  # type: ignore[arg-type]
            additional_headers=headers,
            subprotocols=[part.replace(" ", "-") for part in protocols],  # type: ignore[misc]
            open_timeout=SECONDS,
            max_size=None,
            max_queue=None,  # else its close waits ten seconds for what nobody reads
        ) as found:
            yield found

    def register(self) -> Register:
        """Another process's view of the same people."""
        return Register(self._store(), allowed=[f"@{TEAM}"])

    def audit(self) -> AuditTrail:
        return AuditTrail(self._store())

    def _store(self) -> Store:
        return Store(f"sqlite:///{self.folder.as_posix()}/orders.sqlite")

    def cookie(self, name: str = "eve", age: float = 0.0, secret: str | None = None, **claims: Any) -> str:
        """A sign-in's cookie as somebody makes it who knows the secret, or does not."""
        said = {
            "email": f"{name}@{TEAM}",
            "email_verified": True,
            "is_logged_in": True,
            "origin": self.url,
            "provider": "default",
            **claims,
        }
        signer = URLSafeTimedSerializer(secret or _hashed(COOKIE_SECRET), salt=COOKIE)
        with mock.patch.object(TimestampSigner, "get_timestamp", return_value=int(time.time() - age)):
            return str(signer.dumps(json.dumps(said)))


def _hashed(secret: str) -> str:
    return hashlib.sha256(f"kling dashboard, cookies {secret}".encode()).hexdigest()


def session_of(socket: ClientConnection) -> str:
    """The id of the session that a connection has been given, or goes on with."""
    ask = BackMsg()
    ask.rerun_script.query_string = ""
    socket.send(ask.SerializeToString())
    while True:
        found = ForwardMsg.FromString(_bytes(socket)).new_session.initialize.session_id
        if found:
            return str(found)


def led_to(socket: ClientConnection) -> str:
    """Where the dashboard leads a browser whose connection it ends."""
    while True:
        message = ForwardMsg.FromString(_bytes(socket))
        if message.WhichOneof("type") == "auth_redirect":
            return str(message.auth_redirect.url)


def _bytes(socket: ClientConnection) -> bytes:
    said = socket.recv(timeout=SECONDS)
    assert isinstance(said, bytes)
    return said


def leads_to_sign_in(answer: requests.Response) -> bool:
    return answer.status_code == 302 and urlsplit(answer.headers["location"]).path == "/auth/login"


@contextmanager
def provider() -> Iterator[str]:
    """A provider of the OpenID Connect kind, who believes whatever name is typed."""
    with started(["oidc_provider_mock", "--port", str(free_port())]) as server:
        yield server.url


@contextmanager
def protected(folder: Path, provider_url: str, **environ: str) -> Iterator[ProtectedDashboard]:
    """The dashboard as a team has it: signed in at a provider, open to the team's domain."""
    port = free_port()
    settings = {**sign_in_settings(f"http://127.0.0.1:{port}", provider_url), **environ}
    with dashboard_at(port, folder, **settings) as server:
        yield ProtectedDashboard(server.url, provider_url, folder)


def sign_in_settings(url: str, provider_url: str) -> dict[str, str]:
    """Of a dashboard that is opened at `url`."""
    return {
        "KLING_PUBLIC_URL": url,
        "KLING_OIDC_METADATA_URL": f"{provider_url}/.well-known/openid-configuration",
        "KLING_OIDC_CLIENT_ID": "desk",
        "KLING_OIDC_CLIENT_SECRET": "of the client",
        "KLING_COOKIE_SECRET": COOKIE_SECRET,
        "KLING_ALLOWED": f"@{TEAM}",
        "KLING_ADMINS": ADMIN,
    }
