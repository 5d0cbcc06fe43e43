"""Parts of a page that draw themselves again, and what both they and pages do about a storage that fails under them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling import KlingError, NotConfigured
from kling.orders.storage import describe_fault
from pages.ui import panels

AGAIN_SECONDS = 2.0

log = logging.getLogger(__name__)

Given = ParamSpec("Given")


def fragment(key: str | None = None) -> Callable[[Callable[Given, None]], Callable[Given, None]]:
    """`st.fragment`. It draws without the page around it, so a database that does not answer is a sentence in the
    place of the part here too, until it answers again."""

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
        yield
    except (KlingError, SQLAlchemyError) as error:
        found = error if isinstance(error, KlingError) else NotConfigured(describe_fault(error))
        log.warning("%s: %s", again, found)
        panels.show_error(found)
        panels.tick(AGAIN_SECONDS, again)
