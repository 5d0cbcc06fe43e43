"""The options of a request, each the value of a widget on Create or Upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import streamlit as st

from pages.ui import wording
from pages.ui.session.accounts import account
from pages.ui.session.callback_address import callback_address

JobPage = Literal["create", "upload"]


JOB_OPTIONS: Final = ("reply_url", "tell", "reply_ref", "max_jobs")
"""The options of a request that Create and Upload have alike, each page with values of its own."""


OPTIONS: Final[Mapping[str, Any]] = {
    "duration": "5",
    "mode": "std",
    "person": 1,
    "mirror": False,
    "sound": True,
    "audio_prompt": "",
    "music_prompt": "",
    "asmr": False,
    "prompt": "",
    "reply_url": "",
    "tell": True,
    "reply_ref": "",
    "max_jobs": None,
    "model": "kling-v3-0",
    "keep_audio": False,
    "direction": "motion_direction",
    "element": "",
}


# What a widget may be set to; a task may tell of values that are new to us.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "duration": ("5", "10"),
    "mode": tuple(wording.QUALITY),
    "model": tuple(wording.MODELS),
    "direction": tuple(wording.DIRECTIONS),
}


def option_key(name: str, page: JobPage = "create") -> str:
    """The widget key of an option of the draft, or of Upload."""
    return f"{page} {name}"


def prepare_options() -> None:
    """Give every option of the draft its default where it has no value yet."""
    for name, default in OPTIONS.items():
        st.session_state.setdefault(option_key(name), default)


def prepare_job_options(page: JobPage) -> None:
    """Give each of them its default where it has no value yet."""
    for name in JOB_OPTIONS:
        st.session_state.setdefault(option_key(name, page), OPTIONS[name])


def option(name: str, page: JobPage = "create") -> Any:
    """The value of an option of the draft, or of Upload."""
    return st.session_state.get(option_key(name, page), OPTIONS[name])


def set_option(name: str, value: Any) -> None:
    """Set an option of the draft, before its widget is drawn."""
    st.session_state[option_key(name)] = value


def choose_character(key: str) -> None:
    """Put a saved character in the draft, by its id; an empty one takes it out."""
    set_option("element", key)


def face_as_in_motion() -> None:
    """Let the person face as in the motion, which may then be of any length that Kling takes."""
    set_option("direction", OPTIONS["direction"])


def request_options() -> dict[str, Any]:
    """The options as they are set, for `Generation.request`."""
    return {name: option(name) for name in OPTIONS} | job_options("create") | {"email": account()}


def job_options(page: JobPage) -> dict[str, Any]:
    """Those that both pages have, as they are set; without an address of their own, Kling tells this dashboard."""
    options = {name: option(name, page) for name in JOB_OPTIONS}
    if not options["reply_url"] and options["tell"]:
        options["reply_url"] = callback_address(account())
    return options
