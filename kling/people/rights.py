"""Who may do what: one table, asked by the pages and by the orders alike."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Role = Literal["viewer", "maker", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
Act = Literal[
    "look", "download", "order", "upload", "name", "cancel", "decide", "delete", "arrange", "rename project",
    "delete for good", "let pass", "manage people", "see what everybody did", "see what everybody spent",
]  # fmt: skip
"""decide: what becomes of an order that Kling may have · arrange: results, by projects and tags, into the bin and out
of it, and to share them · delete for good: from the bin · let pass: an order that waits for room in a budget."""


class Right(NamedTuple):
    """Which roles may do something: with what is their own, and with what is somebody else's, or nobody's."""

    own: tuple[Role, ...]
    anybodys: tuple[Role, ...]


ALL: tuple[Role, ...] = ROLES
MAKERS: tuple[Role, ...] = ("maker", "admin")
ADMINS: tuple[Role, ...] = ("admin",)
RIGHTS: dict[Act, Right] = {
    "look": Right(ALL, ALL),
    "download": Right(ALL, ALL),
    "order": Right(MAKERS, MAKERS),
    "upload": Right(MAKERS, MAKERS),
    "name": Right(MAKERS, MAKERS),
    "cancel": Right(MAKERS, ADMINS),
    "decide": Right(MAKERS, ADMINS),
    "delete": Right(MAKERS, ADMINS),
    "arrange": Right(MAKERS, MAKERS),
    "rename project": Right(MAKERS, ADMINS),
    "delete for good": Right(ADMINS, ADMINS),
    "let pass": Right(ADMINS, ADMINS),
    "manage people": Right(ADMINS, ADMINS),
    "see what everybody did": Right(ADMINS, ADMINS),
    "see what everybody spent": Right(ADMINS, ADMINS),
}
_REFUSALS: dict[Act, str] = {
    "order": "You may look and download here, but not have videos made.",
    "upload": "You may look and download here, but not upload motions.",
    "name": "You may look and download here, but not name motions.",
    "cancel": "Only whoever placed this, or an admin, may cancel it.",
    "decide": "Only whoever placed this, or an admin, may decide about it.",
    "delete": "Only whoever made this, or an admin, may delete it.",
    "arrange": "You may look and download here, but not arrange, share or delete results.",
    "rename project": "Only whoever made this project, or an admin, may rename it.",
    "delete for good": "Only an admin may delete results for good.",
    "let pass": "Only an admin may let orders pass.",
    "manage people": "Only an admin sees this page.",
}


def may(role: Role, act: Act, is_own: bool = True) -> bool:
    """Whether somebody of this role may do it."""
    right = RIGHTS[act]
    return role in (right.own if is_own else right.anybodys)


def refusal(act: Act, whom_to_ask: str | None) -> str:
    """Why somebody may not, and whom to ask."""
    why = _REFUSALS.get(act, "You may not do this here.")
    return f"{why} Nothing was done and nothing was charged. Ask {whom_to_ask or 'an admin'}."
