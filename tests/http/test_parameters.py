"""What may not be sent is refused before anything is."""

import io

import pytest

from kling import (
    InvalidInput,
    KlingClient,
    NotConfigured,
)
from tests.http.calls import TOKEN, Call, picture
from tests.recorder import Recorder, answer

REFUSED: list[tuple[Call, str]] = [
    (lambda client: client.upload_asset(picture(), "image/gif"), "content_type"),
    (lambda client: client.upload_asset(io.BytesIO(), "image/png"), "file"),
    (lambda client: client.list_motions(page=0), "page"),
    (lambda client: client.list_motions(mine=True, page_size=101), "page_size"),
    (lambda client: client.list_tasks("film"), "content_type"),
    (lambda client: client.list_tasks(created_before=1, created_after=2), "created_after"),
    (lambda client: client.list_tasks(created_before="yesterday"), "created_before"),  # type: ignore[arg-type]
    (lambda client: client.get_task(1.5), "task_id"),  # type: ignore[arg-type]
    (lambda client: client.get_task(True), "task_id"),
    (lambda client: client.get_task("../accounts"), "task_id"),
    (lambda client: client.delete_task(""), "task_id"),
    (lambda client: client.get_download([]), "work_ids"),
    (lambda client: client.get_download([1], ("GIF",)), "file_types"),
    (lambda client: client.get_download([1], ()), "file_types"),
    (lambda client: client.delete_uploads(range(11)), "ids"),
    (lambda client: client.delete_uploads([]), "ids"),
    (lambda client: client.delete_uploads(["motion_1,motion_2"]), "ids"),
    (lambda client: client.delete_uploads([" "]), "ids"),
    (lambda client: client.delete_uploads([True]), "ids"),
    (lambda client: client.get_account(".."), "email"),
    (lambda client: client.stop_tracking(" "), "job_id"),
    (lambda client: client.fetch_media("file:///etc/passwd"), "url"),
]


@pytest.mark.parametrize(("call", "field"), REFUSED)
def test_refused_before_anything_is_sent(upstream: Recorder, client: KlingClient, call: Call, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        call(client)
    assert caught.value.field == field
    assert upstream.connections == 0


@pytest.mark.parametrize("token", [None, "", "  ", "user:1-a\nX: y", "user:1 a", "user:1-\N{SNOWMAN}", "user:1-\x7f"])
def test_a_token_that_cannot_be_sent(token: str | None) -> None:
    with pytest.raises(NotConfigured) as caught:
        KlingClient(token)
    assert not token or not token.strip() or token not in str(caught.value)


def test_a_token_is_trimmed(upstream: Recorder) -> None:
    upstream.will(answer(200, {}))
    KlingClient(f" {TOKEN}\n", upstream.url).list_accounts()
    assert upstream.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["", "api.useapi.net", "ftp://x", "http://", "http://["])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(InvalidInput):
        KlingClient(TOKEN, url)
