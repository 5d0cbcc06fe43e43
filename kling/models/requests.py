"""What is sent: one class a body, every field and rule of its page.

The docstring under a field is the help of its widget: plain words, nothing of the wire.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from kling.models.strict import Count, Id, Link, Request, SecondsText, Words


class MotionUploadRequest(Request):
    """Body of `POST /videos/motion-upload`: makes a motion out of a video that was uploaded before."""

    email: str | None = Field(None, title="Account", min_length=1)
    """Which Kling account does the work. Needed only when there are several."""

    resource_url: Link = Field(alias="resourceUrl", title="Video")
    """The video whose movement is copied: one person, clearly visible, between 2 and 10 seconds long."""

    cover_url: Link = Field(alias="coverUrl", title="Cover picture")
    """The picture that stands for the motion in the library."""

    max_jobs: Count | None = Field(None, alias="maxJobs", title="Videos at a time", ge=1, le=50)
    """How many videos this account may work on at the same time, from 1 to 50."""

    reply_url: Link | None = Field(None, alias="replyUrl", title="Notify address")
    """A web address that is told about progress and the result. Leave empty if you have none."""

    reply_ref: str | None = Field(None, alias="replyRef", title="Your reference")
    """Your own note, repeated in every message to that address."""


class MotionCreateRequest(Request):
    """Body of `POST /videos/motion-create`: the person in a picture makes a motion."""

    email: str | None = Field(None, title="Account", min_length=1)
    """Which Kling account does the work. Needed only when there are several."""

    work_id: Id = Field(alias="workId", title="Motion")
    """The movement the person in the picture will make: one of Kling's own or one you added."""

    image: Link = Field(title="Picture")
    """The picture of the person. Body and pose should be clearly visible."""

    prompt: Words | None = Field(None, title="Description")
    """What the video should look like, in your own words, up to 2,500 characters. May be left empty."""

    duration: Annotated[Literal["5", "10"], SecondsText] | None = Field(None, title="Length")
    """How long the video will be, in seconds: 5 or 10. Without a choice it is 5."""

    mode: Literal["std", "pro"] | None = Field(None, title="Quality")
    """Standard, or professional, which looks better and costs more. Without a choice it is standard."""

    character_id: Count | None = Field(None, title="Person", ge=0, le=10)
    """Which person in the picture moves, counted from the left. The one furthest to the left is 0."""

    change_direction: bool | None = Field(None, title="Mirror the motion")
    """Turns the movement around, left to right, as in a mirror."""

    sound_effect: bool | None = Field(None, title="Sound")
    """Makes sound for the video. It is on unless you switch it off."""

    audio_prompt: Words | None = Field(None, title="Sound effects")
    """What should be heard, for example rain or applause, up to 2,500 characters. Only with sound on."""

    music_prompt: Words | None = Field(None, title="Music")
    """What music should play, up to 2,500 characters. Only with sound on."""

    enable_asmr: bool | None = Field(None, title="Close, quiet sound")
    """Makes soft sounds as if heard from very near, such as whispering or rustling. Only with sound on."""

    max_jobs: Count | None = Field(None, alias="maxJobs", title="Videos at a time", ge=1, le=50)
    """How many videos this account may work on at the same time, from 1 to 50."""

    reply_url: Link | None = Field(None, alias="replyUrl", title="Notify address")
    """A web address that is told about progress and the result. Leave empty if you have none."""

    reply_ref: str | None = Field(None, alias="replyRef", title="Your reference")
    """Your own note, repeated in every message to that address."""

    @field_validator("work_id")
    @classmethod
    def _names_a_motion(cls, work_id: int) -> int:
        if work_id == 0:
            raise ValueError("must be chosen")
        return work_id

    @field_validator("audio_prompt", "music_prompt", "enable_asmr")
    @classmethod
    def _needs_sound(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("sound_effect") is False:
            raise ValueError("cannot be used with the sound switched off")
        return value

    @property
    def is_official(self) -> bool:
        """Whether the motion is one of Kling's own: those have negative numbers."""
        return self.work_id < 0


class ReferenceMotionRequest(Request):
    """Body of `POST /videos/motion-create` since 2026: the motion is a video, not a template."""

    email: str | None = Field(None, title="Account", min_length=1)
    """Which Kling account does the work. Needed only when there are several."""

    image_url: Link = Field(alias="imageUrl", title="Picture")
    """The picture of the person. Body and pose should be clearly visible."""

    motion_url: Link = Field(alias="motionUrl", title="Motion")
    """The video whose movement is copied, 3 to 30 seconds long, at most 10 where the person faces as in the picture.
    The result may be shorter than that where the movement is fast."""

    model_name: Literal["kling-v3-0", "kling-v2-6"] | None = Field(None, title="Version of Kling")
    """Which version of Kling makes the video. Without a choice it is 3.0."""

    prompt: Words | None = Field(None, title="Description")
    """What the video should look like, in your own words, up to 2,500 characters. May be left empty."""

    keep_audio: bool | None = Field(None, alias="keepAudio", title="Keep the sound")
    """Keeps the sound of the motion's video. It is off unless you switch it on."""

    motion_direction: Literal["motion_direction", "image_direction"] | None = Field(
        None, alias="motionDirection", title="Facing"
    )
    """Whether the person faces as in the motion or as in the picture, for which the motion may be 10 seconds long at
    most. Without a choice, as in the motion."""

    mode: Literal["std", "pro"] | None = Field(None, title="Quality")
    """Standard, or professional, which looks better and costs more. Without a choice it is standard."""

    element_1: str | None = Field(None, title="Saved character")
    """A character you saved at Kling. Only with version 3.0."""

    reply_url: Link | None = Field(None, alias="replyUrl", title="Notify address")
    """A web address that is told about progress and the result. Leave empty if you have none."""

    reply_ref: str | None = Field(None, alias="replyRef", title="Your reference")
    """Your own note, repeated in every message to that address."""

    @field_validator("element_1")
    @classmethod
    def _needs_version_3(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("model_name") == "kling-v2-6":
            raise ValueError("can be used with version 3.0 only")
        return value
