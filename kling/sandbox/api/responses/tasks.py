"""The JSON of tasks: what an order answers, the items of the list, and one task by itself."""

from kling.sandbox.api.responses import Json, media_url
from kling.sandbox.api.responses.accounts import points
from kling.sandbox.state.models import EXTRACTION, FAILED, SUCCEED, Account, Task, TaskStatus
from kling.sandbox.state.state import State

SCENES = {EXTRACTION: "MOTION_EXTRACTION"}
LIMITATION = 10_000
EMPTY_INPUT: Json = {
    "name": "",
    "inputType": "URL",
    "token": None,
    "blobStorage": None,
    "url": "",
    "cover": None,
    "fromWorkId": None,
    "fromUploadId": None,
}
FAILED_WORDS = "Generation failed, the credits were given back. Please try again (practice)"


def task_info(task: Task, base: str) -> Json:
    scene = SCENES.get(task.kind, "NORMAL_CREATION")
    return {
        "type": task.kind,
        "inputs": [
            {**part.fields, **{field: media_url(base, name) for field, name in part.files.items()}}
            for part in task.inputs
        ],
        "arguments": [{"name": name, "value": value} for name, value in task.arguments.items()],
        "extraArgs": {},
        "callbackPayloads": [],
        "scene": scene,
    }


def status_fields(status: TaskStatus) -> Json:
    return {"status": status.code, "status_name": status.name, "status_final": status.final}


def task_body(task: Task, now: int, base: str) -> Json:
    return {
        "id": task.id,
        "userId": task.user_id,
        "type": task.kind,
        "scene": SCENES.get(task.kind, "NORMAL_CREATION"),
        **status_fields(task.status_at(now)),
        "taskInfo": task_info(task, base),
        "favored": False,
        "deleted": False,
        "viewed": False,
        "createTime": task.created,
        "updateTime": task.updated(now),
    }


def task_work(task: Task, now: int, base: str, info: Json) -> Json:
    """The one work of a task that is final; a failed one has no file."""
    done = task.status_at(now) == SUCCEED
    sides = {"height": task.height, "width": task.width} if done else {"height": 0, "width": 0}
    return {
        "workId": task.work_id,
        "workItemId": task.work_item_id,
        "taskId": task.id,
        "userId": task.user_id,
        "type": task.kind,
        **status_fields(task.status_at(now)),
        "contentType": "video",
        "resource": {
            "resource": media_url(base, task.clip) if done else "",
            **sides,
            "duration": task.duration if done else 0,
        },
        "cover": {"resource": media_url(base, task.cover) if done else "", **sides},
        "createTime": task.ends_at,
        "taskInfo": info,
        "favored": False,
        "deleted": False,
    }


def created(state: State, task: Task, account: Account, base: str) -> Json:
    """The answer of motion-create and motion-upload."""
    status = task.status_at(state.now_ms())
    return {
        "task": task_body(task, state.now_ms(), base),
        "works": [],
        **status_fields(status),
        "message": "",
        "limitation": {"type": task.kind, "remaining": LIMITATION, "limit": LIMITATION},
        "userPoints": {"points": points(state, account), "total": state.balance(account)},
        "userTickets": {"ticket": []},
        "editProject": None,
    }


def task_item(task: Task, now: int, base: str) -> Json:
    """One item of GET /tasks."""
    status = task.status_at(now)
    body = task_body(task, now, base)
    info = body["taskInfo"]
    info["inputs"] = [{**EMPTY_INPUT, **part} for part in info["inputs"]]
    body["viewTime"] = 0
    return {
        "task": body,
        "works": [task_work(task, now, base, info)] if status.final else [],
        **status_fields(status),
        "message": FAILED_WORDS if status == FAILED else "",
    }


def task_detail(task: Task, now: int, base: str) -> Json:
    """GET /tasks/<id>: how long it will still take, in milliseconds; nothing once it is final."""
    final = task.status_at(now).final
    return {
        **task_item(task, now, base),
        "etaTime": 0 if final else task.ends_at - now,
        "queuingEtaTime": max(0, task.works_at - now),
        "originEtaTime": task.ends_at - task.created,
        "originQueuingEtaTime": task.works_at - task.created,
        "etaTimeOverSla": False,
    }
