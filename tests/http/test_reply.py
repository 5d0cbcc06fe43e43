"""An error inside an answer of 200 is one, and no error holds the token."""

import json
import logging
from typing import Any

import pytest

from kling import (
    ApiError,
    KlingClient,
    KlingError,
    Refused,
    Unauthorized,
)
from tests.http.calls import EVERY_GET, TOKEN, VIDEO, Call, assert_no_token, every, quick
from tests.recorder import Behaviour, Recorder, answer, drop, hang


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": "Parameter workId is required"}, ApiError),
        ({"error": "Unauthorized", "code": 401}, Unauthorized),
        ({"error": {"code": 3, "message": "No"}}, ApiError),
    ],
)
@every
def test_an_error_inside_a_200(
    upstream: Recorder, client: KlingClient, call: Call, body: Any, kind: type[ApiError]
) -> None:
    upstream.will(answer(200, body))
    if call is EVERY_GET["list_accounts"] and isinstance(body["error"], dict):
        return
    with pytest.raises(kind) as caught:
        call(client)
    assert caught.value.error == body["error"]
    assert len(upstream.seen) == 1


def test_moderation_is_told_from_a_fault(upstream: Recorder, client: KlingClient) -> None:
    words = "The content you uploaded appears to violate the community guidelines. (CM_EXT.POther)"
    upstream.will(answer(500, {"error": words, "message": "Service busy (CM_EXT.POther)"}))
    with pytest.raises(Refused, match="community guidelines"):
        client.create_motion_video(VIDEO)


@every
def test_the_token_is_nowhere(upstream: Recorder, call: Call, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)
    echoes = [
        json.dumps({"error": f"bad token {TOKEN}", "message": TOKEN, "more": [{TOKEN: TOKEN}]}).encode(),
        json.dumps({"error": {"message": f"Bearer {TOKEN.partition(':')[2]}"}}).encode(),
        f'{{"error": "{escaped}"}}'.encode(),
        f"<html>{TOKEN} user%3A1234-s3cretPart%2B%2Fx</html>".encode(),
    ]
    client = quick(upstream.url, seconds=0.3)
    said: list[Behaviour] = [answer(status, echo) for echo in echoes for status in (200, 401, 500)]
    for behaviour in [drop, hang, *said]:
        upstream.will(behaviour)
        try:
            call(client)
        except KlingError as error:
            assert_no_token(error)
    for record in caplog.records:
        assert "s3cretPart" not in record.getMessage()
    assert "s3cretPart" not in repr(client)
    client.close()
