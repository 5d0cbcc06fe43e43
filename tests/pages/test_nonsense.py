"""Names and words that nobody thought of: they are sent, shown and kept, and no page breaks."""

from __future__ import annotations

import pytest

from tests.media.samples import picture
from tests.pages.app_test import Pages

NONSENSE = (
    "one\n\n# two\n- three\n![x](http://x.invalid/a.png) 🎉👩‍👩‍👧‍👦 🇪🇺 مرحبا \u202e dancing "
    "<script>alert(1)</script> `code` $x$ :red[no] &amp;"
)
LONG_NAME = "a" * 196 + ".jpg"


@pytest.mark.parametrize(("words", "name"), [("dance " * 400, LONG_NAME), (NONSENSE, f"{NONSENSE[:60]}.jpg")])
def test_any_words_and_a_name_of_two_hundred_letters(pages: Pages, words: str, name: str) -> None:
    pages.open()
    pages.choose_card("Wave")
    pages.choose_picture(picture(), name)
    pages.at.text_area(key="create prompt").set_value(words).run()
    pages.press("Make the video")
    [body] = pages.posted("/videos/motion-create")
    assert body["prompt"] == words.strip()
    pages.sandbox.finish()
    pages.look_again()
    assert not pages.at.exception
    pages.at.switch_page("tasks.py").run()
    pages.settle()
    [row] = pages.rows()
    pages.at.query_params["task"] = row["id"]
    pages.at.run()
    pages.settle()
    assert not pages.at.exception
    assert "**Length** 5 seconds" in pages.words()
    assert len(pages.at.subheader[0].value) < 200  # what is a mark is escaped
