"""The results of a page as covers, and each of them as large as the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pages.ui.components import component
from pages.ui.picker import CARD
from pages.ui.session import Key

HTML = """
<div class="gallery">
  <div class="grid" role="list" aria-label="Results"></div>
  <dialog aria-label="Full screen" autofocus>
    <div class="bar">
      <span class="title"></span>
      <button type="button" class="star" aria-label="Star">★</button>
      <button type="button" class="details">Details</button>
      <button type="button" class="close" aria-label="Close full screen">✕</button>
    </div>
    <button type="button" class="previous" aria-label="Newer result">&lsaquo;</button>
    <video controls loop playsinline autoplay></video>
    <button type="button" class="next" aria-label="Older result">&rsaquo;</button>
  </dialog>
</div>
"""


@dataclass(frozen=True)
class Cover:
    """A result on the page: addresses as this person's browser can open them."""

    key: str
    name: str
    note: str
    cover: str | None
    video: str | None
    star: bool


@dataclass(frozen=True)
class Handlers:
    """What is called when somebody does something: with a result's id, with several, with `older` or `newer`."""

    open: Callable[[str], None]
    choose: Callable[[tuple[str, ...]], None]
    star: Callable[[str, bool], None]
    turn: Callable[[str], None]


def show(
    covers: Sequence[Cover], chosen: Sequence[str], newer: bool, older: bool, handlers: Handlers, seen: str
) -> None:
    """Draw them; `newer` and `older` tell whether there are pages around this one, `seen` which was open."""
    events: Key[Any] = Key("results gallery", None)

    def opened() -> None:
        handlers.open(str(events.get().opened))

    def chose() -> None:
        handlers.choose(tuple(map(str, events.get().chosen)))

    def starred() -> None:
        handlers.star(str(events.get().star["key"]), bool(events.get().star["on"]))

    def turned() -> None:
        handlers.turn(str(events.get().turn))

    data = {"cards": [vars(each) for each in covers], "chosen": list(chosen), "newer": newer, "older": older}
    data["seen"] = seen
    component("results.gallery", __file__, HTML, CARD)(
        key=events.name, data=data,
        on_opened_change=opened, on_chosen_change=chose, on_star_change=starred, on_turn_change=turned,
    )  # fmt: skip
