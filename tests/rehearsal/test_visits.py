"""Who calls from where, and with how many reports."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from hotline.guard.caller import read_caller
from hotline.guard.triage import CallerStanding
from hotline.rehearsal.agenda import HONEST, NUISANCES, invented
from hotline.rehearsal.chair import CallSheet
from hotline.rehearsal.plan import NOBODYS, Assignment
from hotline.rehearsal.visits import visits

SHARED = "+15155550142"


def assignment(number: int, phone: str) -> Assignment:
    return Assignment(CallSheet(f"{number:05}", "482913", "", {}), phone)


@pytest.fixture
def given() -> list[Assignment]:
    """3,000 chairs of one unit, and 40 phones of 18."""
    alone = [assignment(n, f"+1{2000000000 + n}") for n in range(3_000)]
    shared = [assignment(3_000 + n, f"+1{3000000000 + n // 18}") for n in range(40 * 18)]
    return alone + shared


def code(given: Assignment) -> str:
    return given.sheet.code


def borrowed(but=()):
    return invented(HONEST, Random(1), but)


def test_every_report_is_made_once(given):
    found = visits(given, {each.phone for each in given}, borrowed(), Random(2))
    reported = [each for visit in found for each in visit.given]
    assert len(reported) == len(given)
    assert sorted(map(code, reported)) == sorted(map(code, given))


def test_some_borrow_a_phone_and_some_withhold_their_number(given):
    roster = {each.phone for each in given}
    by_standing = Counter[CallerStanding]()
    for visit in visits(given, roster, borrowed(roster), Random(3)):
        by_standing[visit.standing] += len(visit.given)
        on_roster = visit.phone in roster
        assert on_roster == (visit.standing is CallerStanding.ROSTER)
        assert read_caller(visit.phone, "").withheld == (visit.standing is CallerStanding.WITHHELD)
    assert 60 <= by_standing[CallerStanding.UNKNOWN] <= 150
    assert 15 <= by_standing[CallerStanding.WITHHELD] <= 60


def test_a_phone_with_many_units_reports_in_one_call_or_in_many(given):
    roster = {each.phone for each in given}
    sizes = Counter(
        len(visit.given)
        for visit in visits(given, roster, borrowed(), Random(4))
        if visit.given[0].sheet.code >= "03000"
    )
    assert set(sizes) == {1, 18}
    assert sizes[18] >= 10
    assert sizes[1] >= 10 * 18


def test_a_unit_without_a_phone_is_reported_from_a_borrowed_one():
    found = visits([assignment(n, NOBODYS) for n in range(5)], (), borrowed(), Random(5))
    assert len({visit.phone for visit in found}) == 5
    assert all(visit.standing is CallerStanding.UNKNOWN for visit in found)


def test_invented_numbers_are_many_and_never_mixed_up():
    honest = list(invented(HONEST, Random(1)))
    nuisances = list(invented(NUISANCES, Random(1)))
    assert len(honest) == len(set(honest)) > 39_000
    assert not set(honest) & set(nuisances)
    for number in honest[:50] + nuisances[:50]:
        assert read_caller(number, "").number == number
        assert number[5:9] == "5550"
        assert 100 <= int(number[-3:]) <= 199
    assert honest[0] not in list(invented(HONEST, Random(1), {honest[0]}))
