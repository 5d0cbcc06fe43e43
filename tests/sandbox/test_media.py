"""What people look at: motions, covers and results are real media."""

import io
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from kling.sandbox.media import result_video
from kling.sandbox.media.dances import DANCES
from tests.sandbox.calls import fetch
from tests.sandbox.watching import clip_at, far, frames_at, frames_of, image_at
from tests.sandbox_server import Sandbox, mp4, ok


def result(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    """The work of a task that has ended."""
    task = sandbox.task(**changes)
    sandbox.finish()
    return sandbox.work(task)


# Motions


def test_official_motions_have_covers_and_clips(sandbox: Sandbox) -> None:
    motions = ok(sandbox.get("/videos/motions"))
    covers = [image_at(motion["cover"]["resource"]) for motion in motions]
    assert {cover.size for cover in covers} == {(360, 480)}
    assert all(far(one, other) > 2 for n, one in enumerate(covers) for other in covers[:n])


@pytest.mark.parametrize("tag", ["wave", "jump", "bow"])
def test_a_motion_plays_and_loops(sandbox: Sandbox, tag: str) -> None:
    [motion] = [m for m in ok(sandbox.get("/videos/motions")) if m["tag"] == tag]
    frames = frames_at(motion["resource"]["resource"])
    seconds = next(dance.seconds for dance in DANCES if dance.tag == tag)
    assert 2 <= seconds <= 3
    assert len(frames) == round(seconds * 20)
    steps = [far(one, other) for one, other in pairwise(frames)]
    assert max(far(frames[0], frame) for frame in frames) > 1
    # From the last to the first is no larger a step than between others.
    assert far(frames[-1], frames[0]) <= max(steps) * 1.1


def test_an_own_motion_is_the_uploaded_clip(sandbox: Sandbox) -> None:
    sandbox.motion()
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    assert fetch(motion["resource"]["resource"]).content == mp4(2.5)


# Results


@pytest.mark.parametrize(("duration", "sound", "mode"), [(5, True, "pro"), (10, False, "std")])
def test_a_result_plays_for_as_long_as_ordered(sandbox: Sandbox, duration: int, sound: bool, mode: str) -> None:
    work = result(sandbox, duration=duration, sound_effect=sound, mode=mode)
    with clip_at(work["resource"]["resource"]) as clip:
        [video] = clip.streams.video
        fps = float(video.average_rate)
        assert abs(clip.duration / 1e6 - duration) <= 1 / fps
        assert video.frames == duration * fps
        assert (video.width, video.height) == (work["resource"]["width"], work["resource"]["height"])
        assert (video.codec_context.name, video.pix_fmt) == ("h264", "yuv420p")
        assert bool(clip.streams.audio) is sound
        if sound:
            samples = [abs(frame.to_ndarray()).max() for frame in clip.decode(audio=0)]
            assert 0.001 < max(samples) < 0.1
    assert work["resource"]["duration"] == duration * 1000


def striped() -> bytes:
    file = io.BytesIO()
    stripes = Image.new("RGB", (400, 600), "white")
    for left in range(0, 400, 40):
        stripes.paste("navy", (left, 0, left + 20, 600))
    stripes.save(file, "PNG")
    return file.getvalue()


def test_a_result_is_made_of_the_picture_which_makes_the_motion(sandbox: Sandbox) -> None:
    link = ok(sandbox.upload(striped(), "image/png"))["url"]
    content = fetch(result(sandbox, image=link, workId=sandbox.official("dance"))["resource"]["resource"]).content
    # It can start before it is loaded whole.
    assert 0 < content.index(b"moov") < content.index(b"mdat")
    frames = frames_of(content)
    still = Image.open(io.BytesIO(striped())).resize((432, 648))
    upper = [frame.crop((0, 0, frame.width, frame.height // 2)) for frame in frames]
    differences = [far(still.crop((0, 0, 432, 324)), frame) for frame in upper]
    assert max(differences) > 20
    # The edges keep still, and show the picture.
    edges = [frame.crop((0, 0, 12, frame.height // 2)) for frame in frames]
    assert max(far(still.crop((0, 0, 12, 324)), edge) for edge in edges) < 20
    corner = [frame.crop((14, frame.height - 186, 143, frame.height - 14)) for frame in frames]
    assert max(far(corner[0], other) for other in corner) > 2


def test_an_own_motion_moves_the_picture_too(sandbox: Sandbox) -> None:
    sandbox.motion()
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    link = ok(sandbox.upload(striped(), "image/png"))["url"]
    frames = frames_at(result(sandbox, image=link, workId=motion["workId"])["resource"]["resource"])
    upper = [frame.crop((0, 0, frame.width, frame.height // 2)) for frame in frames]
    assert max(far(upper[0], other) for other in upper) > 5


def test_change_direction_mirrors_the_motion(sandbox: Sandbox) -> None:
    link = ok(sandbox.upload(striped(), "image/png"))["url"]
    point = sandbox.official("point")
    plain = image_at(result(sandbox, image=link, workId=point)["cover"]["resource"])
    mirrored = image_at(result(sandbox, image=link, workId=point, change_direction=True)["cover"]["resource"])
    inset = (14, plain.height - 186, 143, plain.height - 14)
    one, other = plain.crop(inset), mirrored.crop(inset)
    assert far(one, other.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) < far(one, other) / 2


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (1080, 1920, (432, 768)),
        (1920, 1080, (768, 432)),
        (500, 500, (432, 432)),
        (300, 3000, (432, 768)),
        (3000, 300, (768, 432)),
        (301, 407, (432, 584)),
    ],
)
def test_a_result_has_the_form_of_its_picture(width: int, height: int, size: tuple[int, int]) -> None:
    assert result_video.frame_size(width, height) == size


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_every_kind_of_picture_becomes_a_result(sandbox: Sandbox, form: str, mode: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (320, 400), "teal").convert(mode).save(file, form)
    link = ok(sandbox.upload(file.getvalue(), f"image/{form.lower()}"))["url"]
    cover = image_at(result(sandbox, image=link)["cover"]["resource"])
    assert cover.size == (432, 540)
