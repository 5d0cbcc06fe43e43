"""What the log says of an order carries its id, through page, line and client; as JSON, one line is one event."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_order: ContextVar[str] = ContextVar("order", default="")


@contextmanager
def about_order(order_id: str) -> Iterator[None]:
    """What is logged inside, by this thread, is about this order."""
    token = _order.set(order_id)
    try:
        yield
    finally:
        _order.reset(token)


class OneLine(logging.Formatter):
    """An event as JSON: `time` (UTC, ISO 8601), `level`, `logger`, `message`; `order` and `error` if any."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if order := _order.get():
            event["order"] = order
        if record.exc_info:
            event["error"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


def write_json() -> None:
    """Everything that is logged from now on goes to stderr as `OneLine`; ours from info on.

    What others have set up for themselves is undone. To be called again once they may have done so anew.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.root.handlers = [handler]
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers, logger.propagate = [], True
    logging.getLogger("kling").setLevel(logging.INFO)
