"""One person, or many, who fill the memory with files that no page has use for."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

from pages.ui import wording
from tests.attacks.attacker import START, Attacker, form
from tests.attacks.conftest import dashboard_with_short_limits
from tests.processes import Server

MB = 1024 * 1024


def test_one_person_may_not_have_all_the_memory_and_is_told_so(server: Server) -> None:
    with Attacker(server.url).on() as attacker:
        answers = [attacker.upload(form(4 * MB)).status_code for _ in range(4)]
        assert answers == [204, 204, 413, 413]
        attacker.await_run()
        assert wording.TOO_MUCH_UPLOADED in attacker.toasts


def test_what_was_taken_out_makes_room_again(server: Server) -> None:
    with Attacker(server.url).on() as attacker:
        assert attacker.upload(form(8 * MB), "first").status_code == 204
        assert attacker.upload(form(8 * MB)).status_code == 413
        token = {"X-Xsrftoken": attacker.http.cookies["_streamlit_xsrf"]}
        address = f"{server.url}/_stcore/upload_file/{attacker.session_id}/first"
        assert attacker.http.delete(address, headers=token, timeout=30).status_code == 204
        assert attacker.upload(form(8 * MB)).status_code == 204


def test_a_file_of_unknown_length_is_refused_while_it_is_sent(server: Server) -> None:
    with Attacker(server.url).on() as attacker:
        answer = attacker.begin_upload(START, *[b"0" * MB] * 11)
        assert answer.status == 413


def test_many_persons_may_not_have_more_than_there_is(server: Server) -> None:
    answers = []
    with ExitStack() as stack:
        for _ in range(4):
            attacker = stack.enter_context(Attacker(server.url).on())
            answers.append(attacker.upload(form(9 * MB)).status_code)
    assert answers.count(204) <= 2


def test_what_no_page_shows_is_let_go_and_what_one_shows_is_kept(tmp_path: Path) -> None:
    with dashboard_with_short_limits(tmp_path) as server, Attacker(server.url).on("upload") as attacker:
        assert attacker.upload(form(2 * MB), "shown").status_code == 204
        while not attacker.uploader:
            attacker.rerun("upload")
        attacker.rerun("upload", shown="f.txt")
        assert attacker.upload(form(MB), "left").status_code == 204
        assert held(attacker) == 3 * MB
        await_held(attacker, 2 * MB)
        attacker.rerun("upload")
        await_held(attacker, 0)


def await_held(attacker: Attacker, size: int) -> None:
    while (now := held(attacker)) != size:
        assert now > size


def held(attacker: Attacker) -> int:
    """Bytes of uploaded files in memory, as the dashboard's figures tell."""
    told = attacker.get("_stcore/metrics").text
    return sum(int(size) for size in re.findall(r"cache_memory_bytes\{[^}]*UploadedFileManager[^}]*\} (\d+)", told))
