"""Create from a table: what is missing is asked for, every fault is told, what is fine is made, all can be paused."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from kling import Motion
from kling.orders import Order
from kling.orders.spreadsheet import Library, plan, read_rows
from pages.ui.create.table import results, template
from pages.ui.session import shared
from pages.ui.spreadsheets import as_csv
from tests.media.samples import picture
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox

CREATE = "/videos/motion-create"
WAVE = Motion.read({"workId": -1, "workName": "Wave", "official": True})
TWINS = [Motion.read({"workId": number, "workName": "Jump"}) for number in (7, 8)]
SHOWN = {"-1": "Wave", "7": "Jump", "8": "Jump"}


def open_table(pages: Pages, text: str, *names: str) -> None:
    pages.open()
    pages.at.segmented_control(key="batch how").set_value("From a table").run()
    pages.settle()
    pages.at.file_uploader(key="batch table").set_value(("videos.csv", text.encode(), "text/csv")).run()
    give(pages, *names)


def give_table(pages: Pages, text: str) -> None:
    pages.at.file_uploader(key="batch table").set_value(("videos.csv", text.encode(), "text/csv")).run()
    pages.settle()


def at_the_bottom(pages: Pages) -> str:
    """What stands beside the button, in the bar at the bottom of the window."""
    return " ".join(str(getattr(each, "value", "")) for each in pages.at._tree[3].get("caption"))


def give(pages: Pages, *names: str) -> None:
    if names:
        files = [(name, picture(), "image/jpeg") for name in names]
        pages.at.file_uploader(key="batch pictures").set_value(files).run()
    pages.settle()


def click(pages: Pages, label: str) -> None:
    """Without waiting for what is under way: some of it waits for a place that nobody frees."""
    next(button for button in pages.at.button if button.label == label).click().run()


def buttons(pages: Pages) -> list[str]:
    return [button.label for button in pages.at.button]


def batch_of(pages: Pages) -> str:
    """The batch that the page's address names."""
    given = pages.at.query_params["batch"]
    return given if isinstance(given, str) else given[0]


def test_pictures_are_asked_for_before_any_fault_and_what_is_fine_can_be_made(pages: Pages) -> None:
    rows = "picture,motion,seconds,quality\na.jpg,Wave,5,\nb.jpg,Jump,,\na,Jump,7,best\na.jpg,Wave,5,\n"
    open_table(pages, rows)
    assert "Get the table" in pages.words()
    assert "**Now add these 3 pictures:**" in pages.at.info[-1].value
    give(pages, "a.jpg")
    assert "**Now add this picture:** “b.jpg”. 1 row waits for it." in pages.at.info[-1].value
    [told] = pages.at.error
    assert "1 row has something to correct. The other 2 are fine." in told.value
    assert "Row 4: Seconds: 7 is not 5 or 10. Quality: best is not standard or professional." in told.value
    assert "These rows ask for the very same: 2 and 5." in pages.at.warning[-1].value
    assert "Make the 2 that are fine" in buttons(pages)
    pages.press("Make the 2 that are fine")
    pages.await_words("2 in the making")
    batch = batch_of(pages)
    assert [order.id.rpartition("-")[2] for order in shared.orders().of_batch(batch)] == ["0002", "0005"]
    for order in shared.orders().of_batch(batch):
        shared.orders().settled(order.id)
    assert len(pages.posted(CREATE)) == 2
    assert len(pages.posted("/assets/")) == 1


def test_the_button_stands_at_the_bottom_and_says_what_is_missing(pages: Pages) -> None:
    pages.open()
    for how, missing in (
        ("Several at once", "Choose at least one motion and at least one picture first."),
        ("From a table", "Add a table first."),
    ):
        pages.at.segmented_control(key="batch how").set_value(how).run()
        pages.settle()
        assert missing in at_the_bottom(pages)
        assert next(button for button in pages.at.button if button.label == "Make the videos").disabled
    give_table(pages, "picture,motion,seconds\na.jpg,Wave,5\nb.jpg,Wave,7\nb.jpg,Hop,5\n")
    assert "Add these 2 pictures first. 2 rows have something to correct." in at_the_bottom(pages)
    assert "Make the videos" in buttons(pages)
    give(pages, "a.jpg", "b.jpg")
    told = at_the_bottom(pages)
    assert "2 rows have something to correct." in told
    assert "pictures first" not in told
    assert "credits are left." in told
    assert "Make the one that is fine" in buttons(pages)
    give_table(pages, "picture,motion\na.jpg,Wave\n")
    assert "to correct" not in at_the_bottom(pages)
    assert "Make 1 video" in buttons(pages)


