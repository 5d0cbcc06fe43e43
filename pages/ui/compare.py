"""Two videos side by side, playing in step."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pages.ui.components import component

HTML = """
<div class="pair">
  <figure><video playsinline loop muted></video><figcaption></figcaption></figure>
  <figure><video playsinline loop muted></video><figcaption></figcaption></figure>
</div>
<div class="bar">
  <button type="button">Play</button>
  <input type="range" min="0" max="1000" value="0" aria-label="Position in both videos">
</div>
"""


@dataclass(frozen=True)
class Side:
    """One of the two: addresses as this person's browser can open them."""

    key: str
    url: str | None
    cover: str | None
    name: str


def show(first: Side, second: Side) -> None:
    sides = [asdict(first), asdict(second)]
    component("videos.pair", __file__, HTML)(key=f"pair {first.key} {second.key}", data={"sides": sides})
