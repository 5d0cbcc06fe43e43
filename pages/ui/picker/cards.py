"""Things to choose by eye: motions and earlier pictures as cards, one component for every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from kling import KlingError
from pages.ui import session, wording
from pages.ui.components import component, read_where_drawn
from pages.ui.session import Key, shared

CARD = Path(__file__).with_name("card")
"""Script and style that every grid of cards shares."""
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


def show(key: str, cards: Sequence[Card], choose: Callable[[str], None], empty: str) -> None:
    """Draw the cards; `choose` gets the key of the one chosen, once a click. `empty` is said where none fits."""

    def chosen() -> None:
        wanted = Key[Any](key, None).get().chosen
        if wanted in {card.key for card in cards}:
            choose(wanted)

    _draw(key, cards, {"empty": empty}, on_chosen_change=chosen)


def show_many(key: str, cards: Sequence[Card], picked: Sequence[str], empty: str) -> list[str]:
    """The same where a click picks a card or lets go of it; returns the keys picked, in the order of the cards."""
    result = _draw(key, cards, {"empty": empty, "picked": list(picked)}, on_picked_change=read_where_drawn)
    found = set(picked if result.picked is None else result.picked)
    return [card.key for card in cards if card.key in found]


def _draw(key: str, cards: Sequence[Card], more: Mapping[str, Any], **callbacks: Callable[[], None]) -> Any:
    def starred() -> None:
        event = Key[Any](key, None).get().star
        try:
            shared.favourites().star(session.person(), event["key"], bool(event["on"]))
        except KlingError as error:
            st.toast(wording.plain(str(error)), icon=":material/error:")

    data = {"cards": [vars(card) for card in cards], "few": FEW, **more}
    return component("cards.picker", __file__, HTML, CARD)(key=key, data=data, on_star_change=starred, **callbacks)
