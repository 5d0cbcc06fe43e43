"""Cookies of our own: signed, so that nobody makes one up; bound to https and to this host where that can be."""

from __future__ import annotations

from http.cookies import SimpleCookie

import streamlit as st
from itsdangerous import BadSignature, URLSafeSerializer

from pages.ui.session import people, shared


def is_behind_tls() -> bool:
    return (shared.settings().public_url or "").startswith("https://") or bool(st.get_option("server.sslCertFile"))


def base_path() -> str:
    """What Streamlit serves its pages under, with a slash before it; empty where there is none."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def read_cookie(cookies: object, name: str) -> str | None:
    """What a cookie of ours holds; None when there is none, or somebody else made it."""
    given = cookies.get(_full(name)) if hasattr(cookies, "get") else None
    try:
        held = _signer(name).loads(given) if given else None
    except BadSignature:
        return None
    return held if isinstance(held, str) else None


def cookie(name: str, value: str, seconds: int) -> str:
    """The header `Set-Cookie` that keeps a value for so long; none at all with 0 seconds."""
    made: SimpleCookie = SimpleCookie({_full(name): str(_signer(name).dumps(value))})
    rest = {"path": base_path() or "/", "max-age": str(seconds), "httponly": "1", "samesite": "Lax"}
    made[_full(name)].update(rest | ({"secure": "1"} if is_behind_tls() else {}))
    return made[_full(name)].OutputString()


def _full(name: str) -> str:
    return f"__Host-{name}" if is_behind_tls() and not base_path() else name


def _signer(name: str) -> URLSafeSerializer:
    return URLSafeSerializer(people.cookie_secret(), salt=name)
