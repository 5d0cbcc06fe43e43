"""Everybody there is: who came in, who may, and who has orders."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kling.orders.standings import Standing
from kling.people import Role
from pages.ui import wording
from pages.ui.session import people, shared
from pages.ui.wording.people import called


@dataclass(frozen=True)
class Entry:
    """A person as admins see them; times in seconds since the epoch."""

    id: str
    name: str
    role: Role
    is_fixed: bool
    is_blocked: bool
    seen_at: float | None
    budget: float | None
    """Their own; None for the usual one."""
    standing: Standing
    waiting: int

    @property
    def shown_name(self) -> str:
        return wording.plain(self.name)


def everybody() -> list[Entry]:
    """By name. Raises `NotConfigured` while the database does not answer."""
    register, settings = people.register(), shared.settings()
    known = {row["email"]: row for row in register.everybody()}
    standings = shared.orders().standings()
    waiting = Counter(order.person for order in shared.orders().held())
    listed = {each for each in (*settings.allowed, *settings.admins) if not each.startswith("@")}
    names, entries = register.names(), []
    for person in (listed | known.keys() | standings.persons.keys() | waiting.keys()) - {""}:
        row = known.get(person, {})
        entries.append(
            Entry(
                person,
                called(person, names),
                register.role_of(person),
                register.is_fixed_admin(person),
                row.get("blocked_at") is not None,
                max((t for t in (row.get("seen_at"), row.get("signed_in_at")) if t), default=None),
                row.get("budget"),
                standings.of(person),
                waiting[person],
            )
        )
    return sorted(entries, key=lambda entry: (entry.name.lower(), entry.id))
