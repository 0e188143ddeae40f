"""What becomes of a report with findings, the checks on a primary, and twins (checks.md)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.checks import (
    Check,
    Effect,
    Finding,
    Stage,
    Treatment,
    contests,
    examine,
    examine_all,
    examine_report,
    holds,
    twin_key,
)
from hotline.election.model import Contest, Unit
from hotline.election.rules.caucus import admissible_awards, delegates_due, is_viable
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from tests.election.rooms import (
    CAUCUS,
    NAMES,
    NEVADA_CAUCUS,
    PRIMARY,
    SITE,
    TREES,
    counts,
    election,
    findings,
    names,
    precinct,
    room,
)

POLK_DM_014 = room(counts(52, 50, 31, 25, 3), counts(52, 50, 31, 25), counts(2, 1, 2, 1))

# --- What becomes of the report

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "checks.md"
COLUMN = {
    (Treatment.REJECT, Effect.NONE): "reject",
    (Treatment.REKEY, Effect.HOLD): "re-key, then hold",
    (Treatment.CONFIRM, Effect.HOLD): "confirm, then hold",
    (Treatment.CONFIRM, Effect.CONTEST): "confirm, flag",
    (Treatment.CONFIRM, Effect.NONE): "confirm",
    (Treatment.FLAG, Effect.FLAG): "flag",
    (Treatment.ASK, Effect.NONE): "ask",
}


def test_treatments_are_those_of_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    row = re.compile(r"^\| ([A-Z_]+) \|.*\| ([^|(]+?) *(?:\([^|]*)?\|$", re.MULTILINE)
    written = dict(row.findall(page))
    # Of these two the page says more than a word.
    assert written["TIE"].startswith("ask who won the toss")
    assert written["ALREADY_REPORTED"].startswith("identical: thank them")
    written |= {"TIE": "ask", "ALREADY_REPORTED": "confirm, then hold"}

    assert written == {check.value: COLUMN[check.treatment, check.effect] for check in Check}
    assert all(check.meaning for check in Check)


def test_only_findings_that_hold_or_contest_do() -> None:
    award = room(counts(100, 50, 50), None, counts(5, 1, 1))
    held = findings(award, Stage.DELEGATES, 7)
    assert holds(held)
    assert not contests(held)
    contested = findings(room(counts(9, 11), None, counts(1)), Stage.DELEGATES, 1)
    assert contests(contested)
    assert not holds(contested)
    inverted = findings(POLK_DM_014, Stage.DELEGATES, 6)
    assert holds(inverted), "what is not said again is still held"
    unusual = findings(room(counts(20, 6, 4), counts(20, 7)), Stage.FINAL)
    assert unusual
    assert not holds(unusual)
    assert not contests(unusual)
    assert not holds(())


def test_findings_survive_json() -> None:
    found = findings(POLK_DM_014, Stage.DELEGATES, 6)
    assert tuple(Finding.from_document(f.to_document()) for f in found) == found


# --- A plurality


def sheet(ballots: int, *votes: int, below: tuple[int, int, int] = (0, 0, 0)) -> PluralityFigures:
    return PluralityFigures(ballots, counts(*votes), *below)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (sheet(50, 40, 30, 20, below=(2, 6, 2)), []),
        (sheet(50, 40, 30, 20, below=(2, 6, 1)), ["BALLOTS_DO_NOT_ADD_UP"]),
        (sheet(50, 40, 30, 20, below=(2, 6, 3)), ["BALLOTS_DO_NOT_ADD_UP"]),
        (sheet(50, 41, 30, 20, below=(2, 5, 2)), ["(LANDSLIDE)"]),
        (sheet(50, 40, 30, 20, 6, below=(2, 0, 2)), ["RARE_CANDIDATE_HIGH"]),
        (sheet(0), ["NOBODY_CAME"]),
        (sheet(0, 1), ["NOBODY_CAME", "BALLOTS_DO_NOT_ADD_UP"]),
    ],
)
def test_a_primary(figures: PluralityFigures, expected: list[str]) -> None:
    primary = election(PRIMARY)
    assert names(examine_all(primary, PRIMARY, precinct(0), figures)) == expected


BOTH = election(PRIMARY, replace(PRIMARY, id="mayor"), replace(PRIMARY, id="clerk"))


@pytest.mark.parametrize(
    ("ballots", "differing"),
    [
        ((50, 50, 50), {}),
        ((50, 49, 50), {"mayor": (49, 50)}),
        ((50, 49, 49), {"mayor": (49, 50)}),
        ((50, 50, 49), {"clerk": (49, 50)}),
        ((50, 49, 48), {"mayor": (49, 50), "clerk": (48, 49)}),
        ((50, 0, 50), {}),
        ((0, 50, 50), {"mayor": (50, 0)}),
    ],
)
def test_ballots_of_the_contests_of_one_ballot(
    ballots: Sequence[int], differing: dict[str, tuple[int, int]]
) -> None:
    figures = {c.id: sheet(n, n, n) for c, n in zip(BOTH.contests, ballots, strict=True)}
    found = examine_report(BOTH, precinct(0), figures)
    asked = [f for f in found if f.check is Check.BALLOTS_DIFFER]
    assert {f.contest: (f.details["ballots"], f.details["others"]) for f in asked} == differing
    assert all(f.is_spoken and f.effect is Effect.NONE for f in asked)


@given(st.lists(st.integers(1, 3), min_size=3, max_size=3))
def test_as_many_ballots_everywhere_are_asked_about_nowhere(ballots: list[int]) -> None:
    figures = {c.id: sheet(n, n, n) for c, n in zip(BOTH.contests, ballots, strict=True)}
    asked = [
        f for f in examine_report(BOTH, precinct(0), figures) if f.check is Check.BALLOTS_DIFFER
    ]
    assert len(asked) == len(set(ballots)) - 1, "each number is asked about once"


def test_a_contest_that_a_report_lacks_is_not_compared() -> None:
    assert examine_report(BOTH, precinct(0), {"clerk": sheet(50, 40, 40, 20)}) == ()
    with pytest.raises(TypeError):
        examine_report(BOTH, precinct(0), {"clerk": room(counts(5))})


def test_ballots_that_do_not_add_up_say_the_sums() -> None:
    (finding,) = examine_all(election(PRIMARY), PRIMARY, precinct(0), sheet(50, 40, 30, 20))
    assert finding.details == {"sum": 90, "expected": 100, "ballots": 50}


def test_nobody_wins_by_a_landslide_where_everybody_is_elected() -> None:
    uncontested = replace(PRIMARY, candidates=TREES[:2])
    figures = sheet(50, 50, 50)
    assert examine_all(election(uncontested), uncontested, precinct(0), figures) == ()


def test_figures_of_another_rule_are_refused() -> None:
    with pytest.raises(TypeError, match="another rule"):
        examine(election(), CAUCUS, precinct(6), sheet(5, 5), Stage.WHOLE)
    with pytest.raises(TypeError, match="another rule"):
        examine(election(PRIMARY), PRIMARY, precinct(6), room(counts(5)), Stage.WHOLE)


# --- Twins


def test_equal_reports_of_more_than_ten_people_are_twins() -> None:
    one = room(counts(6, 5), None, counts(4, 2))
    toss = replace(one, toss=("ash",))
    backwards = replace(one, first=counts(6, 5, 0), final=dict(reversed(one.final.items())))
    assert twin_key({"president": one}) is not None
    assert twin_key({"president": one}) == twin_key({"president": toss})
    assert twin_key({"president": one}) == twin_key({"president": backwards})
    assert twin_key({"president": one}) != twin_key({"council": one})
    other_award = replace(one, delegates=counts(3, 3))
    assert twin_key({"president": one}) != twin_key({"president": other_award})


def test_ten_people_are_no_twins() -> None:
    assert twin_key({"president": room(counts(6, 4))}) is None
    assert twin_key({"council": sheet(10, 10, 10)}) is None
    assert twin_key({"council": sheet(11, 11, 11)}) is not None
    assert twin_key({}) is None


# --- A room that keeps to the rules


@st.composite
def lawful_rooms(draw: st.DrawFn) -> tuple[Contest, Unit, CaucusFigures]:
    """Everybody who came stands somewhere; locked groups stay; the award is one of the rules'."""
    contest = draw(st.sampled_from([CAUCUS, NEVADA_CAUCUS]))
    first = {name: draw(st.integers(0, 60)) for name in NAMES}
    voters = sum(first.values())
    unit = draw(st.sampled_from([precinct(d) for d in range(1, 13)] + [SITE]))
    due = delegates_due(unit, voters)
    final = dict(first)
    free = [c for c in NAMES if not is_viable(first[c], voters, due)]
    for name in free:
        moving = draw(st.integers(0, first[name]))
        final[name] -= moving
        final[draw(st.sampled_from(NAMES))] += moving
    awards = admissible_awards(due, voters, [final[c] for c in NAMES], is_capped=contest is CAUCUS)
    award = draw(st.sampled_from(sorted(awards))) if awards else ()
    delegates = dict(zip(NAMES, award, strict=True)) if award else {}
    return contest, unit, room(first, final, delegates)


