"""Components of our own: markup here, script and style in files of the same name beside the module that draws them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st


@functools.cache
def component(name: str, module_file: str, html: str, *shared: Path) -> Callable[..., Any]:
    """What draws it; asked for while a page is drawn. `module_file` is the `__file__` of the module that draws it.

    `shared` are files, but for their endings, whose script and style come before its own.
    """
    css, js = (
        "".join(file.with_suffix(kind).read_text(encoding="utf-8") for file in (*shared, Path(module_file)))
        for kind in (".css", ".js")
    )
    draw = st.components.v2.component(name, html=html, css=css, js=js)

    def draw_with(data: Mapping[str, Any], **options: Any) -> Any:
        # Streamlit looks whether a list is a table, half a millisecond for some cards. A tuple is the same as JSON.
        plain = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        return draw(data=plain, **options)

    return draw_with


def read_where_drawn() -> None:
    """A callback for a value that is read where its component is drawn: Streamlit asks for one."""
