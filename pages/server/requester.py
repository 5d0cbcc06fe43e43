"""Whose request this is, as far as limits go."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import Scope

from pages.ui.session.visitor import visitor_of


def requester(scope: Scope) -> str:
    """The signed-in person, else the browser by its own random name, else the address it came from."""
    person = getattr(scope.get("person"), "id", "")
    client = scope.get("client")
    return person or visitor_of(HTTPConnection(scope).cookies) or (client[0] if client else "")
