"""What every answer tells the browser not to do: load from elsewhere, stand in foreign frames, guess kinds of files."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kling import Settings
from pages.server import document
from pages.streamlit_internals import documents

INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
YEAR = 365 * 86_400
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(settings: Settings) -> str:
    """The Content-Security-Policy: our own origin, and what Streamlit's pages are made with.

    Kling does not say on which hosts its media lie, so pictures and videos may come from any that has TLS.
    """
    media = " ".join(["'self'", "data:", "blob:", "https:", *_plain_service(settings)])
    rules = {
        "default-src": "'self'",
        # Code of components with no file of its own comes as a blob; wasm reads tables.
        "script-src": " ".join(["'self' blob: 'wasm-unsafe-eval'", *inline_scripts()]),
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self' data:",
        "img-src": media,
        "media-src": media,
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{rule} {allowed}" for rule, allowed in rules.items())


def inline_scripts() -> list[str]:
    """By their hashes, those in the document and in that of the timer."""
    pages = [document.html().encode(), *(page.read_bytes() for page in documents())]
    found = dict.fromkeys(script for page in pages for script in INLINE.findall(page))
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in found]


def _plain_service(settings: Settings) -> list[str]:
    """A service without TLS, as a practice API of its own is, shows its media from where it is."""
    address = urlsplit(settings.api_url)
    return [f"http://{address.netloc}"] if address.scheme == "http" else []


class SecurityHeaders:
    """Sets them on whatever is answered, also where a route has set its own."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers: Mapping[str, str] = {**HEADERS, "Content-Security-Policy": policy(settings)}
        self.is_public_tls = (settings.public_url or "").startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_tls = self.is_public_tls or scope.get("scheme") == "https"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers.update(self.headers)
                if has_tls:
                    headers["Strict-Transport-Security"] = f"max-age={YEAR}"
            await send(message)

        await self.app(scope, receive, with_headers)
