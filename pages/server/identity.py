"""Who somebody is by the word of their provider or of a proxy in front. None of it is a password of ours."""

from __future__ import annotations

import ipaddress
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.types import Scope

from kling.people import Identity, address_of
from pages import streamlit_internals
from pages.ui.session import people, shared

LOCAL = "127.0.0.1"


class Claims(NamedTuple):
    """What Streamlit's cookie says, and when this dashboard signed it (seconds)."""

    said: Mapping[str, Any]
    signed_at: float


def identity_of(connection: HTTPConnection) -> Identity | None:
    """Who this is, whether they may come in or not. May fetch a proxy's keys."""
    if shared.settings().sign_in == "proxy":
        return _identity_by_header(connection)
    claims = claims_of(connection.cookies)
    return _verified(claims) if claims else None


def claims_of(cookies: Mapping[str, str]) -> Claims | None:
    """By the cookie that Streamlit's sign-in leaves, when it is signed and of this dashboard's address."""
    signed_at: list[float] = []

    def part(name: str) -> bytes | None:
        found = _signed(name, cookies.get(name) or "")
        if found is not None:
            signed_at.append(found[1])
        return found[0] if found is not None else None

    said = _as_object(streamlit_internals.user_cookie(cookies, part))
    is_ours = said.get("is_logged_in") is True and said.get("origin") == origin_of(shared.settings().public_url)
    return Claims(said, min(signed_at)) if is_ours else None


def origin_of(url: str | None) -> str | None:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def peer_of(scope: Scope) -> str | None:
    """The address that the connection itself came from; None where nobody can tell.

    The server (uvicorn) believes the header `X-Forwarded-For` of those it is told to, by itself of this machine. It
    then puts the address in it in the place of the peer's, with the port in it, or 0.
    """
    client = scope.get("client")
    if not client:
        return None
    if client[1] == 0:
        return LOCAL if os.environ.get("FORWARDED_ALLOW_IPS", LOCAL) == LOCAL else None
    if any(f"{client[0]}:{client[1]}" in said for said in HTTPConnection(scope).headers.getlist("x-forwarded-for")):
        return None
    return plain_address(client[0])


def address_of_browser(connection: HTTPConnection) -> str:
    """The network address of whoever asks, as far as it is known: a proxy that is listed says whom it asks for."""
    said = ",".join(connection.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    if said and shared.settings().proxy_addresses and _is_listed(peer_of(connection.scope)):
        with suppress(ValueError):
            return str(ipaddress.ip_address(said))
    return connection.client.host if connection.client else ""


def plain_address(address: str) -> str:
    """As it is usually written: an address of the fourth version that comes as one of the sixth is the same."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(getattr(found, "ipv4_mapped", None) or found)


def _verified(claims: Claims) -> Identity | None:
    said = claims.said
    # The second is what Microsoft Entra says in its place: that the owner of the address's domain is verified.
    is_verified = said.get("email_verified", str(said.get("xms_edov")).lower() in ("true", "1")) is True
    email = address_of(said.get("email"))
    return Identity(email, str(said.get("name") or ""), claims.signed_at) if email and is_verified else None


def _signed(name: str, value: str) -> tuple[bytes, float] | None:
    """What a cookie holds and when it was signed."""
    try:
        held, when = URLSafeTimedSerializer(people.cookie_secret(), salt=name).loads(value, return_timestamp=True)
    except BadSignature:
        return None
    return (held.encode(), when.timestamp()) if isinstance(held, str) else None


def _as_object(text: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(text or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _identity_by_header(connection: HTTPConnection) -> Identity | None:
    settings = shared.settings()
    given = connection.headers.getlist(settings.proxy_header or "")
    if len(given) != 1 or (settings.proxy_addresses and not _is_listed(peer_of(connection.scope))):
        return None
    if settings.proxy_keys_url:
        return people.signed_header().identity(given[0])
    email = address_of(given[0])
    return Identity(email, "", time.time()) if email else None


def _is_listed(peer: str | None) -> bool:
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(each) for each in shared.settings().proxy_addresses)
