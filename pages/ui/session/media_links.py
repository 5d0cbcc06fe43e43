"""Addresses as this person's browser can open them."""

from __future__ import annotations

import functools
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from kling.sandbox import practice
from pages.ui.session import shared

PAGES: Final = ("upload", "motions", "tasks", "results", "spending", "people", "account", "help")


def address(url: str | None) -> str | None:
    """A media address as this person's browser can open it.

    The practice API listens on this machine only; the dashboard serves its media under /practice.
    """
    if not url or not shared.has_own_practice_api() or not url.startswith(practice().origin):
        return url
    return route(f"practice{url.removeprefix(practice().origin)}") or url


def route(path: str) -> str:
    """A route of our own as this person's browser reaches it; empty when nobody knows how."""
    root = _root(st.context.url or "")
    return root and f"{root}/{path}"


@functools.lru_cache(maxsize=256)
def _root(seen_from: str) -> str:
    """Where the dashboard begins for whoever sees a page under this address; worked out once for a page of links."""
    url = urlsplit(seen_from)
    if not url.netloc:
        return ""
    folder, _, page = url.path.rpartition("/")
    return f"{url.scheme}://{url.netloc}{folder if page in ('', *PAGES) else f'{folder}/{page}'}"


def media_root() -> str:
    """Where this person's browser finds what the practice API made; empty where links go straight to Kling."""
    return address(f"{practice().origin}/") or "" if shared.has_own_practice_api() else ""
