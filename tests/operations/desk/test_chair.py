from __future__ import annotations

import pytest

from hotline.election.model import Election
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.admission import block_requests
from hotline.operations.admission.blocks import listed
from hotline.operations.calls.deliver_code import deliver_code
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskError, DeskServices
from hotline.operations.desk.chair import (
    How,
    add_note,
    block_caller,
    call_unit,
    text_new_pin,
    verify_otherwise,
)
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import check_pin, reissue
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind, Role
from hotline.store.queues import SEND_CODE
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations import lives
from tests.web.signing_in import make

UNIT = "10001"
PHONES = ("+15155550101", "+15155550102")
ANN = Actor(1, "ann", Role.STAFF)
OTTO = Actor(2, "otto", Role.OBSERVER)


class Texts:
    """A carrier that keeps what it is given to send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send_text(self, from_: str, to: str, body: str) -> str:
        self.sent.append((to, body))
        return "SM1"


@pytest.fixture
def desk(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, town, "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva North", PHONES)])
    parts.invalidate()
    return parts


def entries(parts: AppContext) -> list[ActivityEntry]:
    with reading(parts.engine) as connection:
        found = reversed(activity.latest(connection, 50))
    return [entry for entry in found if entry.kind is not ActivityKind.ELECTION_LOADED]


def pin_is(parts: AppContext, pin: str) -> bool:
    active = parts.election()
    return check_pin(parts, active.election.id, active.ledger_id, UNIT, pin)


def test_a_new_pin_goes_to_the_units_own_phones_and_to_nobody_at_the_desk(desk: AppContext) -> None:
    old = reissue(desk, UNIT)

    assert text_new_pin(desk, ANN, UNIT, "CA1") == 2

    [job] = desk.queue(SEND_CODE.queue).jobs
    texts = Texts()
    assert deliver_code(desk, texts, *job.args) == 2
    assert [to for to, _ in texts.sent] == list(PHONES)
    body = texts.sent[0][1]
    new = next(
        word.strip(".") for word in body.split() if word.strip(".").isdigit() and len(word) > 5
    )
    assert pin_is(desk, new)
    assert not pin_is(desk, old)
    [entry] = entries(desk)
    assert entry.kind is ActivityKind.PIN_REISSUED
    assert new not in repr(entry)
    assert new not in repr(job.args)


def test_without_a_phone_on_the_roster_the_old_pin_stays_good(desk: AppContext) -> None:
    with writing(desk.engine) as connection:
        roster.replace_roster(connection, "town", [Chair(UNIT, "Alva North", ())])
    old = reissue(desk, UNIT)

    with pytest.raises(DeskError, match="no phone"):
        text_new_pin(desk, ANN, UNIT)

    assert pin_is(desk, old)
    assert entries(desk) == []


def test_a_units_phones_are_not_flooded_with_pins(desk: AppContext) -> None:
    for _ in range(3):
        text_new_pin(desk, ANN, UNIT)

    with pytest.raises(DeskError, match="too many"):
        text_new_pin(desk, ANN, UNIT)


def test_two_right_answers_make_a_chair_and_are_written_down(desk: AppContext) -> None:
    verify_otherwise(desk, ANN, UNIT, [How.NAME], digits="0102", calling_from="0101")

    [entry] = entries(desk)
    assert (entry.kind, entry.note) == (ActivityKind.CHAIR_VERIFIED_OTHERWISE, "by name, phone")


@pytest.mark.parametrize(
    ("how", "digits", "why"),
    [
        ([How.NAME], "", "one answer"),
        ([How.NAME], "0199", "no other phone"),
        ([How.NAME], "0101", "no other phone"),  # the one that he calls from proves nothing
        ([How.NAME, How.PHONE], "", "four digits"),
        ([How.NAME, How.KNOWN], "", "who knows"),
    ],
)
def test_less_makes_no_chair(desk: AppContext, how: list[How], digits: str, why: str) -> None:
    with pytest.raises(DeskError, match=why):
        verify_otherwise(desk, ANN, UNIT, how, digits=digits, calling_from="0101")


def test_a_nuisance_is_blocked_by_the_number_that_was_kept(desk: AppContext) -> None:
    lives.arrive(desk, "CA1")
    lives.to_person(desk, "CA1")
    ingest_events(desk)

    blocked = block_caller(DeskServices(desk), ANN, "CA1", lives.KEY, "sings")

    assert blocked.ends == lives.NUMBER[-4:]
    [block] = listed(desk)
    assert (block.pattern.text, block.author, block.reason) == (lives.NUMBER, "ann", "sings")
    kinds = [entry.kind for entry in entries(desk)]
    assert kinds == [ActivityKind.NUISANCE, ActivityKind.NUMBER_BLOCKED]
    assert lives.NUMBER not in repr(entries(desk))


def test_a_number_that_is_not_kept_is_noted_all_the_same(desk: AppContext) -> None:
    with pytest.raises(DeskError, match="it is noted"):
        block_caller(DeskServices(desk), ANN, "CA1", lives.KEY, "sings")

    assert [entry.kind for entry in entries(desk)] == [ActivityKind.NUISANCE]


def test_a_chairs_phone_is_not_blocked_by_one_person_alone(desk: AppContext) -> None:
    lives.arrive(desk, "CA1")
    lives.to_person(desk, "CA1", number=PHONES[0])
    ingest_events(desk)

    make(desk, "ann")

    asked = block_caller(DeskServices(desk), ANN, "CA1", lives.KEY, "sings")

    assert (asked.ends, asked.until) == (PHONES[0][-4:], None)
    assert listed(desk) == []
    [request] = block_requests.waiting(desk)
    assert (request.by, request.pattern.text, request.reason) == ("ann", PHONES[0], "sings")
    with pytest.raises(DeskError, match="ann has asked for this already"):
        block_caller(DeskServices(desk), ANN, "CA1", lives.KEY, "sings")


def test_a_unit_is_put_down_to_be_called_once(desk: AppContext) -> None:
    board = DeskServices(desk)

    sid = call_unit(board, ANN, UNIT)
    assert call_unit(board, ANN, UNIT) == sid

    [waiter] = board.waiting.everyone()
    assert (waiter.unit, waiter.callback, waiter.agreed, waiter.number) == (
        UNIT,
        True,
        True,
        PHONES[0],
    )


def test_a_unit_without_a_phone_cannot_be_called(desk: AppContext) -> None:
    with pytest.raises(DeskError, match="no phone"):
        call_unit(DeskServices(desk), ANN, "10002")


def test_an_empty_note_is_none(desk: AppContext) -> None:
    with pytest.raises(DeskError):
        add_note(desk, ANN, "  ", unit=UNIT)

    add_note(desk, ANN, "is hoarse", unit=UNIT)
    assert [entry.note for entry in entries(desk)] == ["is hoarse"]


def test_observers_do_nothing(desk: AppContext) -> None:
    for act in (
        lambda: add_note(desk, OTTO, "x", unit=UNIT),
        lambda: verify_otherwise(desk, OTTO, UNIT, [How.NAME, How.PLACE]),
        lambda: text_new_pin(desk, OTTO, UNIT),
        lambda: block_caller(DeskServices(desk), OTTO, "CA1", "", "x"),
        lambda: call_unit(DeskServices(desk), OTTO, UNIT),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert entries(desk) == []
