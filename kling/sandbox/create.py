"""The orders, motion-create of either generation and motion-upload: from checked parameters to a placed task."""

import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import references, results, words
from .assets import file_name
from .clips import Sound, chord, read_sound
from .inspection import check_length
from .records import EXTRACTION, POINTS_A_CREDIT, RATES, VIDEO, Account, Asset, Input, Motion, ReferenceMotion, Task
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


@dataclass(frozen=True)
class Plan:
    """A video that is to be made, whichever generation it was ordered in."""

    image: str
    """Link of the picture."""
    picture: Asset
    motion: results.Source
    duration: int
    """Milliseconds that are ordered and paid."""
    inputs: list[Input]
    arguments: dict[str, str]
    effect: words.Effect
    uploads: tuple[str, ...] = ()
    """Ids of what it is made from beside the picture."""
    mirrored: bool = False
    sound: Sound | None = None
    max_jobs: int | None = None


def create_video(state: State, order: Order) -> Made:
    """POST /videos/motion-create. Refused before anything is kept or charged."""
    values = order.values
    effect = words.find_effect(values["prompt"], state.clock())
    picture = state.assets.find(values["image"], "image", state.clock())
    motion = state.find_motion(order.account, values["workId"])
    plan = Plan(
        image=values["image"],
        picture=picture,
        motion=state.motion_source(motion),
        duration=values["duration"] * 1000,
        inputs=video_inputs(values, motion),
        arguments=video_arguments(values),
        effect=effect,
        mirrored=values["change_direction"],
        sound=chord if values["sound_effect"] else None,
        max_jobs=values["maxJobs"],
    )
    return place_video(state, order, plan)


def create_reference_video(state: State, order: Order) -> Made:
    """POST /videos/motion-create of the second generation: as long as its motion, with the motion's own sound.

    The model, the direction and the saved character are noted among the arguments; one cannot see them.
    """
    values = order.values
    effect = words.find_effect(values["prompt"], state.clock())
    picture = state.assets.find(values["imageUrl"], "image", state.clock())
    motion = state.find_reference(values["motionUrl"])
    state.check_element(values["element_1"])
    references.check_direction(motion, values["motionDirection"])
    source = state.motion_source(motion)
    plan = Plan(
        image=values["imageUrl"],
        picture=picture,
        motion=source,
        duration=motion.duration,
        inputs=reference_inputs(values, motion),
        arguments=reference_arguments(values),
        effect=effect,
        uploads=(motion.upload,) if motion.upload else (),
        sound=sound_of(source) if values["keepAudio"] and motion.has_audio else None,
    )
    return place_video(state, order, plan)


def sound_of(source: results.Source) -> Sound:
    return lambda seconds: read_sound(source.clip(), seconds)


def place_video(state: State, order: Order, plan: Plan) -> Made:
    stem = secrets.token_hex(16)
    mode = order.values["mode"]
    duration = round(plan.duration * plan.effect.share)
    width, height = results.frame_size(plan.picture.width, plan.picture.height)
    task = Task(
        **order_fields(state, order),
        kind=VIDEO,
        seconds=order.pace.video * plan.effect.slowness,
        inputs=plan.inputs,
        arguments=plan.arguments,
        clip=f"{stem}.mp4",
        cover=f"{stem}.jpg",
        width=width,
        height=height,
        duration=duration,
        late_seconds=plan.effect.late_seconds,
        fails=order.fails or plan.effect.fails,
        points=RATES[mode] * math.ceil(plan.duration / 1000) * POINTS_A_CREDIT,
        assets=(plan.picture.id, *plan.uploads),
    )
    recipe = results.Result(
        picture=plan.picture.path_of(file_name(plan.image)),
        size=(width, height),
        motion=plan.motion,
        seconds=duration / 1000,
        mirrored=plan.mirrored,
        sound=plan.sound,
        mode=mode,
    )
    state.place(task, order.account, plan.max_jobs)
    state.shelf.offer(task.clip, recipe.write_clip)
    state.shelf.offer(task.cover, recipe.write_cover)
    return Made(task, plan.effect.lost)


def upload_motion(state: State, order: Order) -> Made:
    """POST /videos/motion-upload. The motion is the uploaded clip itself."""
    values = order.values
    clip = state.assets.find(values["resourceUrl"], "video", state.clock())
    cover = state.assets.find(values["coverUrl"], "image", state.clock())
    check_length(clip.duration, CLIP_MS)
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


def video_inputs(values: Mapping[str, Any], motion: Motion) -> list[Input]:
    """As in the sample; the two binaries are names only, there is nothing behind them."""
    stem = secrets.token_hex(16)
    image = {"url": file_name(values["image"])}
    clip = {"url": motion.clip, "cover": motion.cover}
    return [
        Input({**url_input("image_origin"), "fromWorkId": 0}, image),
        Input(url_input("image_binary"), {"url": f"{stem}-image.zip"}),
        Input({**url_input("motion_binary_1"), "fromWorkId": motion.work_id}, {"url": f"{stem}-motion.zip"}),
        Input(url_input("motion_video_1"), clip),
    ]


def reference_arguments(values: Mapping[str, Any]) -> dict[str, str]:
    """No sample shows them: named in the manner of the first generation."""
    character = {} if values["element_1"] is None else {"element_1": values["element_1"]}
    return {
        "prompt": values["prompt"],
        "model_name": values["model_name"],
        "model_mode": values["mode"],
        "keep_audio": "true" if values["keepAudio"] else "false",
        "motion_direction": values["motionDirection"],
        **character,
    }


def reference_inputs(values: Mapping[str, Any], motion: ReferenceMotion) -> list[Input]:
    """No sample shows them: picture and motion are named as in the first generation, whose binaries have gone."""
    image = {"url": file_name(values["imageUrl"])}
    clip = {"url": motion.clip, "cover": motion.cover}
    return [Input({**url_input("image_origin"), "fromWorkId": 0}, image), Input(url_input("motion_video_1"), clip)]


def url_input(name: str) -> dict[str, Any]:
    return {"name": name, "inputType": "URL"}


def clip_input(clip: str, cover: str) -> Input:
    fields = {**url_input("input"), "token": None, "blobStorage": None, "fromWorkId": 0, "fromUploadId": ""}
    return Input(fields, {"url": clip, "cover": cover})