def test_one_picture_is_for_all_rows_that_name_none(pages: Pages) -> None:
    open_table(pages, "motion\nWave\nJump\n", "a.jpg")
    assert "Picture: it is missing." in pages.words()
    pages.at.selectbox(key="picture for all").set_value("a.jpg").run()
    assert not pages.at.error
    assert "Make 2 videos" in buttons(pages)


def test_a_batch_is_paused_goes_on_and_its_rest_is_cancelled(pages: Pages, sandbox: Sandbox) -> None:
    open_table(pages, "picture,motion,description\n" + "".join(f"a.jpg,Wave,{n}\n" for n in range(12)), "a.jpg")
    click(pages, "Make 12 videos")
    pages.await_words("5 in the making")
    click(pages, "Pause")
    assert "Paused: 7 wait until somebody goes on with them. Nothing of them was charged." in pages.at.info[-1].value
    assert "Pause" not in buttons(pages)
    click(pages, "Go on")
    click(pages, "Cancel what was not sent")
    pages.await_words("7 cancelled")
    pages.settle()
    assert len(pages.posted(CREATE)) == 5


def test_a_table_of_two_thousand_rows_is_placed_at_once(pages: Pages) -> None:
    open_table(pages, "picture,motion,description\n" + "".join(f"a.jpg,Wave,{n}\n" for n in range(2000)), "a.jpg")
    click(pages, "Make 2,000 videos")
    pages.await_words("waiting in the line")
    assert shared.orders().batch(batch_of(pages)).total == 2000
    click(pages, "Cancel what was not sent")
    assert not pages.at.exception


@pytest.mark.parametrize("name", ["videos.csv", "videos.xlsx"])
def test_the_table_to_fill_in_is_one_that_is_read(name: str) -> None:
    motions = [WAVE, *TWINS]
    make = template.as_csv if name.endswith("csv") else template.as_excel
    rows = read_rows(name, make(motions, SHOWN))
    options = {
        "duration": "5", "mode": "std", "person": 1, "mirror": False, "sound": True, "audio_prompt": "",
        "music_prompt": "", "asmr": False, "prompt": "", "reply_url": "", "reply_ref": "", "max_jobs": None,
        "email": None,
    }  # fmt: skip
    found = plan(rows, Library(motions, ["anna.jpg"], SHOWN), options, "https://x.invalid/p")
    assert ([each.motion for each in found.good], found.faults) == ([WAVE], [])


def test_in_excel_the_motions_are_chosen_from_a_list_in_which_no_name_stands_twice() -> None:
    book = load_workbook(io.BytesIO(template.as_excel([WAVE, *TWINS], SHOWN)))
    assert [cell.value for cell in book["Motions"]["A"]] == ["motion", "Wave", "7", "8"]
    lists = {str(each.sqref): each.formula1 for each in book["Videos"].data_validations.dataValidation}
    assert lists["B2:B2001"] == "Motions!$A$2:$A$4"
    assert lists["D2:D2001"] == '"5,10"'
    assert book.active is not None
    assert book.active.title == "Videos"


def test_the_table_of_results_tells_what_became_of_each_row() -> None:
    ended = [
        Order("b-0002", "=anna.jpg · Wave", 1_800_000_000.0, step="done", body={"prompt": "Hop"}),
        Order("b-0012", "ben.jpg · Wave", 1_800_000_000.0, step="cancelled"),
    ]
    frame = results.frame(ended, "Europe/Berlin")
    assert list(frame["Row"]) == ["2", "12"]
    assert list(frame["State"]) == ["Ready", "Cancelled"]
    assert frame["Why"][1] == "This was cancelled. Nothing was charged."
    assert str(frame["Placed"][0]) == "2027-01-15 09:00:00"
    assert b"'=anna.jpg" in as_csv(frame)
