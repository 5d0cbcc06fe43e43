"""What each endpoint answers: three lines each, from what was asked (`Call`) and what is remembered (`State`)."""

import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import answers, create, refusals
from .callbacks import Callbacks
from .create import Pace
from .fields import check_element, check_sound, check_times
from .records import Account, Task
from .state import State


@dataclass(frozen=True)
class Api:
    """What the endpoints work with."""

    state: State
    callbacks: Callbacks
    pace: Pace


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
    """Trouble was ordered: a task made by this call ends failed."""


def account_of(api: Api, call: Call) -> Account:
    return api.state.find_account(call.values["email"])


# Assets


def list_uploads(api: Api, call: Call) -> answers.Json:
    wanted = call.values
    word = (wanted["fileName"] or "").lower()
    assets = [
        asset
        for asset in api.state.assets.of(account_of(api, call))
        if wanted["contentType"] in (None, asset.kind) and word in asset.name.lower()
    ]
    if wanted["sort"] == "asc":
        assets.reverse()
    return {"uploadAssetsList": [answers.asset_item(asset, call.base) for asset in page(assets, wanted)]}


def delete_uploads(api: Api, call: Call) -> answers.Json:
    ids = api.state.assets.delete(account_of(api, call), call.values["id"])
    return {"deleted": len(ids), "ids": ids}


def download(api: Api, call: Call) -> answers.Json:
    account = account_of(api, call)
    if not account.setup.paid:
        raise refusals.paid_accounts_only()
    tasks = api.state.find_works(account, call.values["workIds"])
    types = call.values["fileTypes"]
    if types and "MP4" not in types:
        # Everything made here is a video.
        raise refusals.resource_not_found()
    if len(tasks) == 1 and types == ["MP4"]:
        return {"cdnUrl": answers.link(call.base, tasks[0].clip), "status": "success"}
    return {"cdnUrl": answers.link(call.base, offer_zip(api.state, tasks)), "status": "success"}


def offer_zip(state: State, tasks: Sequence[Task]) -> str:
    """File name of a .zip of the tasks' videos, made when it is asked for."""
    recipes = {f"{task.work_id}.mp4": state.clip_of(task) for task in tasks}

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, fetch in recipes.items():
                archive.write(fetch(), name)

    name = f"{secrets.token_hex(16)}.zip"
    state.shelf.lend(name, write)
    return name


# Motions


def list_motions(api: Api, call: Call) -> list[answers.Json]:
    account = account_of(api, call)
    if call.values["mine"]:
        motions = page(api.state.own_motions(account), call.values)
    else:
        motions = list(api.state.official.values())
    return [answers.motion_item(motion, call.base) for motion in motions]


def upload_motion(api: Api, call: Call) -> answers.Json:
    return order(api, call, create.upload_motion)


def create_video(api: Api, call: Call) -> answers.Json:
    check_sound(call.given, call.values)
    return order(api, call, create.create_video)


def list_references(api: Api, call: Call) -> list[answers.Json]:
    account = account_of(api, call)
    # The pages of 2026 no longer name the parameters of paging: given, they change nothing.
    official = api.state.official_references.values()
    motions = api.state.own_references(account) if call.values["mine"] else official
    return [answers.reference_item(motion, call.base) for motion in motions]


def refuse_motion_upload(api: Api, call: Call) -> answers.Json:
    account_of(api, call)
    raise refusals.motion_upload_deprecated()


def create_reference_video(api: Api, call: Call) -> answers.Json:
    check_element(call.values)
    return order(api, call, create.create_reference_video)


def order(api: Api, call: Call, make: create.Maker) -> answers.Json:
    account = account_of(api, call)
    made = make(api.state, create.Order(account, call.values, call.base, api.pace, call.fails))
    api.callbacks.follow(made.task)
    if made.lost:
        raise refusals.Lost
    return answers.created(api.state, made.task, account, call.base)


# Characters


def list_elements(api: Api, call: Call) -> answers.Json:
    """All are the account's own, and none has a tag."""
    account, wanted = account_of(api, call), call.values
    elements = [] if wanted["official"] or wanted["favored"] or wanted["tag"] else list(api.state.elements)
    elements.sort(key=lambda element: element.created, reverse=wanted["sortDirection"] == "DESC")
    return {
        "elementsList": [answers.element_item(element, account, call.base) for element in page(elements, wanted)],
        "pageNum": wanted["pageNum"],
        "pageSize": wanted["pageSize"],
        "total": len(elements),
    }


# Tasks


def list_tasks(api: Api, call: Call) -> answers.Json:
    check_times(call.values)
    account = account_of(api, call)
    if call.values["contentType"] not in (None, "video"):
        return {"history": []}
    tasks = api.state.history(account, call.values["createdBefore"], call.values["createdAfter"])
    size = min(call.values["pageSize"], api.state.listing.page_limit)
    now = api.state.now_ms()
    return {"history": [answers.task_item(task, now, call.base) for task in tasks[:size]]}


def get_task(api: Api, call: Call) -> answers.Json:
    task = api.state.find_task(account_of(api, call), call.path["task_id"])
    return answers.task_detail(task, api.state.now_ms(), call.base)


def delete_task(api: Api, call: Call) -> answers.Json:
    task = api.state.delete_task(account_of(api, call), call.path["task_id"])
    api.callbacks.forget(task.id)
    return {"deleted": 1, "workIds": [task.work_id]}


# Accounts and slots


def list_accounts(api: Api, call: Call) -> answers.Json:
    return {email: answers.account_item(account) for email, account in api.state.accounts.items()}


def get_account(api: Api, call: Call) -> answers.Json:
    return answers.account_detail(api.state, api.state.find_account(call.path["email"]))


def list_free_slots(api: Api, call: Call) -> answers.Json:
    return answers.schedule(api.state, list(api.state.accounts.values()))


def stop_tracking(api: Api, call: Call) -> answers.Json:
    task = api.state.stop_tracking(call.path["task_id"])
    api.callbacks.forget(task.id)
    return {"id": task.id, "email": task.account}


def page(rows: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    start = (values["pageNum"] - 1) * values["pageSize"]
    return list(rows[start : start + values["pageSize"]])
