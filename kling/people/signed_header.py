"""Who somebody is by the word of a proxy in front: a token that it signs for every request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kling.errors import KlingError
from kling.people.person import Identity, address_of

ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "EdDSA"]
"""Of key pairs only: with a shared secret whoever may check could also sign."""
LEEWAY_SECONDS = 30
KEYS_SECONDS = 3600.0
"""How long fetched keys are used."""
FETCHED_AT_MOST_EVERY = 60.0
"""For a token whose key is not among them."""


class SignedHeader:
    """Reads the tokens of one proxy, by its public keys, which `fetch` gets (a JSON Web Key Set). Thread-safe."""

    def __init__(
        self,
        fetch: Callable[[], Any],
        audience: str,
        issuer: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetch = fetch
        self._audience = audience
        self._issuer = issuer
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched_at = 0.0

    def identity(self, token: str) -> Identity | None:
        """Who this token speaks of; None when it is not signed by the proxy, for us, and of now."""
        claims = self._claims(token.removeprefix("Bearer ").strip())
        if claims is None or not self._is_for_us(claims) or claims.get("email_verified") is False:
            return None
        email = address_of(claims.get("email"))
        return Identity(email, str(claims.get("name") or ""), float(claims.get("iat") or 0)) if email else None

    def _claims(self, token: str) -> dict[str, Any] | None:
        if token.count(".") != 2:
            return None
        for no_older in (KEYS_SECONDS, FETCHED_AT_MOST_EVERY):
            keys = self._known(no_older)
            try:
                if keys is not None:
                    return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, KeyError, TypeError):
                continue
        return None

    def _known(self, no_older: float) -> KeySet | None:
        with self._lock:
            if self._clock() - self._fetched_at > no_older:
                self._fetched_at = self._clock()
                # Those known before go on being good where it fails.
                with suppress(KlingError, JoseError, ValueError, KeyError, TypeError, AttributeError):
                    self._keys = KeySet.import_key_set(self._fetch())
            return self._keys

    def _is_for_us(self, claims: Mapping[str, Any]) -> bool:
        """By audience, issuer and time. Each must be said, and none may be of somebody else."""
        said, now = claims.get("aud"), self._clock()
        try:
            begins, ends = float(claims.get("nbf") or 0), float(claims["exp"])
            is_in_time = begins - LEEWAY_SECONDS <= now < ends + LEEWAY_SECONDS and float(claims["iat"]) > 0
        except (KeyError, TypeError, ValueError):
            return False
        audiences = said if isinstance(said, list) else [said]
        return is_in_time and self._audience in audiences and claims.get("iss") == self._issuer
