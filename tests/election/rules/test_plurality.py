"""The arithmetic of an ordinary contest."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.rules.plurality import (
    PluralityFigures,
    Winners,
    adds_up,
    votes_due,
    votes_found,
    winners,
)
from tests.election.rooms import NAMES, PRIMARY, counts


def test_lines_add_up_to_ballots_by_seats() -> None:
    sheet = PluralityFigures(50, counts(40, 30, 20), 2, 6, 2)
    assert votes_found(sheet) == votes_due(PRIMARY, 50) == 100
    assert adds_up(PRIMARY, sheet)
    assert not adds_up(PRIMARY, PluralityFigures(51, counts(40, 30, 20), 2, 6, 2))


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ((40, 30, 20, 10), Winners(("ash", "birch"))),
        ((10, 20, 30, 40), Winners(("elm", "cedar"))),
        ((30, 40, 30, 10), Winners(("birch",), ("ash", "cedar"), 1)),
        ((30, 30, 30, 10), Winners((), ("ash", "birch", "cedar"), 2)),
        ((30, 30, 20, 10), Winners(("ash", "birch"))),
        ((30, 0, 0, 0), Winners(("ash",))),
        ((0, 0, 0, 0), Winners()),
    ],
)
def test_two_seats(votes: Sequence[int], expected: Winners) -> None:
    assert winners(PRIMARY, counts(*votes)) == expected


def test_write_ins_win_nothing() -> None:
    assert winners(PRIMARY, {"write-ins": 99, "ash": 1}) == Winners(("ash",))


@given(st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_nobody_with_more_votes_is_left_out(votes: list[int]) -> None:
    found = winners(PRIMARY, counts(*votes))
    in_front = {*found.elected, *found.tied}
    left_out = [n for name, n in zip(NAMES, votes, strict=False) if name not in in_front]
    got = [n for name, n in zip(NAMES, votes, strict=False) if name in in_front]
    assert max(left_out, default=0) <= min(got, default=0) or not any(left_out)
    assert len(found.elected) + found.seats_tied == min(2, sum(n > 0 for n in votes))
    assert (found.seats_tied < len(found.tied)) == bool(found.tied)
