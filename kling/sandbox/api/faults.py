"""Faults on purpose, for some calls or for all.

POST /sandbox/trouble takes ``{"kind": …}`` and, all optional, ``"times"`` (how many calls it hits, without:
all), ``"method"``, ``"path"`` (part of the path), ``"seconds"`` (for slow and busy), ``"when"`` (for drop: ``before``
or ``after`` the work). ``{"kind": null}`` ends it.
"""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from kling.sandbox import errors
from kling.sandbox.errors import ApiError

ANSWERS = {
    "down": errors.down,
    "html": errors.bad_gateway,
    "error": errors.fault,
    "moderation": errors.moderation,
    "unauthorized": errors.unauthorized,
    "expired": errors.subscription_expired,
    "broken": errors.session_broken,
}
KINDS = (*ANSWERS, "busy", "slow", "drop", "fail")


@dataclass
class Fault:
    kind: str
    """One of KINDS; ``fail``: tasks made meanwhile end as failed."""
    times: int | None = None
    """How many calls it hits; None: all until it is taken back."""
    method: str = ""
    path: str = ""
    """Part of the path of the calls it hits."""
    seconds: float = 2.0
    """For slow: how long the answer waits, in real seconds. For busy: what Retry-After says."""
    when: str = "before"

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.when not in ("before", "after"):
            raise ApiError(400, f"kind must be {' or '.join(KINDS)} or null, when must be before or after")


class Faults:
    """The fault now, if any. `clock` is the practice API's, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._fault: Fault | None = None

    def set(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """From a request's body; raises an ApiError 400."""
        try:
            fault = Fault(**wanted) if wanted.get("kind") else None
        except TypeError as error:
            raise ApiError(400, f"Not a fault: {error}") from None
        with self._lock:
            self._fault = fault
        return asdict(fault) if fault else {"kind": None}

    def clear(self) -> None:
        with self._lock:
            self._fault = None

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this call; one with `times` is used up by it."""
        with self._lock:
            fault = self._fault
            if fault is None or fault.method not in ("", method) or fault.path not in path:
                return None
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._fault = None
            return fault

    def error_of(self, fault: Fault) -> ApiError:
        """What a fault answers that answers something."""
        return errors.busy(fault.seconds, self.clock()) if fault.kind == "busy" else ANSWERS[fault.kind]()
