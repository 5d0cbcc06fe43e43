"""The two orders, motion-create and motion-upload: from checked parameters to a task that is placed."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import refusals, results, words
from .assets import file_name
from .records import COSTS, EXTRACTION, POINTS_A_CREDIT, VIDEO, Account, Input, Motion, Task
from .state import State

CLIP_MS = (2000, 10_000)
"""Length that a clip may have for its motion to be taken (seeds/motion-upload)."""


@dataclass(frozen=True)
class Pace:
    """How long things take, in seconds of the practice API's clock."""

    video: float
    upload: float


@dataclass(frozen=True)
class Order:
    account: Account
    values: Mapping[str, Any]
    """The endpoint's parameters, checked."""
    base: str
    """Address under which it was ordered."""
    pace: Pace
    fails: bool = False
    """The task is to end failed."""


@dataclass(frozen=True)
class Made:
    task: Task
    lost: bool = False
    """The answer is to be lost on its way."""


Maker = Callable[[State, Order], Made]


def create_video(state: State, order: Order) -> Made:
    """POST /videos/motion-create. Refused before anything is kept or charged."""
    values = order.values
    effect = words.find_effect(values["prompt"], state.clock())
    picture = state.assets.find(values["image"], "image", state.clock())
    motion = state.find_motion(order.account, values["workId"])
    stem = secrets.token_hex(16)
    width, height = results.frame_size(picture.width, picture.height)
    task = Task(
        **order_fields(state, order),
        kind=VIDEO,
        seconds=order.pace.video * effect.slowness,
        inputs=video_inputs(values, motion, stem),
        arguments=video_arguments(values),
        clip=f"{stem}.mp4",
        cover=f"{stem}.jpg",
        width=width,
        height=height,
        duration=values["duration"] * 1000,
        fails=order.fails or effect.fails,
        points=COSTS[values["mode"], values["duration"]] * POINTS_A_CREDIT,
        assets=(picture.id,),
    )
    recipe = results.Result(
        picture=picture.path_of(file_name(values["image"])),
        size=(width, height),
        motion=state.motion_source(motion),
        seconds=values["duration"],
        mirrored=values["change_direction"],
        sound=values["sound_effect"],
        mode=values["mode"],
    )
    state.place(task, order.account, values["maxJobs"])
    state.shelf.offer(task.clip, recipe.write_clip)
    state.shelf.offer(task.cover, recipe.write_cover)
    return Made(task, effect.lost)


def upload_motion(state: State, order: Order) -> Made:
    """POST /videos/motion-upload. The motion is the uploaded clip itself."""
    values = order.values
    clip = state.assets.find(values["resourceUrl"], "video", state.clock())
    cover = state.assets.find(values["coverUrl"], "image", state.clock())
    if not CLIP_MS[0] <= clip.duration <= CLIP_MS[1]:
        raise refusals.clip_length()
    cover_name = file_name(values["coverUrl"])
    task = Task(
        **order_fields(state, order),
        kind=EXTRACTION,
        seconds=order.pace.upload,
        inputs=[clip_input(clip.name, cover_name)],
        arguments={"prompt": "", "motionType": "video2motion", "biz": "klingai"},
        clip=clip.name,
        cover=cover_name,
        width=clip.width,
        height=clip.height,
        duration=clip.duration,
        fails=order.fails,
        assets=(clip.id, cover.id),
    )
    state.place(task, order.account, values["maxJobs"])
    return Made(task)


def order_fields(state: State, order: Order) -> dict[str, Any]:
    """What every task has, whatever it makes."""
    return {
        "id": state.new_id(),
        "work_id": state.new_id(),
        "work_item_id": state.new_id(),
        "account": order.account.email,
        "user_id": order.account.user_id,
        "created": state.new_created(),
        "reply_url": order.values["replyUrl"],
        "reply_ref": order.values["replyRef"],
        "base": order.base,
    }


def video_arguments(values: Mapping[str, Any]) -> dict[str, str]:
    """Those that the sample shows, and no others."""
    return {
        "prompt": values["prompt"],
        "duration": str(values["duration"]),
        "model_mode": values["mode"],
        "enable_audio": "true" if values["sound_effect"] else "false",
    }


def video_inputs(values: Mapping[str, Any], motion: Motion, stem: str) -> list[Input]:
    """As in the sample; the two binaries are names only, there is nothing behind them."""
    image = {"url": file_name(values["image"])}
    clip = {"url": motion.clip, "cover": motion.cover}
    return [
        Input({**url_input("image_origin"), "fromWorkId": 0}, image),
        Input(url_input("image_binary"), {"url": f"{stem}-image.zip"}),
        Input({**url_input("motion_binary_1"), "fromWorkId": motion.work_id}, {"url": f"{stem}-motion.zip"}),
        Input(url_input("motion_video_1"), clip),
    ]


def url_input(name: str) -> dict[str, Any]:
    return {"name": name, "inputType": "URL"}


def clip_input(clip: str, cover: str) -> Input:
    fields = {**url_input("input"), "token": None, "blobStorage": None, "fromWorkId": 0, "fromUploadId": ""}
    return Input(fields, {"url": clip, "cover": cover})
