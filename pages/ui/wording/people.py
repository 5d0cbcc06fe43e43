"""Whose something is."""

from __future__ import annotations

MADE_ELSEWHERE = "Made elsewhere"
NO_NAME = "Somebody without a name"


def called(person: str, names: dict[str, str]) -> str:
    """What to call somebody by their id, which is empty for nobody here."""
    if not person:
        return MADE_ELSEWHERE
    name = names.get(person, "")
    if "@" in person:
        return name or person
    return f"{name} (says to be)" if name else NO_NAME
