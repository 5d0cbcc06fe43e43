"""Times, sizes and somebody's words, as a page shows them."""

from __future__ import annotations

import re
from datetime import UTC, datetime


def plain(text: str) -> str:
    """Somebody's words where a page takes markdown: as they stand, on one line, and no picture or link of theirs."""
    return re.sub(r"[\\`*_\[\]<>~$|&#]|:(?=\w)", r"\\\g<0>", " ".join(text.split()))


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
    return f"{size / 1_048_576:.1f} MB"


def day(milliseconds: int) -> str:
    """A day, from milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%d %B %Y").lstrip("0")
