"""Words in a prompt that bring about a failure on purpose."""

import pytest
import requests

from kling.sandbox import PROMPT_WORDS
from tests.sandbox.calls import balance
from tests.sandbox_server import SECONDS, Sandbox, ok, refusal

REFUSING = {
    "[nobody]": (400, "MOTION.PIC_NOT_MATCHED"),
    "[expired]": (402, "expired"),
    "[credits]": (412, "credits"),
    "[refused]": (422, "prompt"),
    "[busy]": (429, "busy"),
    "[moderation]": (500, "appears to violate the community guidelines. (CM_EXT.POther)"),
    "[error]": (500, "Internal error"),
    "[down]": (503, "unavailable"),
    "[broken]": (596, "session"),
}


def test_every_word_is_explained() -> None:
    assert {*REFUSING, "[fail]", "[slow]", "[late]", "[short]", "[lost]", "[html]"} == set(PROMPT_WORDS)
    assert all(says.endswith(".") for says in PROMPT_WORDS.values())


@pytest.mark.parametrize("word", REFUSING)
def test_a_word_refuses_and_nothing_is_made(sandbox: Sandbox, word: str) -> None:
    answer = sandbox.order(prompt=f"Dancing {word.upper()} in the rain")
    status, said = refusal(answer)
    assert status == REFUSING[word][0]
    assert REFUSING[word][1] in said
    assert ok(sandbox.get("/tasks")) == {"history": []}
    assert balance(sandbox) == 66_000


def test_moderation_is_in_the_documented_words(sandbox: Sandbox) -> None:
    assert sandbox.order(prompt="[moderation]").json() == {
        "error": "The content you uploaded appears to violate the community guidelines. (CM_EXT.POther)",
        "message": "Service busy (CM_EXT.POther)",
    }


def test_busy_on_purpose_says_when(sandbox: Sandbox) -> None:
    answer = sandbox.order(prompt="[busy]")
    assert answer.headers["Retry-After"] == "10"
    assert answer.json()["retryAfter"] == "2027-01-15T08:00:10.000Z"


def test_a_proxy_answers_in_html(sandbox: Sandbox) -> None:
    answer = sandbox.order(prompt="[html]")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "502 Bad Gateway" in answer.text


def test_fail_ends_as_failed_with_a_message(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="please [fail]")
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "submitted"
    sandbox.finish()
    item = ok(sandbox.get(f"/tasks/{task}"))
    assert (item["status"], item["status_name"], item["status_final"]) == (50, "failed", True)
    assert "failed" in item["message"]
    assert item["works"][0]["resource"]["resource"] == ""


def test_slow_takes_five_times_as_long(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="[slow]")
    sandbox.clock.advance(SECONDS * 5 - 1)
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "processing"
    sandbox.clock.advance(1)
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "succeed"


def test_lost_is_made_and_charged_without_an_answer(sandbox: Sandbox) -> None:
    with pytest.raises(requests.ConnectionError):
        sandbox.order(prompt="[lost] at sea")
    [item] = ok(sandbox.get("/tasks"))["history"]
    assert item["task"]["taskInfo"]["arguments"][0]["value"] == "[lost] at sea"
    assert balance(sandbox) == 64_000


def test_words_combine(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="[slow] and [fail]")
    sandbox.clock.advance(SECONDS * 5)
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "failed"
