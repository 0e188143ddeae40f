"""Ledger and paper side by side: no difference is missed, and its kind is told where it shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election import tally
from hotline.election.model import Election, Figures
from hotline.election.recanvass.comparison import compare
from hotline.election.recanvass.totals_change import amounts, exchanged, lead, moved, totals_change
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.mistakes import ErrorKind
from hotline.election.rules.plurality import PluralityFigures
from tests.election.folder.planting import COLUMNS, SLIPS
from tests.election.rooms import CAUCUS, NAMES, PRIMARY, SITE, counts, election, precinct, room

UNIT = precinct(6)
TOWN = election(units=(UNIT, precinct(4, "00022"), SITE))
COUNTS = st.lists(st.integers(0, 999), min_size=len(NAMES), max_size=len(NAMES))
FEW = st.lists(st.integers(0, 4), min_size=len(NAMES), max_size=len(NAMES))


@st.composite
def rooms(draw: st.DrawFn) -> CaucusFigures:
    first = counts(*draw(COUNTS))
    return room(first, counts(*draw(COUNTS)), counts(*draw(FEW)))


def kinds(ledger: Figures, paper: Figures, at: Election = TOWN) -> list[ErrorKind]:
    contest = at.contests[0].id
    return [one.kind for one in compare(at, UNIT.code, {contest: ledger}, {contest: paper})]


@given(rooms())
def test_what_is_the_same_is_never_a_finding(figures: CaucusFigures) -> None:
    assert kinds(figures, figures) == []
    zeros = {name: {**dict.fromkeys(NAMES, 0), **getattr(figures, name)} for name in COLUMNS}
    assert kinds(figures, replace(figures, **zeros)) == []
    assert kinds(replace(figures, toss=("ash",)), figures) == []


@given(rooms(), st.sampled_from(SLIPS), st.integers(0, 2**32))
def test_a_slip_is_always_found(
    paper: CaucusFigures, slip: tuple[ErrorKind, object], seed: int
) -> None:
    made = slip[1](Random(seed), CAUCUS, paper)  # type: ignore[operator]
    assert len(kinds(made, paper)) == (made != paper)


@given(rooms(), rooms())
def test_a_difference_is_found_from_either_side(one: CaucusFigures, other: CaucusFigures) -> None:
    forth = compare(TOWN, UNIT.code, {"president": one}, {"president": other})
    back = compare(TOWN, UNIT.code, {"president": other}, {"president": one})
    assert [(c.measure, c.line, c.ledger, c.paper) for d in forth for c in d.cells] == [
        (c.measure, c.line, c.paper, c.ledger) for d in back for c in d.cells
    ]
    for difference in forth:
        assert all(cell.ledger != cell.paper for cell in difference.cells)


PAPER = room(counts(45, 31, 12, 0, 7, 2), counts(47, 50, 0, 0, 0, 0), counts(3, 3), attendance=97)


@pytest.mark.parametrize(
    ("ledger", "kind"),
    [
        (replace(PAPER, first=counts(0, 45, 31, 12, 0, 7)), ErrorKind.COLUMN_SHIFT),
        (replace(PAPER, first=counts(31, 12, 0, 7, 2, 0)), ErrorKind.COLUMN_SHIFT),
        (replace(PAPER, first=counts(45, 31, 0, 12, 7, 2)), ErrorKind.COLUMN_SHIFT),
        (replace(PAPER, first=counts(45, 12, 31, 0, 7, 2)), ErrorKind.SWAPPED),
        (replace(PAPER, first=counts(7, 31, 12, 0, 45, 2)), ErrorKind.SWAPPED),
        (replace(PAPER, first=PAPER.final, final=PAPER.first), ErrorKind.ALIGNMENTS_SWAPPED),
        (replace(PAPER, first=PAPER.final), ErrorKind.ALIGNMENT_COPIED),
        (replace(PAPER, final=PAPER.first), ErrorKind.ALIGNMENT_COPIED),
        (replace(PAPER, first=counts(4, 31, 12, 0, 7, 2)), ErrorKind.DIGIT_LOST),
        (replace(PAPER, first=counts(45, 31, 12, 0, 0, 2)), ErrorKind.DIGIT_LOST),
        (replace(PAPER, first=counts(455, 31, 12, 0, 7, 2)), ErrorKind.DIGIT_ADDED),
        (replace(PAPER, first=counts(54, 31, 12, 0, 7, 2)), ErrorKind.DIGITS_TRANSPOSED),
        (replace(PAPER, first=counts(48, 31, 12, 0, 7, 2)), ErrorKind.DIGIT_CHANGED),
        (replace(PAPER, delegates=counts(2, 4)), ErrorKind.AWARD),
        (replace(PAPER, attendance=79), ErrorKind.ATTENDANCE),
        (replace(PAPER, first=counts(1, 2, 3, 4, 5, 6)), ErrorKind.OTHER),
        (replace(PAPER, first=counts(19, 31, 12, 0, 7, 2)), ErrorKind.OTHER),
    ],
)
def test_the_kind_of_a_slip(ledger: CaucusFigures, kind: ErrorKind) -> None:
    assert kinds(ledger, PAPER) == [kind]


def test_what_is_missing_on_either_side() -> None:
    figures = {"president": PAPER}
    [missing] = compare(TOWN, UNIT.code, figures, None)
    assert missing.kind is ErrorKind.MISSING_ON_PAPER
    [missing] = compare(TOWN, UNIT.code, None, figures)
    assert missing.kind is ErrorKind.MISSING_IN_LEDGER
    assert {(c.measure, c.line, c.paper) for c in missing.cells} >= {("first", "ash", 45)}
    assert compare(TOWN, UNIT.code, None, None) == []


def test_every_line_of_an_ordinary_contest_is_compared() -> None:
    primary = election(PRIMARY, units=(UNIT,))
    paper = PluralityFigures(100, {"ash": 120, "birch": 60}, 10, 7, 3)
    assert kinds(paper, paper, primary) == []
    assert kinds(replace(paper, undervotes=70), paper, primary) == [ErrorKind.DIGIT_ADDED]
    swapped = replace(paper, votes={"ash": 60, "birch": 120})
    assert kinds(swapped, paper, primary) == [ErrorKind.SWAPPED]
    assert kinds(replace(paper, ballots=10), paper, primary) == [ErrorKind.DIGIT_LOST]


@given(st.lists(st.tuples(st.none() | rooms(), st.none() | rooms()), min_size=3, max_size=3))
def test_the_effect_is_the_difference_of_the_totals(
    pairs: list[tuple[CaucusFigures | None, CaucusFigures | None]],
) -> None:
    """Of a county's precincts and of a satellite site, whose share is worth what came there."""
    units = list(TOWN.units.values())
    sides = [
        {
            unit.code: {"president": pair[side]}
            for unit, pair in zip(units, pairs, strict=True)
            if pair[side] is not None
        }
        for side in (0, 1)
    ]
    before, after = (
        tally.recount(TOWN, ((TOWN.units[code], f) for code, f in side.items()))  # type: ignore[misc]
        for side in sides
    )
    exchanges = [(u, sides[0].get(u.code), sides[1].get(u.code)) for u in units]
    found = exchanged(TOWN, before, exchanges)  # type: ignore[arg-type]
    assert found == after
    [change] = totals_change(TOWN, before, found)
    then, now = amounts(TOWN, CAUCUS, after), amounts(TOWN, CAUCUS, before)
    for one in change.numbers:
        assert one.by == then[one.measure][one.line] - now[one.measure][one.line]
    assert change.after == lead(TOWN, CAUCUS, after)
    site = exchanges[2]
    gained = moved(TOWN, CAUCUS, before, site)  # type: ignore[arg-type]
    alone = tally.standing(TOWN, CAUCUS, "sde", exchanged(TOWN, before, [site]))  # type: ignore[list-item]
    for name in NAMES:
        assert gained.get(name, Fraction(0)) == alone[name] - now["sde"][name]
