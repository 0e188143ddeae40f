"""One chair at a time: what is written, who is told, and that the front door follows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.election.model import Election
from hotline.guard.caller import Caller
from hotline.guard.triage import CallerStanding, Entrance
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster import roster_edit
from hotline.operations.roster.roster_edit import (
    RosterEditError,
    RosterMovedError,
    unit_roster,
)
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind, Role
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair

LINE = "+15155550100"
ONE, TWO = "+15155550101", "+15155550102"
UNIT, OTHER = "10001", "10002"
ADA = Actor(1, "ada", Role.ADMIN)


@pytest.fixture
def kept(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, replace(town, chairs_line=LINE), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva North", (ONE,))])
    parts.invalidate()
    return parts


def chairs(parts: AppContext, unit: str = UNIT) -> list[Chair]:
    return [chair for _, chair in unit_roster(parts, unit).chairs]


def stamp(parts: AppContext, unit: str = UNIT) -> str:
    return unit_roster(parts, unit).stamp


def first(parts: AppContext) -> int:
    return unit_roster(parts, UNIT).chairs[0][0]


def test_a_chair_is_added_with_numbers_as_people_write_them(kept: AppContext) -> None:
    roster_edit.add_chair(
        kept, ADA, UNIT, "  Bo   North ", "(515) 555-0102\n+1 515 555 0101", stamp(kept)
    )

    assert chairs(kept)[1] == Chair(UNIT, "Bo North", (ONE, TWO))
    with reading(kept.engine) as connection:
        [entry] = activity.latest(connection, 1)
    assert (entry.kind, entry.who, entry.unit_code) == (ActivityKind.ROSTER_EDITED, "ada", UNIT)
    assert entry.before == {"chairs": [{"name": "Alva North", "phones": ["0101"]}]}
    assert entry.after is not None
    assert entry.after["chairs"][1] == {"name": "Bo North", "phones": ["0101", "0102"]}


def test_a_chair_keeps_the_id_through_another_name(kept: AppContext) -> None:
    id_ = first(kept)
    roster_edit.change_chair(kept, ADA, UNIT, id_, "Alva Norton", TWO, stamp(kept))

    assert unit_roster(kept, UNIT).chairs == [(id_, Chair(UNIT, "Alva Norton", (TWO,)))]


def test_a_chair_is_taken_out_and_the_other_phones_stay(kept: AppContext) -> None:
    roster_edit.add_chair(kept, ADA, OTHER, "Cy North", ONE, stamp(kept, OTHER))

    gone = roster_edit.remove_chair(kept, ADA, UNIT, first(kept), stamp(kept))

    assert gone.name == "Alva North"
    assert chairs(kept) == []
    assert roster.units_of_phone(kept.engine, "town", ONE) == (OTHER,)


def test_the_front_door_follows_at_once(kept: AppContext) -> None:
    door = FrontDoor(kept)

    def standing(sid: str) -> CallerStanding:
        admission = door.admit(sid, Caller(TWO), Entrance.CHAIRS, kept.election().ledger_id)
        return admission.judgement.standing

    assert standing("CA1") is CallerStanding.UNKNOWN
    roster_edit.add_chair(kept, ADA, UNIT, "Bo North", TWO, stamp(kept))
    assert standing("CA2") is CallerStanding.ROSTER


def test_the_later_of_two_is_told_and_nothing_is_lost(kept: AppContext) -> None:
    seen = stamp(kept)
    roster_edit.add_chair(kept, ADA, UNIT, "Bo North", TWO, seen)

    for late in (
        lambda: roster_edit.add_chair(kept, ADA, UNIT, "Cy North", "", seen),
        lambda: roster_edit.change_chair(kept, ADA, UNIT, first(kept), "X", "", seen),
        lambda: roster_edit.remove_chair(kept, ADA, UNIT, first(kept), seen),
    ):
        with pytest.raises(RosterMovedError, match="somebody has changed"):
            late()
    assert [chair.name for chair in chairs(kept)] == ["Alva North", "Bo North"]


@pytest.mark.parametrize(
    ("name", "phones", "says"),
    [
        ("", ONE, "write the chair's name"),
        ("x" * 101, ONE, "100 characters"),
        ("Bo\x07", ONE, "cannot be printed"),
        ("Alva North", TWO, "is a chair of this precinct already"),
        ("Bo", "555-0102", "lacks its area code"),
        ("Bo", "someone", "not a telephone number"),
        ("Bo", "+266696687", "withheld number"),
        ("Bo", LINE, "our own line"),
        ("Bo", "515 555 0101 ext. 7", "extension"),
        ("Bo", "\n".join(f"+151555501{n:02}" for n in range(1, 12)), "10 phones at most"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(
    kept: AppContext, name: str, phones: str, says: str
) -> None:
    with pytest.raises(RosterEditError, match=says):
        roster_edit.add_chair(kept, ADA, UNIT, name, phones, stamp(kept))
    assert [chair.name for chair in chairs(kept)] == ["Alva North"]


def test_the_same_again_is_no_change_and_no_entry(kept: AppContext) -> None:
    with pytest.raises(RosterEditError, match="says already"):
        roster_edit.change_chair(kept, ADA, UNIT, first(kept), "Alva North", ONE, stamp(kept))


def test_only_administrators_change_it(kept: AppContext) -> None:
    sue = Actor(2, "sue", Role.SUPERVISOR)
    with pytest.raises(NotAllowedError):
        roster_edit.add_chair(kept, sue, UNIT, "Bo", "", stamp(kept))
