"""Who may do what with orders, as whoever makes `Orders` says."""

from __future__ import annotations

from typing import Literal, Protocol

Act = Literal["order", "upload", "cancel", "decide", "delete", "let pass"]


class Rights(Protocol):
    """Answers for a person; None: nobody said who it is. The same rules that the pages go by."""

    def check(self, person: str | None, act: Act, owner: str | None = None) -> None:
        """`NotAllowed` with a sentence unless they may; with what is `owner`'s, where one is told ("": nobody's)."""


class EverythingAllowed:
    """Where nobody is known, nothing is refused."""

    def check(self, person: str | None, act: Act, owner: str | None = None) -> None:
        pass
