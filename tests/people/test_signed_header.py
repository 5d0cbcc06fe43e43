"""The keys of a proxy: fetched once, renewed when it changes them, and kept while it does not answer."""

from __future__ import annotations

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from kling.errors import Unreachable
from kling.people import SignedHeader


class Proxy:
    def __init__(self) -> None:
        self.now = time.time()
        self.key = RSAKey.generate_key(2048, {"kid": "first"}, auto_kid=False)
        self.is_away = False
        self.fetched = 0

    def fetch(self) -> Any:
        self.fetched += 1
        if self.is_away:
            raise Unreachable("gone")
        return KeySet([self.key]).as_dict(private=False)

    def token(self) -> str:
        said = {"email": "Ann@x.y", "iss": "i", "aud": "a", "iat": int(self.now), "exp": int(self.now) + 60}
        return str(jwt.encode({"alg": "RS256", "kid": self.key.kid or ""}, said, self.key))


def test_keys_are_fetched_once_and_again_when_the_proxy_has_new_ones() -> None:
    proxy = Proxy()
    reader = SignedHeader(proxy.fetch, "a", "i", clock=lambda: proxy.now)
    for _ in range(5):
        found = reader.identity(proxy.token())
        assert found is not None
        assert (found.email, found.signed_in_at) == ("ann@x.y", int(proxy.now))
    assert proxy.fetched == 1
    proxy.key = RSAKey.generate_key(2048, {"kid": "second"}, auto_kid=False)
    assert reader.identity(proxy.token()) is None  # not at every stranger's wish
    proxy.now += 61
    assert reader.identity(proxy.token())
    assert proxy.fetched == 2


def test_a_proxy_that_does_not_answer_leaves_the_keys_it_gave() -> None:
    proxy = Proxy()
    reader = SignedHeader(proxy.fetch, "a", "i", clock=lambda: proxy.now)
    assert reader.identity(proxy.token())
    proxy.is_away, proxy.now = True, proxy.now + 4000
    assert reader.identity(proxy.token())
    never = SignedHeader(proxy.fetch, "a", "i", clock=lambda: proxy.now)
    assert never.identity(proxy.token()) is None
