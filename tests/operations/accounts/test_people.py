"""Who is signed in, and what somebody has done: calls and shifts out of the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.operations.accounts import account_changes, accounts, people, signing_in
from hotline.operations.accounts.workload import ENDS, WORK, handled, shifts
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.desk.board import DeskServices
from hotline.store.accounts.accounts import Account
from hotline.store.accounts.people import Deed
from hotline.store.enums import ActivityKind, Presence
from tests.conftest import Clock
from tests.servers import RedisServer
from tests.web.signing_in import ROOT, make

BEGAN = datetime(2020, 2, 4, 1, tzinfo=UTC)


# --- Out of the log


def deed(seconds: int, kind: ActivityKind, sid: str = "", unit: str = "", **after: object) -> Deed:
    return Deed(seconds, BEGAN + timedelta(seconds=seconds), kind, sid, unit, after, "")


def test_a_call_is_told_from_taking_it_to_its_end() -> None:
    [call] = handled(
        [
            deed(0, ActivityKind.CALL_TAKEN, "CA1", waited=40),
            deed(50, ActivityKind.REPORT_ENTERED, "CA1", "10001"),
            deed(90, ActivityKind.CALL_ENDED, "CA1", outcome="the caller hung up"),
            deed(120, ActivityKind.CALL_ENDED, "CA1", outcome="reported"),
        ]
    )
    assert (call.unit, call.waited, call.seconds, call.reports) == ("10001", 40, 90, 1)
    assert call.outcome == "reported"


def test_a_call_that_comes_back_is_another_one_and_one_without_an_end_is_open() -> None:
    second, first = handled(
        [
            deed(0, ActivityKind.CALL_TAKEN, "CA1"),
            deed(30, ActivityKind.CALL_RETURNED, "CA1"),
            deed(60, ActivityKind.CALL_TAKEN, "CA1"),
        ]
    )
    assert (first.outcome, first.seconds) == ("put back into the queue", 30)
    assert (second.ended_at, second.seconds) == (None, 0)


def test_shifts_follow_each_other() -> None:
    latest, first = shifts(
        [
            deed(0, ActivityKind.SHIFT_ENDED),  # its beginning is too long ago
            deed(10, ActivityKind.SHIFT_BEGUN),
            deed(70, ActivityKind.SHIFT_BEGUN),  # another telephone
        ]
    )
    assert first.length == timedelta(seconds=60)
    assert (latest.began_at, latest.ended_at) == (BEGAN + timedelta(seconds=70), None)


DEEDS = st.lists(st.tuples(st.sampled_from(WORK), st.sampled_from(["CA1", "CA2"])), max_size=30)


@given(DEEDS)
def test_whatever_is_in_the_log_nothing_ends_before_it_begins(
    said: Sequence[tuple[ActivityKind, str]],
) -> None:
    deeds = [deed(n, kind, sid) for n, (kind, sid) in enumerate(said)]

    calls, worked = handled(deeds), shifts(deeds)

    assert len(calls) == sum(kind is ActivityKind.CALL_TAKEN for kind, _ in said)
    assert all(call.seconds >= 0 for call in calls)
    assert len(worked) == sum(kind is ActivityKind.SHIFT_BEGUN for kind, _ in said)
    assert sum(shift.ended_at is None for shift in worked) <= 1
    assert sum(call.ended_at is not None for call in calls) <= sum(kind in ENDS for kind, _ in said)


# --- Who is signed in


@pytest.fixture
def parts(plain: AppContext) -> AppContext:
    return plain


@pytest.fixture
def plain(settings, engine, redis, clock):  # type: ignore[no-untyped-def]
    with connect_redis(settings.redis_url) as client:
        yield AppContext(settings, engine, client, clock)


def account(parts: AppContext, name: str) -> Account:
    found = accounts.find_account(parts, name)
    assert found is not None
    return found


@pytest.fixture
def ann(parts: AppContext) -> Account:
    make(parts, "ann")
    return account(parts, "ann")


def sessions(parts: AppContext) -> int:
    return people.everybody(DeskServices(parts)).everybody[0].sessions


def test_a_session_is_seen_while_it_is_used(parts: AppContext, ann: Account, clock: Clock) -> None:
    assert sessions(parts) == 0
    signing_in.used(parts, ann, "one")
    signing_in.used(parts, ann, "two")
    clock.advance(60)
    signing_in.used(parts, ann, "one")

    [person] = people.everybody(DeskServices(parts)).everybody
    assert (person.sessions, person.seen_at) == (2, clock())
    signing_in.signed_out(parts, ann, "one")
    assert sessions(parts) == 1
    clock.advance(parts.settings.idle_minutes * 60)
    assert sessions(parts) == 0


def test_sessions_that_were_ended_are_not_seen_any_more(parts: AppContext, ann: Account) -> None:
    signing_in.used(parts, ann, "one")
    account_changes.sign_out_everywhere(parts, "ann", ROOT)
    assert sessions(parts) == 0


def test_disabled_accounts_come_last(parts: AppContext, ann: Account) -> None:
    make(parts, "bo")
    accounts.disable(parts, "ann", ROOT)
    names = [one.account.name for one in people.everybody(DeskServices(parts)).everybody]
    assert names == ["bo", "ann"]


def test_a_redis_that_is_silent_is_said(
    parts: AppContext, ann: Account, redis_server: RedisServer
) -> None:
    redis_server.stop()
    try:
        signing_in.used(parts, ann, "one")  # signing in goes on without it
        found = people.everybody(DeskServices(parts))
    finally:
        redis_server.start()
    assert found.silent
    assert found.everybody[0].sessions == 0


def test_who_is_at_the_desk_is_said(parts: AppContext, ann: Account) -> None:
    board = DeskServices(parts)
    board.staff.begin_shift(ann.id, "ann", "CAleg", "desk-1", parts.now())
    found = people.person(board, ann.id)
    assert found is not None
    assert found[0].presence is Presence.READY
    assert people.person(board, 77) is None


def test_the_latest_that_somebody_did_is_told(parts: AppContext, ann: Account) -> None:
    for _ in range(people.NEWEST):
        signing_in.signed_in(parts, ann, "password")
    signing_in.failed(parts, ann, "wrong password")

    deeds = people.newest_of(parts, ann.id)
    assert len(deeds) == people.NEWEST
    assert deeds[0].kind is ActivityKind.SIGN_IN_FAILED
