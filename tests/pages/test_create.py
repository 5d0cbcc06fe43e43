"""Create: what is chosen is what is sent, once, and every failure says what to do."""

from __future__ import annotations

import json
import shlex

import pytest

from kling.orders import Pace
from pages.ui.session import archived, shared
from pages.ui.session.callback_address import callback_address
from tests.media.samples import picture
from tests.pages.app_test import Pages

CREATE = "/videos/motion-create"
BUTTON = "Make the video"


def ready(pages: Pages, motion: str = "Wave") -> None:
    pages.open()
    pages.choose_card(motion)
    pages.choose_picture(picture())


def test_the_button_waits_for_a_motion_and_a_picture(pages: Pages) -> None:
    at = pages.open()
    assert next(button for button in at.button if button.label == BUTTON).disabled
    assert "Choose a motion and a picture first." in pages.words()
    pages.choose_card("Wave")
    assert "Choose a picture first." in pages.words()


def test_one_press_sends_the_picture_and_then_one_request(pages: Pages) -> None:
    ready(pages)
    pages.press(BUTTON)
    [body] = pages.posted(CREATE)
    assert body["duration"] == "5"
    assert body["mode"] == "std"
    assert body["sound_effect"] is True
    assert int(str(body["workId"])) < 0
    assert str(body["image"]).startswith(pages.sandbox.origin)
    assert "Kling has accepted it" in pages.words()


def test_pressing_again_and_again_makes_no_second_request(pages: Pages) -> None:
    ready(pages)
    press = next(button for button in pages.at.button if button.label == BUTTON)
    press.click().run()
    press.click().run()
    pages.settle()
    pages.at.run()
    assert len(pages.posted(CREATE)) == 1


def test_every_option_reaches_the_request(pages: Pages) -> None:
    ready(pages)
    at = pages.at
    pages.unfold("sounds")
    pages.unfold("for programmers")
    at.segmented_control(key="create duration").set_value("10")
    at.segmented_control(key="create mode").set_value("pro")
    draft = at.session_state["draft"]
    draft.marks, draft.marked = [0, 3, 8], 8  # as three clicks on the picture leave them
    at.toggle(key="create mirror").set_value(True)
    at.text_area(key="create prompt").set_value("A woman dances")
    at.text_area(key="create audio_prompt").set_value("steps")
    at.text_area(key="create music_prompt").set_value("waltz")
    at.toggle(key="create asmr").set_value(True)
    at.text_input(key="create reply_url").set_value("https://example.com/done")
    at.text_input(key="create reply_ref").set_value("order 7")
    at.number_input(key="create max_jobs").set_value(2)
    at.run()
    pages.press(BUTTON)
    [body] = pages.posted(CREATE)
    body.pop("workId"), body.pop("image"), body.pop("email", None)
    assert body == {
        "duration": "10",
        "mode": "pro",
        "character_id": 2,
        "change_direction": True,
        "sound_effect": True,
        "audio_prompt": "steps",
        "music_prompt": "waltz",
        "enable_asmr": True,
        "prompt": "A woman dances",
        "replyUrl": "https://example.com/done",
        "replyRef": "order 7",
        "maxJobs": 2,
    }


def test_what_is_folded_away_is_drawn_once_it_is_open_and_keeps_what_was_typed(pages: Pages) -> None:
    ready(pages)
    folds = {"sounds": "create audio_prompt", "for programmers": "create reply_ref"}
    assert not set(folds.values()) & pages.fields()
    for fold in folds:
        pages.unfold(fold)
    pages.at.text_area(key="create audio_prompt").set_value("steps")
    pages.at.text_input(key="create reply_ref").set_value("order 7").run()
    for fold in folds:
        pages.unfold(fold, is_open=False)
    assert not set(folds.values()) & pages.fields()
    pages.at.run()
    pages.press(BUTTON)
    [body] = pages.posted(CREATE)
    assert (body["audio_prompt"], body["replyRef"]) == ("steps", "order 7")


