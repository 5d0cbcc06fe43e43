"""An answer of the API: its JSON, and whether what was asked for is in it. No network."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from kling.errors import KlingError, UnexpectedAnswer, refusal
from kling.models.tasks import Task

SHORTEST_SECRET = 8


class Reply:
    """The body of an answer of 2xx, None if it is empty. It may hold an error all the same: asking for what is not
    there raises that error, else `UnexpectedAnswer`; neither holds `secret`.
    """

    def __init__(self, body: Any, secret: str) -> None:
        self.body = body
        self._secret = secret

    def items(self, what: str, key: str | None = None) -> list[Any]:
        """The list that the body is, or has under `key`; a null there is an empty one."""
        found = self.body
        if key is not None:
            found = found.get(key, ...) if isinstance(found, dict) else ...
            found = [] if found is None else found
        if not isinstance(found, list):
            raise self._without(what)
        return found

    def mapping(self, what: str) -> dict[str, Any]:
        """The object that the body is, whatever its keys."""
        if not isinstance(self.body, dict) or isinstance(self.body.get("error"), str):
            raise self._without(what)
        return self.body

    def having(self, what: str, *keys: str) -> dict[str, Any]:
        """The object that the body is, with a value for one of the keys."""
        if not isinstance(self.body, dict) or all(self.body.get(key) is None for key in keys):
            raise self._without(what)
        return self.body

    def task(self) -> Task:
        """The task that the body is."""
        task = Task.read(self.body)
        if not task.is_readable:
            raise self._without("task")
        return task

    def confirmation(self) -> Any:
        """What a deletion answers, which may be nothing."""
        if isinstance(self.body, dict) and self.body.get("error") and "deleted" not in self.body:
            raise self._without("confirmation")
        return self.body

    def _without(self, what: str) -> KlingError:
        body = without_secret(self.body, self._secret)
        if isinstance(self.body, dict) and self.body.get("error"):
            code = self.body.get("code")
            status = code if isinstance(code, int) and 400 <= code <= 599 else 200
            return refusal(status, body, None, datetime.now(UTC))
        return UnexpectedAnswer(f"The answer holds no {what}.", 200, body)


def parse(content: bytes) -> Any:
    """The JSON in an answer; `ValueError` if there is none. NaN is null, half a character a question mark."""
    try:
        text = content.decode("utf-8-sig", errors="replace")
        value = json.loads(text, parse_constant=lambda _: None)
        if "\\ud" in text or "\\uD" in text:
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def without_secret(value: Any, secret: str) -> Any:
    """A JSON value with every trace of the secret replaced, however it was escaped."""
    text = json.dumps(value)
    for form in (secret, quote(secret, safe=""), secret.partition(":")[2]):
        if len(form) >= SHORTEST_SECRET:
            text = text.replace(json.dumps(form)[1:-1], "***")
    return json.loads(text)
