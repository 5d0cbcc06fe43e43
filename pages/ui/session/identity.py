"""Who is at the other end of a connection: one function, which the middleware and every page asks."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Protocol

import streamlit as st

from kling import NotConfigured
from kling.people import Identity, Person, What
from pages.ui.session import people, shared
from pages.ui.session.visitor import visitor_of

HEADER = "kling-identity"
"""Where `pages.server.access` writes down whom it has let in. It takes away what came under that name."""

THIS_MACHINE = "127.0.0.1"
"""For which Streamlit names no address."""


class Connection(Protocol):
    """A request, a socket, or `st.context` in the run of a page."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def cookies(self) -> Mapping[str, str]: ...


def person_of(connection: Connection) -> Person | None:
    """The person behind a connection that was let in; None when they may not be here, or not any more.

    Raises `NotConfigured` where nobody can tell.
    """
    if shared.settings().sign_in == "none":
        return Person(visitor_of(connection.cookies) or "")
    identity = _written(connection.headers.get(HEADER))
    return people.register().admit(identity) if identity else None


def me() -> Person:
    """Whose page this is. The run ends here where they may not be here any more: the middleware lets the browser go."""
    try:
        found = person_of(st.context)
    except NotConfigured:
        found = None
    if found is None:
        st.stop()
    return found


def noting() -> Callable[[What, str], None]:
    """What notes in the audit trail what this page's person does, outside of the page's run as well."""
    person, address, trail = me().id, st.context.ip_address or THIS_MACHINE, people.audit()
    return lambda what, about: trail.note(person, what, about, address)


def note(what: What, about: str = "") -> None:
    """Note in the audit trail what this page's person does now: numbers and names, never a prompt or a picture."""
    noting()(what, about)


def noted_download(about: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """What a download button runs on its click: makes the file, and notes who takes it home."""
    noted = noting()

    def made() -> bytes:
        file = make()
        noted("downloaded", about)
        return file

    return made


def header_of(identity: Identity) -> tuple[bytes, bytes]:
    """The header that tells of somebody whom the middleware has let in."""
    said = json.dumps([identity.email, identity.name, identity.signed_in_at])
    return HEADER.encode(), said.encode("ascii")


@functools.lru_cache(maxsize=1024)  # one drawing of a page asks for it some twenty times
def _written(said: str | None) -> Identity | None:
    return Identity(*json.loads(said)) if said else None