def test_without_sound_nothing_about_sound_is_asked_or_sent(pages: Pages) -> None:
    ready(pages)
    pages.unfold("sounds")
    pages.at.text_area(key="create audio_prompt").set_value("steps").run()
    pages.at.toggle(key="create sound").set_value(False).run()
    assert not [area for area in pages.at.text_area if area.key == "create audio_prompt"]
    pages.press(BUTTON)
    [body] = pages.posted(CREATE)
    assert body["sound_effect"] is False
    assert not {"audio_prompt", "music_prompt", "enable_asmr"} & body.keys()


def test_the_draft_survives_going_to_another_page_and_back(pages: Pages) -> None:
    ready(pages, "Jump")
    pages.at.text_area(key="create prompt").set_value("kept words").run()
    pages.at.segmented_control(key="create duration").set_value("10").run()
    pages.at.switch_page("account.py").run()
    pages.at.switch_page("create.py").run()
    pages.settle()
    assert "Jump" in pages.words()
    assert "person.jpg" in pages.words()
    assert pages.at.text_area(key="create prompt").value == "kept words"
    assert pages.at.segmented_control(key="create duration").value == "10"


def test_a_reply_address_that_is_none_is_refused_before_sending(pages: Pages) -> None:
    ready(pages)
    pages.unfold("for programmers")
    pages.at.text_input(key="create reply_url").set_value("call me").run()
    assert next(button for button in pages.at.button if button.label == BUTTON).disabled
    assert pages.at.error
    assert pages.posted(CREATE) == []


def test_every_option_has_a_help(pages: Pages) -> None:
    ready(pages)
    at = pages.at
    pages.unfold("sounds")
    pages.unfold("for programmers")
    fields = [*at.segmented_control, *at.number_input, *at.toggle, *at.text_area, *at.text_input]
    options = [field for field in fields if field.key and field.key.startswith("create ")]
    assert len(options) >= 11
    assert [field.label for field in options if not field.help and "motion" not in field.label.lower()] == []


def test_the_request_can_be_seen_in_three_forms_without_the_token(pages: Pages) -> None:
    ready(pages)
    pages.at.text_area(key="create prompt").set_value('it\'s a "dance"').run()
    pages.unfold("for programmers")
    as_json, as_curl, as_python = (code.value for code in pages.at.code)
    assert json.loads(as_json)["prompt"] == 'it\'s a "dance"'
    words = shlex.split(as_curl.replace("\\\n", " "))
    assert json.loads(words[words.index("-d") + 1]) == json.loads(as_json)
    compile(as_python, "shown", "exec")
    assert pages.sandbox.token not in as_json + as_curl + as_python


def test_the_request_shows_what_is_sent_beside_it_but_for_the_secret(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLING_PUBLIC_URL", "https://desk.example")
    ready(pages)
    pages.unfold("for programmers")
    shown = json.loads(pages.at.code[0].value)
    secret = str(callback_address(None)).rpartition("/")[2]
    assert (shown["email"], shown["replyRef"]) == ("practice@example.com", pages.at.session_state["draft"].id)
    assert shown["replyUrl"] == "https://desk.example/hooks/kling/hidden"
    assert not [code for code in pages.at.code if secret in code.value]
    pages.press(BUTTON)
    [body] = pages.posted(CREATE)
    assert (body["replyRef"], body["replyUrl"]) == (shown["replyRef"], callback_address(None))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[nobody]", "no person in the picture"),
        ("[moderation]", "check of contents"),
        ("[refused]", "check of contents"),
    ],
)
def test_a_refusal_is_a_sentence_that_says_what_to_do(pages: Pages, words: str, told: str) -> None:
    ready(pages)
    pages.at.text_area(key="create prompt").set_value(words).run()
    pages.press(BUTTON)
    assert told in pages.words()
    assert "Traceback" not in pages.words()
    pages.at.text_area(key="create prompt").set_value("")
    pages.press("Try again")
    assert "Kling has accepted it" in pages.words()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[busy]", "places at Kling are taken"),
        ("[credits]", "not enough credits"),
        ("[expired]", "subscription of the Kling account has run out"),
    ],
)
def test_what_will_pass_waits_says_why_and_can_be_cancelled(pages: Pages, words: str, told: str) -> None:
    ready(pages)
    pages.at.text_area(key="create prompt").set_value(words).run()
    pages.press(BUTTON)
    pages.await_button("Cancel")
    assert told in pages.words()
    assert "goes on by itself" in pages.words()
    pages.press("Cancel")
    assert "Kling has no task of it, so nothing was charged" in pages.words()
    assert "stands still" not in pages.words()


