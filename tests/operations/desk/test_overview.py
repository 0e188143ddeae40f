from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.election.model import Election
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.overview import Floor
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.desk.claims import Holder
from hotline.store.desk.waiting import Class, PersonRequest
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.conftest import Clock

UNIT = "10001"
PHONE = "+15155550101"


@pytest.fixture
def board(parts: AppContext, town: Election) -> DeskServices:
    load_election(parts, town, "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva North", (PHONE,))])
    return DeskServices(parts)


@pytest.fixture
def floor(board: DeskServices) -> Floor:
    return Floor(board, timedelta(0))


def wait(board: DeskServices, sid: str, rank: Class = Class.ROSTER, **given: str) -> None:
    usual = {
        "reason": "pressed 0",
        "caller": "key" + sid,
        "last4": "0101",
        "number": PHONE,
        "unit": UNIT,
    }
    asking = PersonRequest(
        rank=rank,
        standing="roster",
        language="en",
        step=3,
        line="+15155550100",
        **usual | given,
    )
    board.waiting.join(sid, asking, board.parts.now())


def test_who_waits_is_shown_by_the_name_on_the_roster(board: DeskServices, floor: Floor) -> None:
    wait(board, "CA1")
    wait(board, "CA2", number="", last4="0199")
    wait(board, "CA3", Class.UNKNOWN, unit="", last4="0142")
    wait(board, "CA4", Class.UNKNOWN, unit="", last4="")

    seen = floor.look()

    assert [(row.place, row.who, row.rank) for row in seen.waiting] == [
        (1, "Alva North", "roster phone"),
        (2, "Alva North, from another phone", "roster phone"),
        (3, "unknown phone", "unknown"),
        (4, "withheld number", "unknown"),
    ]
    assert seen.waiting[0].unit_name == "North, North 1 (10001)"
    assert PHONE not in repr(seen)


def test_why_a_person_is_wanted_is_said_in_words(board: DeskServices, floor: Floor) -> None:
    wait(board, "CA1", reason="asked for a person at the question pin")
    wait(board, "CA2", reason="something failed on our side")

    assert [row.reason for row in floor.look().waiting] == [
        "asked for a person at: The PIN",
        "something failed on our side",
    ]


def test_the_tag_stands_while_nothing_changes_and_moves_when_something_does(
    board: DeskServices, floor: Floor, clock: Clock
) -> None:
    wait(board, "CA1")
    before = floor.look().tag

    clock.advance(30)
    board.waiting.seen("CA1", clock())  # the network plays to the caller: nothing new for us
    assert floor.look().tag == before

    board.claims.claim(board.parts.election().ledger_id, UNIT, Holder(2, "bo"))
    after = floor.look()
    assert after.tag != before
    assert after.waiting[0].holder == "bo"


def test_whoever_is_taken_is_shown_with_whom(board: DeskServices, floor: Floor) -> None:
    wait(board, "CA1")
    board.staff.begin_shift(1, "ann", "CAleg", "desk-0", board.parts.now())

    assert board.waiting.take(1, "ann", board.parts.now()).ok

    seen = floor.look()
    assert seen.waiting == []
    assert [(row.sid, row.taken_by, row.on_line) for row in seen.talking] == [("CA1", "ann", False)]
    member = seen.member(1)
    assert member is not None
    assert member.talking_to == "CA1"


def test_desks_that_ask_at_the_same_moment_share_one_look(board: DeskServices) -> None:
    floor = Floor(board, timedelta(seconds=60))
    first = floor.look()

    wait(board, "CA1")

    assert floor.look() is first
    assert len(floor.look(anew=True).waiting) == 1


def test_without_redis_the_desk_says_so(board: DeskServices) -> None:
    parts = board.parts
    parts.election()
    with connect_redis("redis://127.0.0.1:1/0") as nobody:
        floor = Floor(DeskServices(AppContext(parts.settings, parts.engine, nobody, parts.now)))

        assert floor.look().silent
