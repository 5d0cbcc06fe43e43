"""Times, sizes and somebody's words, as a page shows them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

UNSEEN = "\u2060"
_ADDRESS = re.compile(r"www(?=\.)|(?:https?|ftp):(?=//)|[\w.+-](?=@)|(?:mailto|xmpp):", re.IGNORECASE)
_MARKS = re.compile(r"[\\`*_\[\]<>~$|&#]|:(?=\w)")
_LIST = re.compile(r"^(\d*)([-+=.)])")
"""What would make a list or a rule of the line."""


def plain(text: str) -> str:
    """Somebody's words where a page takes markdown: as they stand, on one line, and no picture or link of theirs.

    What looks like an address becomes a link even where each sign of it is escaped; a mark that nobody sees parts it.
    """
    parted = _ADDRESS.sub(f"\\g<0>{UNSEEN}", " ".join(text.split()))
    return _LIST.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", parted))


def shortened(text: str, most: int) -> str:
    """Somebody's words on one line, of so many characters at most."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def duration(seconds: float) -> str:
    """A span of time as one says it: 45 s, 2 min 5 s, 1 h 20 min."""
    whole = round(max(0.0, seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def ago(seconds: float) -> str:
    """How long ago something was."""
    return "just now" if seconds < 5 else f"{duration(seconds)} ago"


def megabytes(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB".replace(".0 MB", " MB")


def day(milliseconds: int) -> str:
    """A day, from milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%d %B %Y").lstrip("0")
