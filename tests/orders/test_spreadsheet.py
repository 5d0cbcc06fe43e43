"""A table of requests: read whole, checked whole, every fault by its row."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from kling import InvalidInput, Motion, MotionCreateRequest
from kling.orders.spreadsheet import ROWS_MOST, Fault, Library, Plan, Planned, plan, read_rows

PENDING = "https://file.invalid/pending"
WAVE = Motion.read({"workId": -1, "workName": "Wave", "tag": "wave", "official": True})
JUMP = Motion.read({"workId": -2, "workName": "Jump", "tag": "jump", "official": True})
TWIN = Motion.read({"workId": 7, "workName": "Jump"})
OPTIONS = {
    "duration": "5", "mode": "std", "person": 1, "mirror": False, "sound": True, "audio_prompt": "", "music_prompt": "",
    "asmr": False, "prompt": "from the form", "reply_url": "", "reply_ref": "", "max_jobs": None, "email": None,
}  # fmt: skip


def planned(text: str, pictures: tuple[str, ...] = ("a.jpg",)) -> tuple[list[Planned], list[Fault]]:
    found = planned_whole(text, pictures)
    return found.good, found.faults


def planned_whole(text: str, pictures: tuple[str, ...] = ("a.jpg",), for_all: str | None = None) -> Plan:
    rows = read_rows("t.csv", text.encode())
    return plan(rows, Library([WAVE, JUMP], pictures), OPTIONS, PENDING, for_all)


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
    [only], faults, *_ = plan(read_rows("t.XLSX", content), Library([WAVE], ["a.jpg"]), OPTIONS, PENDING)
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
    rows, faults, *_ = plan(read_rows("t.csv", table.encode()), Library(library, ["a.jpg"]), options, PENDING)
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
        ("a.jpg,Fly,,,", "Motion: “Fly” is none of the motions here."),
        ("a.jpg,Wav,,,", "Motion: “Wav” is none of the motions here. Did you mean “Wave”?"),
        ("a.jpg,,,,", "Motion: it is missing."),
        ("a.jpg,Wave,7,,", "Seconds: 7 is not 5 or 10."),
        ("a.jpg,Wave,,best,", "Quality: best is not standard or professional."),
        ("a.jpg,Wave,,,12", "Person: 12 is not a number from 1 to 11."),
        ("a.jpg,Wave,,,²", "Person: ² is not a number from 1 to 11."),
        (f"a.jpg,Wave,,,{'9' * 5000}", f"Person: {'9' * 60} is not a number from 1 to 11."),
        (",Wave,,,", "Picture: it is missing."),
    ],
)
def test_every_fault_is_told_with_its_row_column_and_what_stands_there(row: str, told: str) -> None:
    good, [fault] = planned(f"picture,motion,seconds,quality,person\na.jpg,Wave,,,\n{row}\n")
    assert len(good) == 1
    assert (fault.row, fault.what) == (3, told)


def test_all_faults_of_a_row_are_told_at_once() -> None:
    rows = f"picture,motion,seconds,quality,person,mirror,description\n,Fly,7,best,0,perhaps,{'x' * 2501}\n"
    good, faults = planned(rows)
    assert good == []
    assert [fault.what.partition(":")[0] for fault in faults] == [
        "Motion", "Picture", "Seconds", "Quality", "Person", "Mirror", "Description",
    ]  # fmt: skip
    assert "it has 2,501 characters, 2,500 at most can be sent" in faults[-1].what


@pytest.mark.parametrize("name", ["b.jpg", "javascript:alert(1)", "https://[cdn/p.jpg"])
def test_a_picture_that_is_not_there_yet_is_no_fault_but_is_asked_for(name: str) -> None:
    found = planned_whole(f"picture,motion\na.jpg,Wave\n{name},Wave\n{name},Jump\n")
    assert [each.row for each in found.good] == [2]
    assert (found.faults, found.missing) == ([], {name: [3, 4]})


@pytest.mark.parametrize("name", ["ANNA.JPG", "anna", "Anna.jpg"])
def test_a_picture_is_found_without_its_ending_and_however_it_is_written(name: str) -> None:
    found = planned_whole(f"picture,motion\n{name},Wave\n", ("Anna.jpg", "b.jpg", "b.png"))
    assert [each.picture for each in found.good] == ["Anna.jpg"]
    assert planned_whole("picture,motion\nb,Wave\n", ("b.jpg", "b.png")).missing == {"b": [2]}


@pytest.mark.parametrize("for_all", ["a.jpg", "https://cdn/all.jpg"])
def test_one_picture_serves_all_rows_that_name_none(for_all: str) -> None:
    found = planned_whole("motion\nWave\nJump\n", for_all=for_all)
    assert [each.picture for each in found.good] == [for_all] * 2
    assert found.good[0].request.to_wire()["image"] == (PENDING if for_all == "a.jpg" else for_all)


def test_rows_that_are_alike_are_named_and_made_all_the_same() -> None:
    found = planned_whole("picture,motion,seconds\na.jpg,Wave,5\na.jpg,Jump,\na.jpg,-1,\na.jpg,Wave,10\n")
    assert len(found.good) == 4
    assert found.alike == [[2, 4]]


def test_columns_that_the_service_has_no_use_for_are_named() -> None:
    dance = Motion.read({"assetId": 8, "workName": "Dance", "url": "https://cdn/d.mp4"})
    options = {**OPTIONS, "model": "kling-v3-0", "direction": "motion_direction", "keep_audio": False, "element": ""}
    rows = read_rows("t.csv", b"picture,motion,seconds,quality,person\na.jpg,Dance,10,pro,\n")
    found = plan(rows, Library([dance], ["a.jpg"]), options, PENDING)
    assert (len(found.good), found.ignored) == (1, ["seconds"])


def test_a_motion_that_is_too_long_for_the_way_the_person_faces_is_told_with_its_row() -> None:
    dance = Motion.read({"assetId": 8, "workName": "Dance", "url": "https://cdn/d.mp4", "duration": 12_000})
    options = {**OPTIONS, "model": "kling-v3-0", "keep_audio": False, "element": "", "direction": "image_direction"}
    rows = read_rows("t.csv", b"picture,motion\na.jpg,Wave\na.jpg,Dance\n")
    [_], [fault], *_ = plan(rows, Library([WAVE, dance], ["a.jpg"]), options, PENDING)
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
    [only], [fault], *_ = plan(rows, Library(library, ["a.jpg"], shown), options, PENDING)
    assert only.motion == library[1]
    assert (fault.row, "2 motions" in fault.what) == (3, True)


def test_a_name_that_two_motions_have_is_not_guessed() -> None:
    rows = read_rows("t.csv", b"picture,motion\na.jpg,Jump\n")
    _, [fault], *_ = plan(rows, Library([JUMP, TWIN], ["a.jpg"]), OPTIONS, PENDING)
    assert "2 motions" in fault.what


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.csv", b"", "empty"),
        ("t.csv", b"a,b\n1,2\n", "no column “a”"),
        ("t.csv", b"picture\n1\n", "“motion” is missing"),
        ("t.xlsx", b"not a zip", "cannot be read as an Excel file"),
        ("t.csv", b"picture,motion\n" + b"a,b\n" * (ROWS_MOST + 1), "2,000 at most"),
    ],
)
def test_what_is_no_such_table_says_so(name: str, content: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_rows(name, content)
