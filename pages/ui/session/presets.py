"""Settings of a video kept under a name: one's own, and the team's. Those used or changed last come first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kling.store.saved_values import EVERYBODY
from pages.ui.session import shared
from pages.ui.session.accounts import person
from pages.ui.session.options import CHOICES, option, set_option

SETTINGS: Final = (
    "duration", "mode", "mirror", "sound", "audio_prompt", "music_prompt", "asmr", "prompt", "model", "keep_audio",
    "direction", "element",
)  # fmt: skip
"""What a preset holds: how a video is to be, not what it is made of, nor whom Kling tells."""
NAME_MOST = 40


@dataclass(frozen=True)
class Preset:
    """Settings under a name."""

    name: str
    is_everybodys: bool

    @property
    def owner(self) -> str:
        return EVERYBODY if self.is_everybodys else person()


def presets() -> list[Preset]:
    """This person's and everybody's, used last first."""
    found = [*shared.saved_values().all(person(), "preset"), *shared.saved_values().all(EVERYBODY, "preset")]
    return [
        Preset(each.name, each.owner == EVERYBODY) for each in sorted(found, key=lambda each: -each.changed_at)
    ]  # fmt: skip


def save_preset(name: str, is_everybodys: bool) -> None:
    """Keep the settings as they are now. `InvalidInput` when that is not possible."""
    preset = Preset(" ".join(name.split())[:NAME_MOST], is_everybodys)
    if preset.name:
        shared.saved_values().put(preset.owner, "preset", preset.name, {each: option(each) for each in SETTINGS})


def use_preset(preset: Preset) -> None:
    """Set the form to it, before its widgets are drawn. `InvalidInput` when the database does not answer."""
    found = shared.saved_values().get(preset.owner, "preset", preset.name)
    if not isinstance(found, dict):
        return
    for name in SETTINGS:
        if name in found and found[name] in CHOICES.get(name, (found[name],)):
            set_option(name, found[name])
    shared.saved_values().put(preset.owner, "preset", preset.name, found)


def drop_preset(preset: Preset) -> None:
    """`InvalidInput` when that is not possible."""
    shared.saved_values().drop(preset.owner, "preset", preset.name)
