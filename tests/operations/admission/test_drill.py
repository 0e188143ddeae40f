"""Drills: on a ledger of their own, said to every caller, and never over a real night."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from redis import Redis

from hotline.guard.caller import Caller
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.admission import drill
from hotline.operations.admission.denylist import pass_on
from hotline.operations.admission.drill import DrillError
from hotline.operations.calls.answer import open_line
from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish_now
from hotline.operations.publication.recount import recount
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.upkeep.reconcile import reconcile
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from hotline.telephony.events import IncomingCall
from tests.conftest import Clock
from tests.operations.acting import tabulated
from tests.towns import CODES, caucus, town

ADA = Actor(None, "ada", Role.ADMIN)
SUE = Actor(None, "sue", Role.SUPERVISOR)
LINE = "+15155550100"
_sids = count(1)


@pytest.fixture
def parts(parts: AppContext, clock: Clock) -> AppContext:
    """A live ledger, a week before the night."""
    clock.time = datetime(2020, 1, 27, 18, 0, tzinfo=UTC)
    load_election(parts, replace(town(), chairs_line=LINE), "test")
    open_ledger(parts, False, "test")
    pass_on(parts)
    return parts


def kinds(parts: AppContext) -> list[ActivityKind]:
    with reading(parts.engine) as connection:
        return [entry.kind for entry in activity.latest(connection, 2)]


def heard(parts: AppContext) -> str:
    """What a caller hears first, of a process that knows nothing yet."""
    line = open_line(replace(parts, counts=Counter()))
    caller = Caller(f"+1312555{next(_sids):04}")
    (asked,) = line.answer(IncomingCall(f"CA{next(_sids)}", caller, LINE))
    return str(asked)


def test_the_town_votes_on_that_day() -> None:
    assert town().date.isoformat() == "2020-02-03"


def test_a_drill_has_a_ledger_of_its_own_and_gives_the_live_one_back(parts: AppContext) -> None:
    live = parts.election()

    begun = drill.begin(parts, ADA, "staff practise")
    assert begun.is_test
    assert begun.ledger_id != live.ledger_id
    tabulated(parts, CODES[0], caucus(20, 20))
    assert publish_now(parts).document["is_test"] is True
    assert kinds(parts)[0] is ActivityKind.DRILL_BEGUN

    ended = drill.end(parts, ADA, "all have had a turn")
    assert (ended.ledger_id, ended.is_test) == (live.ledger_id, False)
    assert kinds(parts)[0] is ActivityKind.DRILL_ENDED
    published = publish_now(parts).document
    assert (published["is_test"], published["units"]["reported"]) == (False, 0)
    with reading(parts.engine) as connection:
        assert not any(recount(connection, ended.election, ended.ledger_id).sums.values())


def test_who_began_it_and_why_is_known_while_it_is_on(parts: AppContext, clock: Clock) -> None:
    assert drill.current(parts) is None
    live = parts.election().ledger_id
    drill.begin(parts, ADA, " staff\npractise ")

    found = drill.current(parts)

    assert found is not None
    assert (found.who, found.at, found.why) == ("ada", clock(), "staff practise")
    assert found.instead_of == live
    drill.end(parts, ADA, "over")
    assert drill.current(parts) is None


def test_every_caller_hears_it_in_every_language_and_nobody_after_it(parts: AppContext) -> None:
    assert "drill" not in heard(parts)

    drill.begin(parts, ADA, "staff practise")
    said = heard(parts)
    assert said.index("This is a drill. Nothing you report counts.") < said.index("Key your")
    assert "Esto es un simulacro." in said

    drill.end(parts, ADA, "over")
    assert "drill" not in heard(parts)


def test_with_real_telephones_every_test_ledger_is_said(parts: AppContext) -> None:
    open_ledger(parts, True, "test")
    active = parts.election()
    real = replace(parts, settings=parts.settings.model_copy(update={"carrier": "twilio"}))

    assert not drill.is_said(parts, active, None)
    assert drill.is_said(real, active, None)


class TestARealNightIsProtected:
    def test_reports_are_not_put_aside(self, parts: AppContext) -> None:
        tabulated(parts, CODES[0], caucus(20, 20))

        with pytest.raises(DrillError, match="holds 1 reports: no drill begins"):
            drill.begin(parts, ADA, "oops")

        assert not parts.election().is_test

    @pytest.mark.parametrize("at", ["2020-02-03T06:00", "2020-02-04T03:00", "2020-02-05T05:59"])
    def test_the_day_itself_and_the_night_after_it(
        self, parts: AppContext, clock: Clock, at: str
    ) -> None:
        clock.time = datetime.fromisoformat(at).replace(tzinfo=UTC)

        with pytest.raises(DrillError, match="the day of the election"):
            drill.begin(parts, ADA, "oops")

    def test_chairs_who_are_on_the_line(
        self, parts: AppContext, redis: Redis, clock: Clock
    ) -> None:
        redis.zadd("hotline:line:chairs", {"CA1": (clock().timestamp() + 60) * 1000})

        with pytest.raises(DrillError, match="1 chair is on the line"):
            drill.begin(parts, ADA, "oops")

    def test_a_drill_that_was_forgotten_ends_when_the_day_comes(
        self, parts: AppContext, clock: Clock
    ) -> None:
        live = parts.election().ledger_id
        drill.begin(parts, ADA, "staff practise")
        clock.time = datetime(2020, 2, 3, 5, 59, tzinfo=UTC)
        reconcile(parts)
        assert parts.election().is_test

        clock.advance(60)  # midnight in the town
        reconcile(parts)

        assert (parts.election().ledger_id, parts.election().is_test) == (live, False)
        with reading(parts.engine) as connection:
            ended = activity.latest(connection, 1)[0]
        assert (ended.kind, ended.who) == (ActivityKind.DRILL_ENDED, "the day of the election")

    def test_a_rehearsal_of_that_day_is_left_alone(self, parts: AppContext, clock: Clock) -> None:
        open_ledger(parts, True, "test")
        clock.time = datetime(2020, 2, 3, 18, tzinfo=UTC)
        drill.begin(parts, ADA, "a rehearsal")

        reconcile(parts)

        assert drill.current(parts)


class TestRefused:
    def test_a_second_one(self, parts: AppContext) -> None:
        drill.begin(parts, ADA, "staff practise")
        with pytest.raises(DrillError, match="on already"):
            drill.begin(parts, ADA, "again")

    def test_over_another_ledger_than_was_looked_at(self, parts: AppContext) -> None:
        seen = parts.election().ledger_id
        open_ledger(parts, False, "somebody else")
        with pytest.raises(DrillError, match="look again"):
            drill.begin(parts, ADA, "staff practise", instead_of=seen)

    def test_the_end_of_none(self, parts: AppContext) -> None:
        with pytest.raises(DrillError, match="no drill is on"):
            drill.end(parts, ADA, "over")
        open_ledger(parts, True, "test")
        with pytest.raises(DrillError, match="no drill is on"):
            drill.end(parts, ADA, "over")

    @pytest.mark.parametrize("why", ["", " ", "x" * 201, "a\x00b"])
    def test_without_a_reason(self, parts: AppContext, why: str) -> None:
        with pytest.raises(DrillError, match="say why"):
            drill.begin(parts, ADA, why)

    def test_by_whom_it_is_not_for(self, parts: AppContext) -> None:
        with pytest.raises(NotAllowedError):
            drill.begin(parts, SUE, "why")
        with pytest.raises(NotAllowedError):
            drill.end(parts, SUE, "why")


def test_where_the_ledger_before_it_cannot_be_gone_on_with_a_fresh_one_is_opened(
    parts: AppContext,
) -> None:
    before = open_ledger(parts, True, "test").ledger_id
    tabulated(parts, CODES[0], caucus(20, 20))
    drill.begin(parts, ADA, "staff practise")
    smaller = town()
    units = {code: unit for code, unit in smaller.units.items() if code != CODES[0]}
    load_election(parts, replace(smaller, units=units), "test")

    ended = drill.end(parts, ADA, "over")

    assert ended.ledger_id != before
    assert ended.is_test
