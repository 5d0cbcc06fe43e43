"""What the browser needs for the table, named in the head of the page: it is fetched beside Streamlit's own start.

Otherwise the browser learns of it only when the table arrives, and everybody waits for more than a megabyte.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SITE = Path(streamlit.__file__).parent / "static"
SCRIPTS, STYLES = SITE / "static" / "js", SITE / "static" / "css"
PAGE = "/tasks"
ELEMENTS = ("DataFrame", "TextInput", "ButtonGroup", "Checkbox", "Html")
"""What stands on the page, by the names that Streamlit's front end has for it."""
WORTH = 4000
"""Bytes; smaller ones would only make the head longer than some proxies take (4 kB)."""


@functools.cache
def links() -> str:
    """The `Link` header: what these elements need and Streamlit's first page does not name. Empty where unknown."""
    seen = set(re.findall(r"[\w.-]+\.js", (SITE / "index.html").read_text("utf-8")))
    styles = [path.name for element in ELEMENTS for path in STYLES.glob(f"{element}.*.css")]
    waiting = [path.name for element in ELEMENTS for path in SCRIPTS.glob(f"{element}.*.js")]
    scripts: list[str] = []
    while waiting:
        name = waiting.pop(0)
        path = SCRIPTS / name
        if name not in seen and path.is_file():
            seen.add(name)
            waiting += re.findall(r'(?:from|import)"\./([\w.-]+\.js)"', path.read_text("utf-8"))
            scripts += [name] if path.stat().st_size > WORTH else []
    return ", ".join(
        [f"<./static/js/{name}>; rel=modulepreload" for name in scripts]
        + [f"<./static/css/{name}>; rel=preload; as=style; crossorigin" for name in styles]
    )


class HurryTable:
    """Names them with the page of tasks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_wanted = scope["type"] == "http" and scope["path"].endswith(PAGE)
        await self.app(scope, receive, _naming(send) if is_wanted else send)


def _naming(send: Send) -> Send:
    async def with_links(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/html"):
                headers.append("Link", links())
        await send(message)

    return with_links
