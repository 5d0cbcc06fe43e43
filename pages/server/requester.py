"""Whose request this is, as far as limits go, and what of it is noted."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import Scope

from pages.server.identity import address_of_browser
from pages.ui.session import people
from pages.ui.session.visitor import visitor_of


def requester(scope: Scope) -> str:
    """The signed-in person, else the browser by its own random name, else the address it came from."""
    person = getattr(scope.get("person"), "id", "")
    connection = HTTPConnection(scope)
    return person or visitor_of(connection.cookies) or address_of_browser(connection)


def note_download(connection: HTTPConnection, about: str) -> None:
    """Note in the audit trail who takes home what."""
    people.audit().note(requester(connection.scope), "downloaded", about, address_of_browser(connection))