def test_an_answer_of_a_broken_connection_is_looked_after_and_says_who_must_act(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PACE", Pace(settling=600, looks=0.05))
    ready(pages)
    pages.at.text_area(key="create prompt").set_value("[broken]").run()
    pages.press(BUTTON)
    [progress] = pages.at.get("progress")
    assert progress.proto.text.startswith("Kling said no. Looking whether it has it")
    assert "Whoever runs the dashboard must add the account again" in pages.words()
    assert "Others go on meanwhile" not in pages.words()
    assert "This takes 10 min at most. You may leave this page" in pages.words()
    pages.press("Leave it")
    assert "nothing was charged" not in pages.words().lower()
    assert "If Kling did take it, it was charged" in pages.words()


def test_an_answer_that_got_lost_is_found_at_kling_and_not_paid_again(pages: Pages) -> None:
    ready(pages)
    pages.at.text_area(key="create prompt").set_value("[lost]").run()
    pages.press(BUTTON)
    assert "Kling has accepted it" in pages.words()
    assert len(pages.posted(CREATE)) == 1


def test_after_a_fault_it_is_sent_again_only_because_nothing_of_it_is_at_kling(pages: Pages) -> None:
    ready(pages)
    pages.sandbox.lever("trouble", kind="html", times=1, method="POST", path=CREATE)
    pages.press(BUTTON)
    for order in shared.orders().under_way():
        shared.orders().settled(order.id)
    pages.settle()
    assert "Kling has accepted it" in pages.words()
    assert len(pages.sandbox.get("/tasks").json()["history"]) == 1


def test_after_sending_another_one_can_be_made_with_everything_as_it_is(pages: Pages) -> None:
    ready(pages)
    pages.press(BUTTON)
    pages.press("Make another video")
    pages.press(BUTTON)
    assert len(pages.posted(CREATE)) == 2


def test_a_picture_used_before_can_be_chosen_again(pages: Pages) -> None:
    pages.sandbox.picture()
    pages.open()
    pages.choose_card("Wave")
    [picture_used] = pages.card_names()
    pages.choose_card(picture_used)
    pages.press(BUTTON)
    assert len(pages.posted("/assets/")) == 1
    assert len(pages.posted(CREATE)) == 1


def test_a_bad_picture_says_what_is_wrong_and_is_not_taken(pages: Pages) -> None:
    pages.open()
    pages.choose_picture(b"no picture at all")
    assert "cannot be read" in pages.words()
    assert pages.posted("/assets/") == []


def test_create_with_an_upstream_that_is_down_says_so_and_can_be_tried_now(pages: Pages) -> None:
    pages.sandbox.lever("trouble", kind="down")
    pages.open()
    assert "fault or is too busy" in pages.words()
    assert not pages.at.exception
    pages.sandbox.lever("trouble", kind=None)
    pages.at.button(key="try now page").click().run()
    pages.settle()
    pages.choose_card("Wave")


def test_a_project_goes_with_the_order_and_is_the_persons_next_one(pages: Pages) -> None:
    pages.open()
    spring = archived.labels().make_project("Spring", "ann")
    pages.settle()
    pages.choose_card("Wave")
    pages.choose_picture(picture())
    assert pages.at.selectbox(key="create project").value is None
    pages.at.selectbox(key="create project").set_value("Spring").run()
    pages.press("Make the video")
    [order] = shared.orders().of_person(pages.at.session_state["person"], 0.0)
    assert order.project == spring
    assert archived.labels().last_project(order.person) == spring
    order = shared.orders().settled(order.id)
    assert order.task is not None
    pages.at.switch_page("tasks.py")
    pages.at.query_params["task"] = str(order.task.id)
    pages.at.run()
    pages.settle()
    assert "**Project** Spring" in pages.words()
