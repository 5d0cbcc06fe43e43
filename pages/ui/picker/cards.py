"""Things to choose by eye: motions and earlier pictures as cards, one component for every page."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from kling import KlingError
from pages.ui import session, wording
from pages.ui.session import shared

FEW = 6
"""So many cards need no search."""
HTML = """
<div class="picker">
  <div class="tools">
    <input type="search" aria-label="Search by name or tag" placeholder="Search by name or tag" autocomplete="off">
    <div class="chips" role="group" aria-label="Show only"></div>
  </div>
  <p class="found" role="status"></p>
  <div class="grid" role="list"></div>
</div>
"""


@dataclass(frozen=True)
class Card:
    """A thing to choose. `words` are searched besides the name; `source` and `tag` can be filtered by."""

    key: str
    name: str
    cover: str | None
    video: str | None = None
    note: str = ""
    words: str = ""
    source: str = ""
    tag: str = ""
    star: bool = False


@functools.cache
def _picker() -> Callable[..., Any]:
    css, js = (Path(__file__).with_suffix(kind).read_text(encoding="utf-8") for kind in (".css", ".js"))
    return st.components.v2.component("cards.picker", html=HTML, css=css, js=js)


def show(key: str, cards: Sequence[Card], choose: Callable[[str], None], empty: str) -> None:
    """Draw the cards; `choose` gets the key of the one chosen, once a click. `empty` is said where none fits."""

    def chosen() -> None:
        wanted = session.get(key).chosen
        if wanted in {card.key for card in cards}:
            choose(wanted)

    def starred() -> None:
        told = session.get(key).star
        try:
            shared.favourites().star(session.person(), told["key"], bool(told["on"]))
        except KlingError as error:
            st.toast(wording.plain(str(error)), icon=":material/error:")

    data = {"cards": [asdict(card) for card in cards], "empty": empty, "few": FEW}
    _picker()(key=key, data=data, on_chosen_change=chosen, on_star_change=starred)
