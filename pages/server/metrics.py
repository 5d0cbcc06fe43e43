"""`/metrics` for Prometheus, for who shows the token of its own. No names, no tasks, no secret: numbers alone."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kling import KlingError
from pages.ui.session import shared


async def metrics(request: Request) -> Response:
    """Everything this process counts; 404 without a token in the settings, 401 without it in the request."""
    token = shared.settings().metrics_token
    if not token:
        return PlainTextResponse("Not found", 404)
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(shown.encode(), token.encode()):
        return PlainTextResponse("Wrong token", 401, {"WWW-Authenticate": "Bearer"})
    return Response(await run_in_threadpool(_text), media_type=CONTENT_TYPE_LATEST)


def _text() -> bytes:
    return generate_latest(REGISTRY) + generate_latest(Now())


class Now:
    """What is so at the moment it is asked."""

    def collect(self) -> Iterable[Metric]:
        """A gauge for each thing that is known."""
        found = {**_of_line(), **_of_feeds()}
        for name, (help_text, value) in found.items():
            if value is not None:
                yield GaugeMetricFamily(f"kling_{name}", help_text, value=value)


Gauges = dict[str, tuple[str, float | None]]


def _of_line() -> Gauges:
    try:
        waiting = shared.orders().under_way()
    except KlingError:
        return {"storage_up": ("Whether the database of orders answers", 0)}
    oldest = max((time.time() - order.placed_at for order in waiting), default=0.0)
    return {
        "storage_up": ("Whether the database of orders answers", 1),
        "line_length": ("Orders that Kling has not taken yet", len(waiting)),
        "line_oldest_seconds": ("How long the oldest of them has waited", max(0.0, oldest)),
    }


def _of_feeds() -> Gauges:
    now, feeds = time.time(), shared.feeds(shared.settings().account)
    tasks, balance = feeds.tasks.known(), feeds.balance.known().value
    return {
        "feed_age_seconds": ("How old what is known of the tasks is", tasks.age(now)),
        "feed_failing_seconds": ("For how long looks at the tasks have failed", tasks.failing_for(now)),
        "tasks_unfinished": ("Tasks in the making", len(tasks.value.unfinished) if tasks.value else None),
        "credits": ("Credits left on the account used first", balance.credits if balance else None),
    }
