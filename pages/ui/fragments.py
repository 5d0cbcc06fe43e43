"""Parts of a page that draw themselves again, and what both they and pages do about a storage that fails under them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

import streamlit as st

from kling import KlingError
from kling.orders.storage import told_when_reading
from pages.ui import panels

AGAIN_SECONDS = 2.0

Given = ParamSpec("Given")


def fragment(key: str | None = None) -> Callable[[Callable[Given, None]], Callable[Given, None]]:
    """`st.fragment`. It draws without the page around it, so a database that does not answer, or a disk, is a sentence
    in the place of the part here too, until it answers again."""

    def decorate(part: Callable[Given, None]) -> Callable[Given, None]:
        @functools.wraps(part)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> None:
            with telling_faults(f"again {part.__module__} {part.__name__}"):
                part(*args, **kwargs)

        return st.fragment(guarded, key=key)

    return decorate


@contextmanager
def telling_faults(again: str) -> Iterator[None]:
    """Draw the sentence, and once more soon; `again` names the timer."""
    try:
        with told_when_reading():
            yield
    except KlingError as error:
        panels.show_error(error)
        panels.tick(AGAIN_SECONDS, again)
