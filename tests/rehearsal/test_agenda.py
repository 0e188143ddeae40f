"""Chairs and nuisance callers in their order, release by release."""

from __future__ import annotations

from random import Random

import pytest

from hotline.rehearsal.agenda import agenda
from hotline.rehearsal.chair import CallSheet
from hotline.rehearsal.nuisances import Spell
from hotline.rehearsal.plan import Assignment
from hotline.rehearsal.visits import Visit

PHONES = [f"+1{2000000000 + n}" for n in range(400)]


def release(first: int, count: int) -> list[Assignment]:
    return [
        Assignment(CallSheet(f"{n:05}", "482913", "", {}), PHONES[n])
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_releases_follow_one_another_and_nobody_is_left_out(seed):
    releases = [release(0, 300), release(300, 80), release(380, 20)]
    found = agenda(releases, set(PHONES), 500, Random(seed), public=True)

    times = [at for due in found for at, _ in due]
    assert times == sorted(times)
    for due, given in zip(found, releases, strict=True):
        called = [each for _, who in due if isinstance(who, Visit) for each in who.given]
        assert sorted(c.sheet.code for c in called) == [g.sheet.code for g in given]
    spells = [who for due in found for _, who in due if isinstance(who, Spell)]
    assert sum(len(spell.calls) for spell in spells) == 500
    assert any(isinstance(who, Spell) for _, who in found[0])


def test_no_number_of_a_nuisance_caller_is_an_honest_ones():
    found = agenda([release(0, 400)], set(PHONES), 500, Random(1), public=False)
    honest = {who.phone for _, who in found[0] if isinstance(who, Visit)}
    pests = {
        placed.from_
        for _, who in found[0]
        if isinstance(who, Spell)
        for placed in who.calls
        if placed.attestation != "TN-Validation-Failed"
    }
    assert honest & pests <= {"anonymous"}


def test_a_release_without_chairs_and_a_night_without_pranks():
    found = agenda([[], release(0, 3)], set(PHONES), 0, Random(1), public=True)
    assert [len(due) for due in found] == [0, 3]
