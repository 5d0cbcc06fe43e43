"""Whose request this is, as far as limits go, and from which address."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import Scope

from pages.ui.session import people
from pages.ui.session.visitor import visitor_of


def requester(scope: Scope) -> str:
    """The signed-in person, else the browser by its own random name, else the address it came from."""
    person = getattr(scope.get("person"), "id", "")
    connection = HTTPConnection(scope)
    return person or visitor_of(connection.cookies) or address_of(connection)


def address_of(connection: HTTPConnection) -> str:
    """The network address of the browser, as far as it is known."""
    return connection.client.host if connection.client else ""


def note_download(connection: HTTPConnection, about: str) -> None:
    """Note in the audit trail who takes home what."""
    people.audit().note(requester(connection.scope), "downloaded", about, address_of(connection))
