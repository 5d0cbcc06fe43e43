"""A table of requests: read whole, checked whole, every fault by its row."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from kling import InvalidInput, Motion, MotionCreateRequest
from kling.orders.spreadsheet import MOST, TEMPLATE, Fault, Planned, plan, read_rows

PENDING = "https://file.invalid/pending"
WAVE = Motion.read({"workId": -1, "workName": "Wave", "tag": "wave", "official": True})
JUMP = Motion.read({"workId": -2, "workName": "Jump", "tag": "jump", "official": True})
TWIN = Motion.read({"workId": 7, "workName": "Jump"})
OPTIONS = {
    "duration": "5", "mode": "std", "person": 1, "mirror": False, "sound": True, "audio_prompt": "", "music_prompt": "",
    "asmr": False, "prompt": "from the form", "reply_url": "", "reply_ref": "", "max_jobs": None, "email": None,
}  # fmt: skip


def planned(text: str, pictures: tuple[str, ...] = ("a.jpg",)) -> tuple[list[Planned], list[Fault]]:
    return plan(read_rows("t.csv", text.encode()), [WAVE, JUMP], pictures, OPTIONS, PENDING)


def excel(*rows: tuple[object, ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()


def test_a_row_is_a_request_and_the_form_fills_what_it_leaves_open() -> None:
    [first, second], faults = planned(
        "picture,motion,description,seconds,quality\na.jpg,wave,,10,pro\na.jpg,-2,Hop,,\n"
    )
    assert faults == []
    assert isinstance(first.request, MotionCreateRequest)
    assert first.request.to_wire() == {
        "workId": -1, "image": PENDING, "prompt": "from the form",
        "duration": "10", "mode": "pro", "sound_effect": True,
    }  # fmt: skip
    assert (second.request.prompt, second.motion) == ("Hop", JUMP)


def test_an_excel_file_is_read_like_a_csv() -> None:
    content = excel(("Picture", "Motion", "Seconds"), ("a.jpg", "Wave", 10.0), (None, None, None))
    [only], faults = plan(read_rows("t.XLSX", content), [WAVE], ["a.jpg"], OPTIONS, PENDING)
    assert faults == []
    assert isinstance(only.request, MotionCreateRequest)
    assert only.request.duration == "10"


def test_a_motion_is_named_by_its_id_whatever_kind_of_id_that_is() -> None:
    ids = ["motion_12345", "motion_AB", "motion_ab", "007", 7]
    library = [Motion.read({"assetId": each, "url": f"https://x.y/{n}.mp4"}) for n, each in enumerate(ids)]
    library.append(Motion.read({"url": "https://x.y/none.mp4?signed"}))
    wanted = [*map(str, ids), "https://x.y/none.mp4"]
    table = "picture,motion\n" + "".join(f"a.jpg,{each}\n" for each in wanted)
    options = {**OPTIONS, "model": "kling-v3-0", "direction": "motion_direction", "keep_audio": False, "element": ""}
    rows, faults = plan(read_rows("t.csv", table.encode()), library, ["a.jpg"], options, PENDING)
    assert faults == []
    assert [row.motion for row in rows] == library


@pytest.mark.parametrize("text", ["picture;motion\na.jpg;Wave\n", "\ufeffPicture,Motion\r\na.jpg,Wave\r\n"])
def test_what_spreadsheets_save_is_read(text: str) -> None:
    assert len(planned(text)[0]) == 1


def test_a_picture_may_be_an_address() -> None:
    [only], _ = planned("picture,motion\nhttps://cdn/p.jpg,Wave\n", ())
    assert only.request.to_wire()["image"] == "https://cdn/p.jpg"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("b.jpg,Wave,,,", "no picture “b.jpg”"),
        (",Wave,,,", "picture is missing"),
        ("a.jpg,Fly,,,", "no motion “Fly”"),
        ("a.jpg,,,,", "motion is missing"),
        ("a.jpg,Wave,7,,", "5"),
        ("a.jpg,Wave,,best,", "standard or professional"),
        ("a.jpg,Wave,,,12", "from 1 to 11"),
        ("a.jpg,Wave,,,²", "from 1 to 11"),
        (f"a.jpg,Wave,,,{'9' * 5000}", "from 1 to 11"),
        ("javascript:alert(1),Wave,,,", "no picture"),
        ("https://[cdn/p.jpg,Wave,,,", "no picture"),
    ],
)
def test_every_fault_is_told_with_its_row_and_the_good_rows_are_counted(row: str, told: str) -> None:
    good, [fault] = planned(f"picture,motion,seconds,quality,person\na.jpg,Wave,,,\n{row}\n")
    assert len(good) == 1
    assert fault.row == 3
    assert told in fault.what


def test_a_motion_that_is_too_long_for_the_way_the_person_faces_is_told_with_its_row() -> None:
    dance = Motion.read({"assetId": 8, "workName": "Dance", "url": "https://cdn/d.mp4", "duration": 12_000})
    options = {**OPTIONS, "model": "kling-v3-0", "keep_audio": False, "element": "", "direction": "image_direction"}
    rows = read_rows("t.csv", b"picture,motion\na.jpg,Wave\na.jpg,Dance\n")
    [_], [fault] = plan(rows, [WAVE, dance], ["a.jpg"], options, PENDING)
    assert (fault.row, fault.field) == (3, "motion_direction")
    assert "12 seconds long" in fault.what


def test_a_motion_is_named_as_people_see_it() -> None:
    library = [Motion.read({"assetId": f"motion_{n}", "url": f"https://x.y/{n}.mp4"}) for n in range(4)]
    shown = {
        "motion_1": "Victory dance",
        "motion_2": "Motion of 6 January 2026",
        "motion_3": "Motion of 6 January 2026",
    }
    options = {**OPTIONS, "model": "kling-v3-0", "direction": "motion_direction", "keep_audio": False, "element": ""}
    rows = read_rows("t.csv", b"picture,motion\na.jpg,victory DANCE\na.jpg,Motion of 6 January 2026\n")
    [only], [fault] = plan(rows, library, ["a.jpg"], options, PENDING, shown)
    assert only.motion == library[1]
    assert (fault.row, "2 motions" in fault.what) == (3, True)


def test_a_name_that_two_motions_have_is_not_guessed() -> None:
    rows = read_rows("t.csv", b"picture,motion\na.jpg,Jump\n")
    _, [fault] = plan(rows, [JUMP, TWIN], ["a.jpg"], OPTIONS, PENDING)
    assert "2 motions" in fault.what


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.csv", b"", "empty"),
        ("t.csv", b"a,b\n1,2\n", "no column “a”"),
        ("t.csv", b"picture\n1\n", "“motion” is missing"),
        ("t.xlsx", b"not a zip", "cannot be read as an Excel file"),
        ("t.csv", b"picture,motion\n" + b"a,b\n" * (MOST + 1), f"{MOST} at most"),
    ],
)
def test_what_is_no_such_table_says_so(name: str, content: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_rows(name, content)


def test_the_table_to_fill_in_is_one_that_is_read() -> None:
    assert planned(TEMPLATE, ("anna.jpg",))[1] == []
