"""What is sent (`requests`, strict) and what is read (`answers` and `tasks`, lenient)."""

from kling.models.answers import (
    Account,
    Asset,
    Balance,
    Capacity,
    Deleted,
    Download,
    Element,
    Job,
    Motion,
    Points,
    Slots,
    Upload,
)
from kling.models.lenient import Answer, Part, Resource
from kling.models.requests import MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest
from kling.models.strict import Request
from kling.models.tasks import Argument, Input, Task, TaskInfo, TaskPage, TaskRecord, Work

__all__ = [
    "Account",
    "Answer",
    "Argument",
    "Asset",
    "Balance",
    "Capacity",
    "Deleted",
    "Download",
    "Element",
    "Input",
    "Job",
    "Motion",
    "MotionCreateRequest",
    "MotionUploadRequest",
    "Part",
    "Points",
    "ReferenceMotionRequest",
    "Request",
    "Resource",
    "Slots",
    "Task",
    "TaskInfo",
    "TaskPage",
    "TaskRecord",
    "Upload",
    "Work",
]
