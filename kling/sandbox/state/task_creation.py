"""motion-create of either generation and motion-upload: from checked parameters to a task."""

import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kling.sandbox.media import result_video
from kling.sandbox.media.inspection import check_length
from kling.sandbox.media.video import Sound, chord, read_sound
from kling.sandbox.state import prompt_effects, reference_motions
from kling.sandbox.state.models import EXTRACTION, POINTS_A_CREDIT, RATES, VIDEO, Account, Asset, Input, Task
from kling.sandbox.state.state import State
from kling.sandbox.state.task_inputs import (
    clip_input,
    reference_arguments,
    reference_inputs,
    video_arguments,
    video_inputs,
)
from kling.sandbox.state.uploads import file_name

CLIP_MS = (2000, 10_000)
"""Length that a clip may have for its motion to be taken (seeds/motion-upload)."""


@dataclass(frozen=True)
class Durations:
    """How long things take, in seconds of the practice API's clock."""

    video: float
    upload: float


@dataclass(frozen=True)
class TaskRequest:
    account: Account
    values: Mapping[str, Any]
    """The endpoint's parameters, checked."""
    base: str
    """Address under which it was ordered."""
    durations: Durations
    fails: bool = False
    """The task is to end failed."""


@dataclass(frozen=True)
class NewTask:
    task: Task
    lost: bool = False
    """The answer is to be lost on its way."""


CreateTask = Callable[[State, TaskRequest], NewTask]


@dataclass(frozen=True)
class VideoPlan:
    """A video that is to be made, whichever generation it was ordered in."""

    image: str
    """Link of the picture."""
    picture: Asset
    motion: result_video.Source
    duration: int
    """Milliseconds that are ordered and paid."""
    inputs: list[Input]
    arguments: dict[str, str]
    effect: prompt_effects.Effect
    uploads: tuple[str, ...] = ()
    """Ids of what it is made from beside the picture."""
    mirrored: bool = False
    sound: Sound | None = None
    max_jobs: int | None = None


def create_video(state: State, request: TaskRequest) -> NewTask:
    """POST /videos/motion-create. Refused before anything is kept or charged."""
    values = request.values
    effect = prompt_effects.find_effect(values["prompt"], state.clock())
    picture = state.uploads.find(values["image"], "image", state.clock())
    motion = state.find_motion(request.account, values["workId"])
    plan = VideoPlan(
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
    return start_video(state, request, plan)


def create_reference_video(state: State, request: TaskRequest) -> NewTask:
    """POST /videos/motion-create of the second generation: as long as its motion, with the motion's own sound.

    The model, the direction and the saved character are noted among the arguments; one cannot see them.
    """
    values = request.values
    effect = prompt_effects.find_effect(values["prompt"], state.clock())
    picture = state.uploads.find(values["imageUrl"], "image", state.clock())
    motion = state.find_reference(values["motionUrl"])
    state.check_element(values["element_1"])
    reference_motions.check_direction(motion, values["motionDirection"])
    source = state.motion_source(motion)
    plan = VideoPlan(
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
    return start_video(state, request, plan)


def sound_of(source: result_video.Source) -> Sound:
    return lambda seconds: read_sound(source.clip(), seconds)


def start_video(state: State, request: TaskRequest, plan: VideoPlan) -> NewTask:
    stem = secrets.token_hex(16)
    mode = request.values["mode"]
    duration = round(plan.duration * plan.effect.length_factor)
    width, height = result_video.frame_size(plan.picture.width, plan.picture.height)
    task = Task(
        **task_fields(state, request),
        kind=VIDEO,
        seconds=request.durations.video * plan.effect.duration_factor,
        inputs=plan.inputs,
        arguments=plan.arguments,
        clip=f"{stem}.mp4",
        cover=f"{stem}.jpg",
        width=width,
        height=height,
        duration=duration,
        late_seconds=plan.effect.late_seconds,
        fails=request.fails or plan.effect.fails,
        points=RATES[mode] * math.ceil(plan.duration / 1000) * POINTS_A_CREDIT,
        assets=(plan.picture.id, *plan.uploads),
    )
    result = result_video.Result(
        picture=plan.picture.path_of(file_name(plan.image)),
        size=(width, height),
        motion=plan.motion,
        seconds=duration / 1000,
        mirrored=plan.mirrored,
        sound=plan.sound,
        mode=mode,
    )
    state.start_task(task, request.account, plan.max_jobs)
    state.files.register(task.clip, result.write_clip)
    state.files.register(task.cover, result.write_cover)
    return NewTask(task, plan.effect.lost)


def upload_motion(state: State, request: TaskRequest) -> NewTask:
    """POST /videos/motion-upload. The motion is the uploaded clip itself."""
    values = request.values
    clip = state.uploads.find(values["resourceUrl"], "video", state.clock())
    cover = state.uploads.find(values["coverUrl"], "image", state.clock())
    check_length(clip.duration, CLIP_MS)
    cover_name = file_name(values["coverUrl"])
    task = Task(
        **task_fields(state, request),
        kind=EXTRACTION,
        seconds=request.durations.upload,
        inputs=[clip_input(clip.name, cover_name)],
        arguments={"prompt": "", "motionType": "video2motion", "biz": "klingai"},
        clip=clip.name,
        cover=cover_name,
        width=clip.width,
        height=clip.height,
        duration=clip.duration,
        fails=request.fails,
        assets=(clip.id, cover.id),
    )
    state.start_task(task, request.account, values["maxJobs"])
    return NewTask(task)


def task_fields(state: State, request: TaskRequest) -> dict[str, Any]:
    """What every task has, whatever it makes."""
    return {
        "id": state.new_id(),
        "work_id": state.new_id(),
        "work_item_id": state.new_id(),
        "account": request.account.email,
        "user_id": request.account.user_id,
        "created": state.new_created(),
        "reply_url": request.values["replyUrl"],
        "reply_ref": request.values["replyRef"],
        "base": request.base,
    }