@given(lawful_rooms())
def test_a_room_that_keeps_to_the_rules_is_asked_to_mend_nothing(
    lawful: tuple[Contest, Unit, CaucusFigures],
) -> None:
    contest, unit, figures = lawful
    found = examine_all(election(contest), contest, unit, figures)
    assert not [f for f in found if f.treatment is Treatment.REKEY]
    award = {
        Check.AWARD_NOT_ADMISSIBLE,
        Check.ORDER_INVERTED,
        Check.NOT_THE_PLURALITY,
        Check.VIABLE_GROUP_SHRANK,
    }
    assert not [f for f in found if f.check in award]


@given(
    st.sampled_from([CAUCUS, NEVADA_CAUCUS]),
    st.integers(1, 12),
    *[st.lists(st.integers(0, 30), min_size=6, max_size=6)] * 2,
    st.lists(st.integers(0, 5), min_size=6, max_size=6),
    st.integers(0, 200),
)
def test_whatever_is_keyed_is_examined(
    contest: Contest, due: int, first: list[int], final: list[int], won: list[int], came: int
) -> None:
    figures = CaucusFigures(came, counts(*first), counts(*final), counts(*won))
    found = examine_all(election(contest), contest, precinct(due), figures)
    checks = [f.check for f in found]
    spoken_rekeys = [
        f.check
        for f in examine(election(contest), contest, precinct(due), figures, Stage.DELEGATES)
        if f.is_spoken
    ]
    assert len(spoken_rekeys) <= 1
    assert all(
        checks.count(check) == 1
        for check in checks
        if check not in {Check.MISSING_ALIGNMENT, Check.RARE_CANDIDATE_HIGH}
    )
    if contest.rule == "iowa-caucus-2020" and came and sum(won) != due and counts(*won):
        assert holds(found)
