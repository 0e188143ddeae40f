"""Figures that show a finding, and awards held against the rules."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotline.election.finding import Check, found
from hotline.election.model import Contest, Unit
from hotline.election.review.evidence import checks_of, view_of
from hotline.election.rules.caucus import admissible_awards, delegates_due
from hotline.election.rules.caucus_evidence import FiledAward, held_against
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.evidence import FindingCase, percent
from hotline.election.rules.plurality import PluralityFigures
from hotline.election.rules.registry import rule_of
from tests.towns import CANDIDATES, CODES, PRESIDENT, town

TOWN = town()
(CONTEST,) = TOWN.contests
NORTH, SITE = TOWN.units[CODES[0]], TOWN.units[CODES[4]]
IDS = [candidate.id for candidate in CANDIDATES]

COUNTS = st.lists(st.integers(0, 40), min_size=3, max_size=3)
WON = st.lists(st.integers(0, 5), min_size=3, max_size=3)


def room(final: list[int], won: list[int], first: list[int] | None = None) -> CaucusFigures:
    began = final if first is None else first
    columns = [dict(zip(IDS, counts, strict=True)) for counts in (began, final, won)]
    return CaucusFigures(sum(began), *({id: n for id, n in one.items() if n} for one in columns))


def award_of(contest: Contest, unit: Unit, figures: CaucusFigures) -> FiledAward:
    award = rule_of(contest).award(contest, unit, figures)
    return held_against(contest, award, figures.delegates)


def cells(check: Check, figures: CaucusFigures, **details: str | int) -> tuple[object, ...]:
    return view_of(check).cells(
        FindingCase(NORTH, CONTEST, figures, found(check, PRESIDENT, **details))
    )


@given(COUNTS, WON, st.sampled_from([NORTH, SITE]))
def test_no_admissible_award_is_nearer_than_the_one_compared(final, won, unit) -> None:
    figures = room(final, won)
    award = award_of(CONTEST, unit, figures)
    due = delegates_due(unit, figures.voters)
    admissible = admissible_awards(due, figures.voters, final, is_capped=True)
    assert (award.admitted is None) == (not admissible)
    if not admissible:
        assert award.misplaced == sum(won)
        return
    apart = [[ours - theirs for ours, theirs in zip(won, one, strict=True)] for one in admissible]
    assert [award.too_many.get(id, 0) for id in IDS] in apart
    assert sum(map(abs, award.too_many.values())) == min(sum(map(abs, one)) for one in apart)
    assert (award.misplaced == 0) == (tuple(won) in admissible)


def test_a_delegate_in_the_wrong_place_is_one_not_two() -> None:
    moved, missing = room([12, 8, 0], [3, 1, 0]), room([12, 8, 0], [2, 0, 0])
    assert award_of(CONTEST, NORTH, moved).misplaced == 1
    assert award_of(CONTEST, NORTH, missing).misplaced == 2


def test_a_tie_is_said_and_whoever_was_given_the_delegate_has_won_it() -> None:
    tie = room([10, 10, 10], [2, 1, 1])
    assert view_of(Check.AWARD_NOT_ADMISSIBLE).cells(
        FindingCase(NORTH, CONTEST, tie, found(Check.AWARD_NOT_ADMISSIBLE, PRESIDENT))
    )[1:] == (
        "Ash 2, Birch 1, Cedar 1",
        "Ash 1, Birch 1, Cedar 1; 1 by lot among Ash, Birch, Cedar",
        "",
        0,
    )


def test_a_slipped_line_shows_both_alignments() -> None:
    figures = room([0, 15, 5], [0, 3, 1], first=[14, 0, 6])
    assert cells(Check.COLUMN_SHIFT, figures, **{"from": "ash", "to": "birch"}) == (
        "Ash, Birch",
        "Ash 14, Cedar 6",
        "Birch 15, Cedar 5",
        20,
        20,
        14,
    )


def test_people_who_do_not_fit_by_check() -> None:
    figures = room([4, 12, 0], [0, 4, 0], first=[9, 0, 11])
    people = {
        Check.FINAL_EXCEEDS_FIRST: 4,
        Check.MANY_LEFT: 4,
        Check.NO_VIABLE_GROUP: 20,
        Check.FIRST_NOT_ATTENDANCE: 0,
    }
    for check, expected in people.items():
        assert cells(check, figures)[-1] == expected
    assert cells(Check.VIABLE_GROUP_SHRANK, figures, candidate="ash")[-1] == 5
    assert cells(Check.APPEARED_FROM_NOTHING, figures, candidate="birch")[-1] == 12


def test_turnout_and_shares_are_ratios() -> None:
    assert cells(Check.TURNOUT_OUTLIER, room([50, 40, 3], [2, 2, 0])) == (93, 4, Decimal("23.3"))
    of = {"candidate": "ash", "count": 29, "of": 30}
    large = cells(Check.LANDSLIDE, room([29, 1, 0], [4, 0, 0]), **of)
    assert large == ("Ash", 29, 30, Decimal("96.7"))
    assert percent(0, 0) == 0


def test_ballots_beside_what_the_lines_add_up_to() -> None:
    council = Contest("council", "Council", "plurality", CANDIDATES, seats=2)
    sheet = PluralityFigures(10, {"ash": 9, "birch": 5}, write_ins=1, undervotes=2)
    wrong = found(Check.BALLOTS_DO_NOT_ADD_UP, "council")
    assert view_of(wrong.check).cells(FindingCase(NORTH, council, sheet, wrong)) == (17, 20, 3)


def test_every_check_of_a_report_has_columns_that_fit_its_cells() -> None:
    figures = room([12, 8, 0], [2, 2, 0])
    for check in checks_of(TOWN):
        columns = view_of(check).columns
        assert len(cells(check, figures)) == len(columns)
        assert all(one.id != other.id for one, other in pairwise(columns))
