"""A proxy in front says who somebody is; an attacker says it too."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kling.sandbox import serve
from tests.attacks.protected import SECONDS, TEAM, ProtectedDashboard, session_of
from tests.processes import dashboard

HEADER = "Cf-Access-Jwt-Assertion"
ISSUER, AUDIENCE = "https://team.proxy.example", "the desk"


class Proxy:
    """The keys of a proxy, and what it signs with them."""

    def __init__(self) -> None:
        self.keys = [RSAKey.generate_key(2048, {"kid": "first"}, auto_kid=False)]
        self.fetched = 0

    async def serve_keys(self, _: Request) -> JSONResponse:
        self.fetched += 1
        return JSONResponse(KeySet(list(self.keys)).as_dict(private=False))

    def token(self, name: str = "ann", key: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        key, now = key or self.keys[-1], time.time()
        said = {
            "email": f"{name}@{TEAM}",
            "iss": ISSUER,
            "aud": [AUDIENCE],
            "iat": int(now),
            "exp": int(now) + 300,
            **claims,
        }
        present = {name: value for name, value in said.items() if value is not None}
        return str(jwt.encode({"alg": algorithm, "kid": key.kid or "first"}, present, key, algorithms=[algorithm]))


@pytest.fixture(scope="module")
def proxy() -> Proxy:
    return Proxy()


@pytest.fixture(scope="module")
def signed(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProtectedDashboard]:
    """A dashboard behind a proxy that signs."""
    folder = tmp_path_factory.mktemp("signed")
    with serve(Starlette(routes=[Route("/certs", proxy.serve_keys)])) as keys:
        settings = {
            "KLING_PROXY_HEADER": HEADER,
            "KLING_PROXY_KEYS_URL": f"{keys}/certs",
            "KLING_PROXY_AUDIENCE": AUDIENCE,
            "KLING_PROXY_ISSUER": ISSUER,
            "KLING_ALLOWED": f"@{TEAM}",
        }
        with dashboard(folder, **settings) as server:
            yield ProtectedDashboard(server.url, "", folder)


def status(protected: ProtectedDashboard, token: str | None, path: str = "/_stcore/metrics") -> int:
    return protected.get(path, headers={} if token is None else {HEADER: token}).status_code


def test_what_the_proxy_signs_for_us_opens(signed: ProtectedDashboard, proxy: Proxy) -> None:
    assert status(signed, proxy.token()) == 200
    assert status(signed, f"Bearer {proxy.token()}") == 200
    assert status(signed, proxy.token(aud=AUDIENCE)) == 200
    assert status(signed, proxy.token(), "/tasks") == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["another desk"]},
        {"aud": None},
        {"iss": "https://another.proxy.example"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 9_000_000_000},
        {"iat": None},
        {"iat": 1_000_000_000},
        {"email": None},
        {"email": "eve@else.example"},
        {"email_verified": False},
    ],
    ids=str,
)
def test_what_is_for_another_or_over_or_says_too_little_is_refused(
    signed: ProtectedDashboard, proxy: Proxy, claims: dict[str, Any]
) -> None:
    assert status(signed, proxy.token(**claims)) == 401
    assert status(signed, proxy.token(**claims), "/tasks") in (401, 403)


def test_what_somebody_else_signs_is_refused(signed: ProtectedDashboard, proxy: Proxy) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "first"}, auto_kid=False)
    public = OctKey.import_key(json.dumps(proxy.keys[0].as_dict(private=False)))
    unsigned = proxy.token().rsplit(".", 1)[0]
    for token in (
        proxy.token(key=stranger),
        proxy.token(key=ECKey.generate_key("P-256"), algorithm="ES256"),
        proxy.token(key=public, algorithm="HS256"),
        f"{unsigned}.",
        f"eyJhbGciOiJub25lIn0.{unsigned.split('.')[1]}.",
        "",
        "a.b.c",
        f"ann@{TEAM}",
    ):
        assert status(signed, token) == 401, token
    assert status(signed, None) == 401


def test_keys_are_renewed_but_not_at_every_strangers_wish(signed: ProtectedDashboard, proxy: Proxy) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "unknown"}, auto_kid=False)
    status(signed, proxy.token())
    before = proxy.fetched
    for _ in range(20):
        status(signed, proxy.token(key=stranger))
    assert proxy.fetched - before <= 1


def test_a_page_of_a_person_behind_the_proxy_is_theirs(signed: ProtectedDashboard, proxy: Proxy) -> None:
    # The page that is opened is noted, not every request.
    assert status(signed, proxy.token(), "/") == 200
    with signed.socket({}, **{HEADER: proxy.token("ann")}) as socket:
        assert session_of(socket)
    noted = [(event.person, event.what) for event in signed.audit().latest()]
    assert (f"ann@{TEAM}", "signed in") in noted


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProtectedDashboard]:
    """A dashboard that believes a header of one other machine."""
    folder = tmp_path_factory.mktemp("bare")
    settings = {
        "KLING_PROXY_HEADER": "X-Forwarded-Email",
        "KLING_PROXY_ADDRESSES": "10.9.8.7, 127.0.0.2",
        "KLING_ALLOWED": f"@{TEAM}",
    }
    with dashboard(folder, **settings) as server:
        yield ProtectedDashboard(server.url, "", folder)


def test_a_bare_header_counts_from_the_listed_machine_alone(bare: ProtectedDashboard) -> None:
    said = {"X-Forwarded-Email": f"ann@{TEAM}"}
    assert bare.get("/_stcore/metrics", headers=said).status_code == 401
    for pretended in ("10.9.8.7", "10.9.8.7:4711", "127.0.0.2:1", "127.0.0.2"):
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"):
            answer = bare.get("/_stcore/metrics", headers={**said, name: pretended})
            assert answer.status_code == 401, (name, pretended)
    with requests.Session() as proxy:
        proxy.mount("http://", FromAddress("127.0.0.2"))
        assert proxy.get(f"{bare.url}/_stcore/metrics", timeout=SECONDS, headers=said).status_code == 200
        assert proxy.get(f"{bare.url}/_stcore/metrics", timeout=SECONDS).status_code == 401


class FromAddress(requests.adapters.HTTPAdapter):
    """Connects from another address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *given: Any, **options: Any) -> None:
        super().init_poolmanager(*given, **options, source_address=(self._address, 0))
