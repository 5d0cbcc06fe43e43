"""What the client deletes, and what it leaves rather than delete the wrong thing."""

from __future__ import annotations

from typing import Any

import pytest

from kling import (
    InvalidInput,
    KlingClient,
)
from tests.http.calls import (
    EVERY_DELETE,
)
from tests.recorder import Recorder, answer


def test_a_deletion_of_uploads_names_the_account_even_where_nobody_said_which(
    upstream: Recorder, client: KlingClient
) -> None:
    upstream.will(answer(200, {"only@x.y": {}}), answer(200))
    client.delete_uploads(["motion_12345"])
    assert upstream.seen[-1].target.endswith("/assets/uploaded/?email=only%40x.y&id=motion_12345")
    upstream.will(answer(200, {"a@x.y": {}, "b@x.y": {}}))
    with pytest.raises(InvalidInput):
        client.delete_uploads(["motion_12345"])
    assert upstream.seen[-1].method == "GET"


def uploads(*listed: tuple[Any, str]) -> Any:
    items = [{"id": each, "resource": {"resource": link}} for each, link in listed]
    return answer(200, {"uploadAssetsList": items})


def test_a_reference_motion_is_deleted_by_the_id_of_its_upload_whatever_its_own_is(
    upstream: Recorder, client: KlingClient
) -> None:
    upstream.will(
        uploads(("1", "https://x.y/other.mp4"), ("2", "https://x.y/more.mp4")),
        uploads(("869218167527833688", "https://x.y/motion.mp4?signed=before")),
        answer(200),
    )
    client.for_account("me@x.y").delete_reference_motion("https://x.y/motion.mp4?signed=anew")
    first, second, deletion = (seen.target for seen in upstream.seen)
    assert "pageNum=1&pageSize=100&contentType=video" in first
    assert "pageNum=2&pageSize=100&contentType=video" in second
    assert deletion.endswith("/assets/uploaded/?email=me%40x.y&id=869218167527833688")


def test_pictures_are_deleted_by_their_addresses_ten_at_a_time(upstream: Recorder, client: KlingClient) -> None:
    listed = [(str(number), f"https://x.y/{number}.jpg?signed=now") for number in range(14)]
    upstream.will(uploads(*listed), uploads(), answer(200), answer(200))
    wanted = [f"https://x.y/{number}.jpg?signed=before" for number in range(12)]
    assert client.for_account("me@x.y").delete_pictures([*wanted, "https://x.y/unknown.jpg"]) == 12
    deletions = [seen.target for seen in upstream.seen if seen.method == "DELETE"]
    assert [target.rpartition("id=")[2].split("%2C") for target in deletions] == [
        [str(number) for number in range(10)], ["10", "11"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "listed",
    [(), (("5", "https://x.y/other.mp4"),), ((None, "https://x.y/motion.mp4"),)],
    ids=["no uploads", "one page again and again", "no id"],
)
def test_a_motion_whose_upload_cannot_be_found_is_left_and_said_so(
    upstream: Recorder, client: KlingClient, listed: tuple[tuple[Any, str], ...]
) -> None:
    upstream.will(uploads(*listed), uploads(*listed))
    with pytest.raises(InvalidInput, match="nothing was deleted"):
        client.delete_reference_motion("https://x.y/motion.mp4")
    assert {seen.method for seen in upstream.seen} == {"GET"}


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b'{"deleted":1,"workIds":["7"]}'])
def test_a_deletion_may_be_answered_with_nothing(upstream: Recorder, client: KlingClient, content: bytes) -> None:
    upstream.will(answer(200, content))
    for call in EVERY_DELETE.values():
        call(client)
    assert client.delete_task(1).work_ids in ([], [7])
