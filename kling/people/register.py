"""Who is known: when they signed in first and last, since when their sign-ins count, and whether they are blocked."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Hashable
from typing import Any

import sqlalchemy as sa

from kling.errors import KlingError, NotAllowed, NotConfigured
from kling.people.person import Identity, Person, address_of, is_listed
from kling.people.rights import Act, Role, may, refusal
from kling.store import Store
from kling.store.tables import people as table

NEW_FOR = 1.0
"""Seconds after which what was read is read anew: another process may have blocked somebody."""
GOOD_FOR = 60.0
"""Seconds for which what was read last holds while the database does not answer."""
SEEN_EVERY = 300.0
"""Seconds between two notes that somebody is there."""
USUAL_ROLE: Role = "maker"
"""Of whoever was let in and is not given another."""
FIXED = "Whoever stands in KLING_ADMINS stays an admin and cannot be blocked here."
SILENT = "Nobody can be let in: the database does not answer. Try again in a moment."
NOT_KEPT = "This could not be kept: the database does not answer. Try again in a moment."
log = logging.getLogger(__name__)


class Register:
    """The people of this dashboard. Thread-safe; what another process changes is known here within a second.

    Raises `NotConfigured` when the database has not answered for `GOOD_FOR` seconds: nobody comes in by a fault.
    """

    def __init__(
        self,
        store: Store,
        *,
        allowed: Collection[str] = (),
        admins: Collection[str] = (),
        session_seconds: float = 12 * 3600.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._allowed = frozenset((*allowed, *admins))
        self._admins = tuple(admins)
        self._session_seconds = session_seconds
        self._clock = clock
        self._reading = threading.Lock()
        self._rows: dict[str, dict[str, Any]] = {}
        self._version: Hashable | None = None
        """That of the database before they were read."""
        self._read_at = self._tried_at = -GOOD_FOR

    def admit(self, identity: Identity) -> Person | None:
        """The person, when they may come in now; None for a stranger, a blocked one, or a sign-in that has ended."""
        known = self._known().get(identity.email, {})
        is_over = self._clock() - identity.signed_in_at > self._session_seconds
        if is_over or identity.signed_in_at <= (known.get("valid_since") or 0.0):
            return None
        if not self.is_welcome(identity.email):
            return None
        return Person(identity.email, identity.name, self.role_of(identity.email), is_signed_in=True)

    def is_welcome(self, email: str) -> bool:
        """Whether this address may come in at all, whenever they signed in."""
        return is_listed(email, self._allowed) and self._known().get(email, {}).get("blocked_at") is None

    def is_fixed_admin(self, email: str) -> bool:
        """Whether the settings make them an admin, which nobody can take back on a page."""
        return is_listed(email, self._admins)

    def role_of(self, email: str) -> Role:
        found: Role | None = self._known().get(email, {}).get("role")
        return "admin" if self.is_fixed_admin(email) else found or USUAL_ROLE

    def check(self, person: str | None, act: Act, owner: str | None = None) -> None:
        """`NotAllowed` with a sentence unless this person may do it; with what is `owner`'s, where one is told."""
        is_here = person is not None and address_of(person) == person and self.is_welcome(person)
        if not is_here or not may(self.role_of(person or ""), act, is_own=owner is None or owner == person):
            raise NotAllowed(refusal(act, self.whom_to_ask()))

    def is_up_to_date(self) -> bool:
        """Whether answers come at once, with nothing to be read."""
        return time.monotonic() - self._read_at <= NEW_FOR

    def whom_to_ask(self) -> str | None:
        """The address of the first admin."""
        return next((each for each in self._admins if not each.startswith("@")), None)

    def everybody(self) -> list[dict[str, Any]]:
        """Everyone who ever came in, by address; times in seconds since the epoch."""
        return [row for _, row in sorted(self._known().items())]

    def came(self, identity: Identity, not_within: float = 0.0) -> bool:
        """Keep when somebody signed in. False when that is known, or they did so within so many seconds before."""
        last = self._known().get(identity.email, {}).get("signed_in_at")
        if last is not None and identity.signed_in_at - last <= not_within:
            return False
        named = {"name": identity.name} if identity.name else {}
        self._change(identity.email, {**named, "signed_in_at": identity.signed_in_at})
        return True

    def was_seen(self, email: str) -> None:
        """Keep that somebody is there, now and then."""
        last = self._known().get(email, {}).get("seen_at") or 0.0
        if self._clock() - last > SEEN_EVERY:
            self._change(email, {"seen_at": self._clock()})

    def give_name(self, person: str, name: str) -> None:
        """Keep what somebody says to be called, where nobody signs in: `person` is their browser's random name."""
        self._change(person, {"name": name, "seen_at": self._clock()})

    def names(self) -> dict[str, str]:
        """What everybody is called, by address, or by their browser's random name."""
        return {email: row["name"] for email, row in self._known().items() if row["name"]}

    def give_role(self, email: str, role: Role) -> None:
        """From now on they may do what this role may. `NotAllowed` for an admin by the settings."""
        self._refuse_fixed(email)
        self._change(email, {"role": role})

    def give_budget(self, email: str, credits: float | None) -> None:
        """Credits a month; None for the usual budget."""
        self._change(email, {"budget": credits})

    def sign_out(self, email: str) -> None:
        """End every sign-in of a person: a copy of their cookie opens nothing any more."""
        self._change(email, {"valid_since": self._clock()})

    def block(self, email: str, is_blocked: bool = True) -> None:
        """Keep a person out from now on, or let them in again. `NotAllowed` for an admin by the settings."""
        self._refuse_fixed(email)
        self._change(email, {"blocked_at": self._clock() if is_blocked else None})

    def _refuse_fixed(self, email: str) -> None:
        if self.is_fixed_admin(email):
            raise NotAllowed(FIXED)

    def _known(self) -> dict[str, dict[str, Any]]:
        """Everybody by address. One thread reads; the others go on with what is known, while it holds."""
        if not self.is_up_to_date():
            is_held = time.monotonic() - self._read_at <= GOOD_FOR
            if self._reading.acquire(blocking=not is_held):
                try:
                    if time.monotonic() - self._tried_at > NEW_FOR:
                        self._read()
                finally:
                    self._reading.release()
        if time.monotonic() - self._read_at > GOOD_FOR:
            raise NotConfigured(SILENT)
        return self._rows

    def _read(self) -> None:
        """To be called by one thread at a time. What cannot be read leaves what was."""
        try:
            self._store.open()
            now, version = time.monotonic(), self._store.version()
            if version is None or version != self._version:
                with self._store.engine.connect() as connection:
                    rows = connection.execute(sa.select(table)).mappings()
                    self._rows = {row["email"]: dict(row) for row in rows}
            self._read_at, self._version = now, version
        except (sa.exc.SQLAlchemyError, KlingError):
            log.warning("The people of this dashboard cannot be read")
        self._tried_at = time.monotonic()

    def _change(self, email: str, values: dict[str, Any]) -> None:
        """Raises `NotConfigured` where it cannot be kept."""
        try:
            self._store.open()
            with self._store.alone("kling people") as connection:
                if not connection.execute(sa.update(table).where(table.c.email == email).values(**values)).rowcount:
                    connection.execute(sa.insert(table), {"email": email, "first_seen": self._clock(), **values})
        except sa.exc.SQLAlchemyError:
            raise NotConfigured(NOT_KEPT) from None
        with self._reading:
            self._read()
