"""Of sixty broken spreadsheets none is misread, and none that has one reading is refused."""

from __future__ import annotations

from collections import Counter

from tests.tables.broken_tables import Outcome, trials


def test_of_sixty_broken_spreadsheets_none_is_misread() -> None:
    tried = list(trials())
    wrong = [one for one in tried if one.outcome not in (Outcome.READ, Outcome.REFUSED)]
    assert wrong == []
    assert Counter(one.table for one in tried) == {
        "precincts": 10,
        "candidates": 10,
        "roster": 10,
        "blocks": 10,
        "paper records": 10,
        "printed totals": 10,
    }
    assert Counter(one.outcome for one in tried) == {Outcome.READ: 37, Outcome.REFUSED: 23}
    assert all(one.said for one in tried if one.outcome is Outcome.REFUSED)
