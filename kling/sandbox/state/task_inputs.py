"""What a task says of itself: its inputs and arguments, named as in the samples of the documentation."""

import secrets
from collections.abc import Mapping
from typing import Any

from kling.sandbox.state.models import Input, Motion, ReferenceMotion
from kling.sandbox.state.uploads import file_name


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
