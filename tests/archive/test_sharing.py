"""Links for somebody outside: good for a while, taken back at once, kept as a hash."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kling.archive import Archive
from kling.archive.bin import Bin
from kling.archive.sharing import DAY, Shares
from kling.errors import InvalidInput
from kling.store.tables import shares as table
from tests.archive.conftest import NOW
from tests.archive.made_up import fill


def test_a_link_opens_one_result_until_it_is_over(archive: Archive) -> None:
    now = [NOW]
    shares = Shares(archive.repository.store, "kling", lambda: now[0])
    one, other = fill(archive, 2, NOW)
    token = shares.make(one, "ann", 7)
    found = shares.find(token)
    assert found is not None
    assert (found.task_id, found.person, found.expires_at) == (one, "ann", NOW + 7 * DAY)
    assert [share.token_hash for share in shares.of(one)] == [found.token_hash]
    assert shares.of(other) == []
    assert shares.find("x" * 43) is None
    assert Shares(archive.repository.store, "practice", lambda: NOW).find(token) is None
    now[0] += 7 * DAY
    assert (shares.find(token), shares.of(one)) == (None, [])


def test_a_link_taken_back_opens_nothing(archive: Archive) -> None:
    shares = Shares(archive.repository.store, "kling", lambda: NOW)
    [one] = fill(archive, 1, NOW)
    first, second = shares.make(one, "ann", 1), shares.make(one, "ann", 30)
    found = shares.find(first)
    assert found is not None
    shares.take_back(found.token_hash)
    assert shares.find(first) is None
    assert shares.find(second) is not None


def test_a_link_opens_nothing_while_its_result_is_in_the_bin(archive: Archive) -> None:
    shares, results_bin = Shares(archive.repository.store, "kling", lambda: NOW), Bin(archive, lambda: NOW)
    [one] = fill(archive, 1, NOW)
    token = shares.make(one, "ann", 7)
    results_bin.put_in([one], "ann")
    assert shares.find(token) is None
    results_bin.put_back([one])
    assert shares.find(token) is not None


def test_the_database_does_not_hold_what_the_link_holds(archive: Archive) -> None:
    shares = Shares(archive.repository.store, "kling", lambda: NOW)
    [one] = fill(archive, 1, NOW)
    token = shares.make(one, "ann", 7)
    assert len(token) >= 43
    with archive.repository.store.engine.connect() as connection:
        kept = " ".join(map(str, connection.execute(sa.select(table)).one()))
    assert token not in kept


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_link_holds_neither_for_ever_nor_for_nothing(archive: Archive, days: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 90 days"):
        Shares(archive.repository.store, "kling").make("1", "ann", days)
