"""Every route that the app has, as JSON: `python -m tests.attacks.routes`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from app import app


def walk(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Kind (`http`, `websocket`) and path, parameters in braces."""
    for route in routes:
        if isinstance(route, Mount):
            yield "http", f"{prefix}{route.path}/{{anything}}"
            yield from walk(route.routes or [], f"{prefix}{route.path}")
        elif isinstance(route, WebSocketRoute):
            yield "websocket", prefix + route.path
        else:
            assert isinstance(route, Route), f"a kind of route that this does not know: {route}"
            yield "http", prefix + route.path


if __name__ == "__main__":
    print(json.dumps(sorted(set(walk(app._build_starlette_app().routes)))))
