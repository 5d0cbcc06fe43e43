"""What all sessions share: one look into a dictionary in front of `st.cache_resource`.

Streamlit's own look-up, with its locks and the hashing of what a function is given, is a tenth of what a tick costs,
for a tick makes sixty of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, TypeVarTuple

import streamlit as st

Given = TypeVarTuple("Given")
Made = TypeVar("Made")
_memo: dict[Hashable, Any] = {}


def memoized(cached: Callable[[*Given], Made]) -> Callable[[*Given], Made]:
    """For a function that `st.cache_resource` keeps the answers of for good."""
    name = f"{cached.__module__}.{cached.__qualname__}"

    @functools.wraps(cached)
    def look(*given: *Given) -> Made:
        found, key = _memo, (name, given)
        if key not in found:
            _is_kept()
            found[key] = cached(*given)
        made: Made = found[key]
        return made

    return look


def _forget(_: object) -> None:
    global _memo
    _memo = {}


@st.cache_resource(show_spinner=False, on_release=_forget)
def _is_kept() -> bool:
    """Goes with all the others when somebody clears `st.cache_resource`."""
    return True
