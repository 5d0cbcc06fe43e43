"""What each endpoint answers, from what was asked (`Call`) and what is remembered (`State`)."""

import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kling.sandbox import errors
from kling.sandbox.api.callbacks import Callbacks
from kling.sandbox.api.parameters import check_element, check_sound, check_times
from kling.sandbox.api.responses import Json, media_url
from kling.sandbox.api.responses import accounts as account_responses
from kling.sandbox.api.responses import assets as asset_responses
from kling.sandbox.api.responses import tasks as task_responses
from kling.sandbox.state import task_creation
from kling.sandbox.state.models import Account, Task
from kling.sandbox.state.state import State
from kling.sandbox.state.task_creation import Durations


@dataclass(frozen=True)
class Api:
    """What the endpoints work with."""

    state: State
    callbacks: Callbacks
    durations: Durations


@dataclass(frozen=True)
class Call:
    """One request, read and checked."""

    given: Mapping[str, object]
    """As it came."""
    values: Mapping[str, Any]
    """Every parameter of the endpoint, read or by default."""
    path: Mapping[str, str]
    base: str
    """Address under which the caller reached us, with a slash at its end."""
    fails: bool = False
    """The task that this call makes is to end as failed."""


def account_of(api: Api, call: Call) -> Account:
    return api.state.find_account(call.values["email"])


# Uploads


def list_uploads(api: Api, call: Call) -> Json:
    wanted = call.values
    word = (wanted["fileName"] or "").lower()
    assets = [
        asset
        for asset in api.state.uploads.list_for(account_of(api, call))
        if wanted["contentType"] in (None, asset.kind) and word in asset.name.lower()
    ]
    if wanted["sort"] == "asc":
        assets.reverse()
    return {"uploadAssetsList": [asset_responses.asset_item(asset, call.base) for asset in page(assets, wanted)]}


def delete_uploads(api: Api, call: Call) -> Json:
    ids = api.state.uploads.delete(account_of(api, call), call.values["id"])
    return {"deleted": len(ids), "ids": ids}


def download(api: Api, call: Call) -> Json:
    account = account_of(api, call)
    if not account.setup.paid:
        raise errors.paid_accounts_only()
    tasks = api.state.find_works(account, call.values["workIds"])
    types = call.values["fileTypes"]
    if types and "MP4" not in types:
        # Everything made here is a video.
        raise errors.resource_not_found()
    if len(tasks) == 1 and types == ["MP4"]:
        return {"cdnUrl": media_url(call.base, tasks[0].clip), "status": "success"}
    return {"cdnUrl": media_url(call.base, register_zip(api.state, tasks)), "status": "success"}


def register_zip(state: State, tasks: Sequence[Task]) -> str:
    """File name of a .zip of the tasks' videos, made when it is asked for."""
    clips = {f"{task.work_id}.mp4": state.clip_of(task) for task in tasks}

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, path_of in clips.items():
                archive.write(path_of(), name)

    name = f"{secrets.token_hex(16)}.zip"
    state.files.register_temporary(name, write)
    return name


# Motions


def list_motions(api: Api, call: Call) -> list[Json]:
    account = account_of(api, call)
    if call.values["mine"]:
        motions = page(api.state.own_motions(account), call.values)
    else:
        motions = list(api.state.official.values())
    return [asset_responses.motion_item(motion, call.base) for motion in motions]


def upload_motion(api: Api, call: Call) -> Json:
    return create_task(api, call, task_creation.upload_motion)


def create_video(api: Api, call: Call) -> Json:
    check_sound(call.given, call.values)
    return create_task(api, call, task_creation.create_video)


def list_references(api: Api, call: Call) -> list[Json]:
    account = account_of(api, call)
    # The pages of 2026 no longer name the parameters of paging: given, they change nothing.
    official = api.state.official_references.values()
    motions = api.state.own_references(account) if call.values["mine"] else official
    return [asset_responses.reference_item(motion, call.base) for motion in motions]


def refuse_motion_upload(api: Api, call: Call) -> Json:
    account_of(api, call)
    raise errors.motion_upload_deprecated()


def create_reference_video(api: Api, call: Call) -> Json:
    check_element(call.values)
    return create_task(api, call, task_creation.create_reference_video)


def create_task(api: Api, call: Call, create: task_creation.CreateTask) -> Json:
    account = account_of(api, call)
    created = create(api.state, task_creation.TaskRequest(account, call.values, call.base, api.durations, call.fails))
    api.callbacks.follow(created.task)
    if created.lost:
        raise errors.LostAnswer
    return task_responses.created(api.state, created.task, account, call.base)


# Characters


def list_elements(api: Api, call: Call) -> Json:
    """All are the account's own, and none has a tag."""
    account, wanted = account_of(api, call), call.values
    elements = [] if wanted["official"] or wanted["favored"] or wanted["tag"] else list(api.state.elements)
    elements.sort(key=lambda element: element.created, reverse=wanted["sortDirection"] == "DESC")
    return {
        "elementsList": [
            asset_responses.element_item(element, account, call.base) for element in page(elements, wanted)
        ],
        "pageNum": wanted["pageNum"],
        "pageSize": wanted["pageSize"],
        "total": len(elements),
    }


# Tasks


def list_tasks(api: Api, call: Call) -> Json:
    check_times(call.values)
    account = account_of(api, call)
    if call.values["contentType"] not in (None, "video"):
        return {"history": []}
    tasks = api.state.history(account, call.values["createdBefore"], call.values["createdAfter"])
    size = min(call.values["pageSize"], api.state.listing.page_limit)
    now = api.state.now_ms()
    return {"history": [task_responses.task_item(task, now, call.base) for task in tasks[:size]]}


def get_task(api: Api, call: Call) -> Json:
    task = api.state.find_task(account_of(api, call), call.path["task_id"])
    return task_responses.task_detail(task, api.state.now_ms(), call.base)


def delete_task(api: Api, call: Call) -> Json:
    task = api.state.delete_task(account_of(api, call), call.path["task_id"])
    api.callbacks.forget(task.id)
    return {"deleted": 1, "workIds": [task.work_id]}


# Accounts and slots


def list_accounts(api: Api, call: Call) -> Json:
    return {email: account_responses.account_item(account) for email, account in api.state.accounts.items()}


def get_account(api: Api, call: Call) -> Json:
    return account_responses.account_detail(api.state, api.state.find_account(call.path["email"]))


def list_free_slots(api: Api, call: Call) -> Json:
    return account_responses.schedule(api.state, list(api.state.accounts.values()))


def stop_tracking(api: Api, call: Call) -> Json:
    task = api.state.stop_tracking(call.path["task_id"])
    api.callbacks.forget(task.id)
    return {"id": task.id, "email": task.account}


def page(rows: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    start = (values["pageNum"] - 1) * values["pageSize"]
    return list(rows[start : start + values["pageSize"]])
