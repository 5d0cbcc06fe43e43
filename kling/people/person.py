"""A person, as whoever signed them in says, and who of them may come in. Nothing is read or kept here."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from kling.people.rights import Act, Role, may


@dataclass(frozen=True)
class Identity:
    """Who somebody is by their provider's word: an address as `address_of` reads it, and since when (seconds)."""

    email: str
    name: str = ""
    signed_in_at: float = 0.0


@dataclass(frozen=True)
class Person:
    """Somebody who came in. `id` is what orders and stars are kept under."""

    id: str
    name: str = ""
    role: Role = "admin"
    is_signed_in: bool = False
    """False where nobody signs in: then the id is a random one of the browser, and everybody may do everything."""

    def may(self, act: Act, owner: str | None = None) -> bool:
        """Whether they may do this with what is theirs; with what is `owner`'s, where one is told ("": nobody's)."""
        return may(self.role, act, is_own=owner is None or owner == self.id)


def address_of(said: object) -> str | None:
    """An e-mail address in one way of writing; None for what is none.

    Plain letters only: some others become the same as a plain one when they are made small.
    """
    address = said.strip() if isinstance(said, str) else ""
    return address.lower() if re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", address) else None


def is_listed(email: str, listed: Collection[str]) -> bool:
    """Whether an address, or its `@domain`, is in a list of both."""
    return email in listed or f"@{email.rpartition('@')[2]}" in listed
