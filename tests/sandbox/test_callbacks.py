"""Callbacks to `replyUrl`."""

from tests.sandbox.listener import Listener
from tests.sandbox_server import SECONDS, Sandbox, mp4, ok


def test_callbacks_come_on_progress_and_at_the_end(sandbox: Sandbox, listener: Listener) -> None:
    task = sandbox.task(replyUrl=listener.url, replyRef="order 7")
    sandbox.clock.advance(SECONDS / 2)
    first = listener.heard.get(timeout=10)
    assert first.pop("path") == "/hook"
    assert first.pop("replyRef") == "order 7"
    assert first == ok(sandbox.get(f"/tasks/{task}"))
    assert first["status_name"] == "processing"
    sandbox.clock.advance(SECONDS)
    last = listener.heard.get(timeout=10)
    assert (last["status_name"], last["status_final"], last["replyRef"]) == ("succeed", True, "order 7")
    assert last["works"][0]["resource"]["resource"].startswith(sandbox.origin)
    assert listener.heard.empty()


def test_a_motion_calls_back_too(sandbox: Sandbox, listener: Listener) -> None:
    clip = ok(sandbox.upload(mp4(), "video/mp4"))
    links = {"resourceUrl": clip["resourceUrl"], "coverUrl": clip["coverUrl"]}
    ok(sandbox.post("/videos/motion-upload", **links, replyUrl=listener.url))
    sandbox.finish()
    heard = listener.heard.get(timeout=10)
    # The clock has jumped over the progress: there is one thing left to say.
    assert (heard["status_name"], heard["replyRef"]) == ("succeed", None)
    assert heard["task"]["type"] == "motion_control_motion_process"


def test_nobody_listening_does_no_harm(sandbox: Sandbox, listener: Listener) -> None:
    image = sandbox.picture()
    sandbox.task(image=image, replyUrl="http://127.0.0.1:9/closed")
    sandbox.task(image=image, replyUrl="http://nowhere.invalid/")
    sandbox.task(image=image, replyUrl=listener.url)
    sandbox.finish()
    assert listener.heard.get(timeout=20)["status_name"] == "succeed"


def test_what_is_no_longer_tracked_does_not_call_back(sandbox: Sandbox, listener: Listener) -> None:
    image = sandbox.picture()
    task = sandbox.task(image=image, replyUrl=listener.url, replyRef="quiet")
    sandbox.task(image=image, replyUrl=listener.url, replyRef="loud")
    assert sandbox.delete(f"/scheduler/{task}").status_code == 200
    sandbox.finish()
    assert listener.heard.get(timeout=10)["replyRef"] == "loud"
    assert listener.heard.empty()
