"""The JSON of the answers, field for field as in the samples of the documentation.

`base` is the address under which the caller reached us, with a slash at its end: links begin with it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from .elements import Element
from .figures import CANVAS
from .records import EXTRACTION, FAILED, SUCCEED, Account, Asset, Motion, ReferenceMotion, Stage, Task
from .state import State

Json = dict[str, Any]

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
SESSION_MS = 30 * 24 * 3600 * 1000
POINTS_MS = 365 * 24 * 3600 * 1000


def link(base: str, name: str) -> str:
    return f"{base}media/{name}" if name else ""


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Tasks


def task_info(task: Task, base: str) -> Json:
    scene = SCENES.get(task.kind, "NORMAL_CREATION")
    return {
        "type": task.kind,
        "inputs": [
            {**part.fields, **{field: link(base, name) for field, name in part.files.items()}} for part in task.inputs
        ],
        "arguments": [{"name": name, "value": value} for name, value in task.arguments.items()],
        "extraArgs": {},
        "callbackPayloads": [],
        "scene": scene,
    }


def stage_fields(stage: Stage) -> Json:
    return {"status": stage.status, "status_name": stage.name, "status_final": stage.final}


def task_body(task: Task, now: int, base: str) -> Json:
    return {
        "id": task.id,
        "userId": task.user_id,
        "type": task.kind,
        "scene": SCENES.get(task.kind, "NORMAL_CREATION"),
        **stage_fields(task.stage(now)),
        "taskInfo": task_info(task, base),
        "favored": False,
        "deleted": False,
        "viewed": False,
        "createTime": task.created,
        "updateTime": task.updated(now),
    }


def task_work(task: Task, now: int, base: str, info: Json) -> Json:
    """The one work of a task that is final; a failed one has no file."""
    done = task.stage(now) == SUCCEED
    sides = {"height": task.height, "width": task.width} if done else {"height": 0, "width": 0}
    return {
        "workId": task.work_id,
        "workItemId": task.work_item_id,
        "taskId": task.id,
        "userId": task.user_id,
        "type": task.kind,
        **stage_fields(task.stage(now)),
        "contentType": "video",
        "resource": {
            "resource": link(base, task.clip) if done else "",
            **sides,
            "duration": task.duration if done else 0,
        },
        "cover": {"resource": link(base, task.cover) if done else "", **sides},
        "createTime": task.ends_at,
        "taskInfo": info,
        "favored": False,
        "deleted": False,
    }


def created(state: State, task: Task, account: Account, base: str) -> Json:
    """The answer of motion-create and motion-upload."""
    stage = task.stage(state.now_ms())
    return {
        "task": task_body(task, state.now_ms(), base),
        "works": [],
        **stage_fields(stage),
        "message": "",
        "limitation": {"type": task.kind, "remaining": LIMITATION, "limit": LIMITATION},
        "userPoints": {"points": points(state, account), "total": state.balance(account)},
        "userTickets": {"ticket": []},
        "editProject": None,
    }


def task_item(task: Task, now: int, base: str) -> Json:
    """One item of GET /tasks."""
    stage = task.stage(now)
    body = task_body(task, now, base)
    info = body["taskInfo"]
    info["inputs"] = [{**EMPTY_INPUT, **part} for part in info["inputs"]]
    body["viewTime"] = 0
    return {
        "task": body,
        "works": [task_work(task, now, base, info)] if stage.final else [],
        **stage_fields(stage),
        "message": FAILED_WORDS if stage == FAILED else "",
    }


def task_detail(task: Task, now: int, base: str) -> Json:
    """GET /tasks/<id>: how long it will still take, in milliseconds; nothing once it is final."""
    final = task.stage(now).final
    return {
        **task_item(task, now, base),
        "etaTime": 0 if final else task.ends_at - now,
        "queuingEtaTime": max(0, task.works_at - now),
        "originEtaTime": task.ends_at - task.created,
        "originQueuingEtaTime": task.works_at - task.created,
        "etaTimeOverSla": False,
    }


# Motions, characters and uploads


def motion_item(motion: Motion, base: str) -> Json:
    stem = motion.clip.rsplit(".", 1)[0]
    own = {} if motion.official else {"taskId": motion.task_id}
    tag = {"tag": motion.tag} if motion.tag else {}
    return {
        "workName": motion.name,
        "workId": motion.work_id,
        **own,
        "official": motion.official,
        **tag,
        "resource": {"resource": link(base, motion.clip)},
        "cover": {"resource": link(base, motion.cover)},
        "extData": {
            "output_binary": link(base, f"{stem}.zip"),
            "bvh_binary": link(base, f"{stem}.bvh"),
        },
    }


def reference_item(motion: ReferenceMotion, base: str) -> Json:
    """A motion of the second generation. It has no name there, and nothing says whose it is."""
    return {
        "assetId": motion.asset_id,
        "assetType": "MOTION",
        "url": link(base, motion.clip),
        "coverUrl": link(base, motion.cover),
        "duration": motion.duration,
        "width": motion.width,
        "height": motion.height,
        "hasAudio": motion.has_audio,
        "createTime": motion.created,
    }


def element_item(element: Element, account: Account, base: str) -> Json:
    pictures = [
        element_picture(element.front, base, "cover", ""),
        element_picture(element.side, base, "secondary", "side"),
    ]
    return {
        "id": element.id,
        "name": element.name,
        "userId": account.user_id,
        "type": "IMAGE",
        "description": element.description,
        "cover": pictures[0],
        "resources": pictures,
        "tagList": [],
        "favored": False,
        "official": False,
        "createTime": element.created,
        "updateTime": element.created,
    }


def element_picture(name: str, base: str, key: str, slot: str) -> Json:
    return {
        "resource": link(base, name),
        "width": CANVAS[0],
        "height": CANVAS[1],
        "resourceKey": key,
        "cover": key == "cover",
        "slotKey": slot,
    }


def uploaded(asset: Asset, base: str) -> Json:
    """The answer of POST /assets. That audio has a `url` is documented, its status is ours."""
    if asset.kind != "video":
        return {
            "status": 3 if asset.kind == "image" else 1,
            "url": link(base, asset.name),
            "message": "",
            "fileName": asset.name,
        }
    return {
        "status": 1,
        "resourceUrl": link(base, asset.name),
        "coverUrl": link(base, asset.cover),
        "fileName": asset.name,
        "message": "",
    }


def asset_item(asset: Asset, base: str) -> Json:
    cover = asset.name if asset.kind == "image" else asset.cover
    sides = {"height": asset.height, "width": asset.width}
    return {
        "id": asset.id,
        "name": asset.name,
        "userId": asset.user_id,
        "contentType": asset.kind,
        "resource": {"resource": link(base, asset.name), **sides, "duration": asset.duration},
        "cover": {"resource": link(base, cover), **sides},
        "createTime": asset.created,
        "updateTime": asset.created,
        "favored": False,
    }


# Accounts


def account_item(account: Account) -> Json:
    expires = account.opened + SESSION_MS
    return {
        "email": account.email,
        "maxJobs": account.setup.max_jobs,
        "session": {"userId": account.user_id, "ExpireTime": expires, "ExpireTimeUTC": iso(expires)},
        "password": "…secured…",
    }


def points(state: State, account: Account) -> list[Json]:
    return [
        {
            "orderId": f"practice-{account.user_id}",
            "type": "PRACTICE",
            "amount": account.granted,
            "balance": state.balance(account),
            "startTime": account.opened,
            "endTime": account.opened + POINTS_MS,
        }
    ]


def account_detail(state: State, account: Account) -> Json:
    return {
        **account_item(account),
        "balance": {
            "points": points(state, account),
            "tickets": [],
            "nextApplyTime": account.opened + SESSION_MS,
            "total": state.balance(account),
        },
    }


def schedule(state: State, accounts: Sequence[Account]) -> Json:
    running = {account.email: state.executing(account) for account in accounts}
    now = state.now_ms()
    return {
        "executing": [executing_item(task, now) for tasks in running.values() for task in tasks],
        "available": [
            {
                "email": account.email,
                "maxJobs": account.setup.max_jobs,
                "executing": len(running[account.email]),
                "available": max(0, account.setup.max_jobs - len(running[account.email])),
            }
            for account in accounts
        ],
    }


def executing_item(task: Task, now: int) -> Json:
    seconds = max(0, now - task.created) // 1000
    return {
        "id": task.id,
        "email": task.account,
        "started": task.created,
        "elapsed": f"{seconds // 60:02d}:{seconds % 60:02d}",
        "replyUrl": task.reply_url,
        "replyRef": task.reply_ref,
    }
