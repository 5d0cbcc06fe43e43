"""What befalls paid requests in the model: answers that are lost, tasks that show late, a clock that steps, crashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling import Task
from kling.errors import RateLimited, ServerError, Unreachable
from tests.orders.upstream import Kling

if TYPE_CHECKING:
    from tests.orders.test_model import Model


class Crash(BaseException):
    """The process ends here."""


class Upstream(Kling):
    """Makes tasks at once and shows them late; what befalls the next paid request is set by the model."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model
        self.shows_references = False
        self.fate, self.late, self.step = "answered", 0.0, 0
        self.shown_at: dict[int, float] = {}
        self.asked_for = ""
        """The order whose turn is just being used."""

    def create_motion_video(self, request: Any) -> Task:
        fate, self.fate = self.fate, "answered"
        if fate == "lost before":
            raise Unreachable("broke off")
        if fate == "busy":
            raise RateLimited(429)
        if fate == "crash before":
            raise Crash
        if fate == "asleep before":
            self.model.others_go_on(str(request.prompt))
        task = super().create_motion_video(request)
        assert task.id is not None
        self.made[-1]["createTime"] = int((self.model.now + self.step) * 1000)
        self.shown_at[task.id] = self.model.now + (0.0 if fate == "answered" else self.late)
        self.model.paid[str(request.prompt)] += 1
        if fate == "crash after":
            raise Crash
        if fate == "lost":
            raise ServerError(504)
        if fate == "busy but made":
            self.shown_at[task.id] = self.model.now
            raise RateLimited(429)
        return task

    def list_tasks(self, *args: Any, **options: Any) -> Any:
        if self.fate == "asleep with the turn" and self.asked_for:
            self.fate = "answered"
            self.model.others_go_on(self.asked_for)
        page = super().list_tasks(*args, **options)
        page[:] = sorted(
            (task for task in page if self.shown_at.get(task.id or 0, 0.0) <= self.model.now),
            key=lambda task: -(task.created or 0),
        )
        return page
