"""Two results side by side, playing in step."""

from __future__ import annotations

from kling import Task
from pages.ui import session, wording
from pages.ui.components import component
from pages.ui.tasks import board_state

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


def show(first: Task, second: Task) -> None:
    names = board_state.motion_names()
    sides = [
        {
            "url": session.address(task.video_url),
            "cover": session.address(task.cover_url),
            "name": f"{wording.describe(task, names)} · {wording.took(task)}",
        }
        for task in (first, second)
    ]
    component("tasks.pair", __file__, HTML)(key=f"pair {first.id} {second.id}", data={"sides": sides})
