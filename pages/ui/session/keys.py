"""Values that one page holds in one person's session, a widget's among them: each with its key and its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import streamlit as st

T = TypeVar("T")


@dataclass(frozen=True)
class Key(Generic[T]):
    """A value of the session; `default` (never changed in place) until it is set."""

    name: str
    default: T

    def get(self) -> T:
        return cast(T, st.session_state.get(self.name, self.default))

    def set(self, value: T) -> None:
        """A widget's value only before the widget is drawn, or in a callback."""
        st.session_state[self.name] = value
