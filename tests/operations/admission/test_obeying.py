"""The very next call obeys: blocks, switches, and what is lifted again."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest
from redis import Redis

from hotline.guard.caller import Caller
from hotline.guard.triage import Counted, Entrance
from hotline.operations.admission.blocks import WantedBlock, add_block, remove_block
from hotline.operations.admission.denylist import RESTORING
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.admission.switches import Switch, turn_off, turn_on
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.roster import load_roster
from hotline.store.admission.front_door import Admission
from tests.conftest import Clock
from tests.towns import CODES, town

CHAIR, STRANGER = "+15155550101", "+15155550142"
_sids = count(1)


@pytest.fixture
def parts(parts: AppContext, tmp_path: Path) -> AppContext:
    load_election(parts, town(), "test")
    roster(parts, tmp_path, CHAIR)
    return parts


def roster(parts: AppContext, folder: Path, phones: str) -> None:
    path = folder / "roster.csv"
    path.write_text(f"code,name,phones\n{CODES[0]},Ann,{phones}\n")
    load_roster(parts, path)


@pytest.fixture
def door(parts: AppContext) -> FrontDoor:
    return FrontDoor(parts)


def calls(door: FrontDoor, number: str, entrance: Entrance = Entrance.CHAIRS) -> Admission:
    sid, caller = f"CA{next(_sids)}", Caller(number)
    admission = door.admit(sid, caller, entrance, 1)
    door.ended(sid, caller, "completed", "3")
    return admission


def block(parts: AppContext, pattern: str, second: str = "") -> None:
    add_block(parts, WantedBlock(pattern, "nuisance", second=second), "ann")


@pytest.mark.parametrize("entrance", list(Entrance))
@pytest.mark.parametrize("pattern", [STRANGER, "+15155550*", "+1515*"])
def test_a_blocked_caller_is_turned_away_and_let_in_again(
    parts: AppContext, door: FrontDoor, pattern: str, entrance: Entrance
) -> None:
    assert calls(door, STRANGER, entrance).judgement.admitted
    block(parts, pattern, "bo")
    assert calls(door, STRANGER, entrance).judgement.reason is Counted.BLOCK
    remove_block(parts, pattern, "ann", "mistaken")
    assert calls(door, STRANGER, entrance).judgement.admitted


def test_a_block_is_over_when_its_time_is(parts: AppContext, door: FrontDoor, clock: Clock) -> None:
    block(parts, STRANGER)
    clock.advance(24 * 3600 - 1)
    assert not calls(door, STRANGER).judgement.admitted
    clock.advance(1)
    assert calls(door, STRANGER).judgement.admitted


def test_a_chair_gets_through_a_blocked_range_but_not_two_peoples_block(
    parts: AppContext, door: FrontDoor
) -> None:
    block(parts, "+15155550*", "bo")
    assert calls(door, CHAIR).judgement.admitted
    block(parts, CHAIR, "bo")
    assert calls(door, CHAIR).judgement.reason is Counted.BLOCK


def test_who_was_blocked_and_becomes_a_chair_gets_through(
    parts: AppContext, door: FrontDoor, tmp_path: Path
) -> None:
    block(parts, STRANGER)
    assert not calls(door, STRANGER).judgement.admitted
    roster(parts, tmp_path, f"{CHAIR};{STRANGER}")

    assert calls(door, STRANGER).judgement.admitted


def test_who_called_too_often_gets_through_once_that_is_lifted(
    parts: AppContext, door: FrontDoor
) -> None:
    reasons = [calls(door, STRANGER).judgement.reason for _ in range(5)]
    assert reasons == [None, None, None, Counted.RECENT, Counted.PENALTY]

    remove_block(parts, STRANGER, "ann", "has apologised")

    assert [calls(door, STRANGER).judgement.admitted for _ in range(3)] == [True] * 3


def test_roster_phones_only(parts: AppContext, door: FrontDoor) -> None:
    turn_on(parts, Switch.ROSTER_ONLY, "ann", "strangers")
    assert calls(door, STRANGER).judgement.reason is Counted.ROSTER_ONLY
    assert calls(door, CHAIR).judgement.admitted
    turn_off(parts, Switch.ROSTER_ONLY, "ann", "quiet")
    assert calls(door, STRANGER).judgement.admitted


def test_closed_intake_says_why(parts: AppContext, door: FrontDoor) -> None:
    said = {"en": "Closed.", "es": "Cerrado."}
    assert calls(door, CHAIR).closed is None
    turn_on(parts, Switch.INTAKE_CLOSED, "ann", "fire", said)
    assert json.loads(calls(door, CHAIR).closed or "") == said
    turn_off(parts, Switch.INTAKE_CLOSED, "ann", "over")
    assert calls(door, CHAIR).closed is None


def test_a_redis_that_lost_its_memory_is_told_again_by_the_first_call(
    parts: AppContext, door: FrontDoor, redis: Redis
) -> None:
    block(parts, STRANGER)
    turn_on(parts, Switch.INTAKE_CLOSED, "ann", "fire", {"en": "Closed."})
    redis.flushall()

    assert calls(door, STRANGER).judgement.reason is Counted.BLOCK
    assert calls(door, CHAIR).closed
    assert redis.exists(RESTORING)
