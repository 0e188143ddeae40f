"""The log of what people did: whoever owns the database can alter it, and not unseen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.audit import activity as audit
from hotline.operations.context import AppContext
from hotline.store.audit import activity_chain
from hotline.store.audit.activity_chain import ActivityHead
from hotline.store.database import reading, transact
from tests.conftest import Clock
from tests.operations.audit.tampering import ANN, add, tamper

pytestmark = pytest.mark.both_databases


@pytest.fixture
def log(parts: AppContext, clock: Clock) -> AppContext:
    """Six entries, a second apart."""
    for number in range(1, 7):
        clock.advance(1)
        add(parts, note=f"note {number}", before={"10": 1, "9": [2, 3]}, after={"n": number})
    return parts


def found(parts: AppContext, *told: ActivityHead) -> list[str]:
    return [finding.said for finding in audit.verify(parts, told)]


def test_a_log_that_nobody_has_touched_is_whole(log: AppContext) -> None:
    with reading(log.engine) as connection:
        numbers = [link.number for link in activity_chain.links(connection)]

    assert numbers == [1, 2, 3, 4, 5, 6]
    assert found(log, audit.head(log)) == []


def test_an_empty_log_is_whole(parts: AppContext) -> None:
    assert audit.head(parts) == ActivityHead(0, "0" * 64)
    assert found(parts) == []


@pytest.mark.parametrize(
    "change",
    [
        "note = 'note 2'",
        "who = 'bo'",
        "account_id = 7",
        "kind = 'nuisance'",
        "call_sid = 'CA1'",
        "unit_code = '00011'",
        "ledger_id = 9",
        "before = NULL",
        """after = '{"n": 33}'""",
        "at = '2020-02-04 01:00:03.000001'",
    ],
)
def test_an_altered_entry_is_named_with_its_time_and_author(log: AppContext, change: str) -> None:
    tamper(log, f"UPDATE activity SET {change} WHERE id = 3")

    [said] = found(log)

    assert said.startswith("entry 3, id 3 of 2020-02-04 01:00:03 UTC by ")
    assert said.endswith(": it was altered, or what stood before it was")


@pytest.mark.parametrize(
    "backend", ["sqlite"]
)  # PostgreSQL keeps no text where a moment or a document belongs
def test_what_cannot_be_read_any_more_is_altered_too(log: AppContext) -> None:
    tamper(
        log,
        "UPDATE activity SET at = 'yesterday' WHERE id = 3",
        "UPDATE activity SET after = '{' WHERE id = 5",
    )

    third, fifth = found(log)

    assert third.startswith("entry 3, id 3 of an unreadable time yesterday by ann")
    assert fifth.startswith("entry 5, id 5 of 2020-02-04 01:00:05 UTC")


def test_a_removed_entry_is_named_by_its_place(log: AppContext) -> None:
    tamper(
        log,
        "DELETE FROM activity_link WHERE number IN (3, 4)",
        "DELETE FROM activity WHERE id IN (3, 4)",
    )

    first, second = found(log)

    assert first == "entries 3 to 4 were removed"
    assert second.startswith("entry 5, id 5")


def test_an_entry_that_was_cut_out_and_the_rest_moved_up(log: AppContext) -> None:
    tamper(
        log,
        "DELETE FROM activity_link WHERE number = 3",
        "DELETE FROM activity WHERE id = 3",
        *(f"UPDATE activity_link SET number = {n - 1} WHERE number = {n}" for n in (4, 5, 6)),
    )

    [said] = found(log)

    assert said.startswith("entry 3, id 4 of 2020-02-04 01:00:04 UTC by ann (note)")


def test_an_entry_that_was_put_in_is_bound_to_nothing(log: AppContext) -> None:
    tamper(
        log,
        "INSERT INTO activity (id, at, who, kind, call_sid, unit_code, note) "
        "VALUES (99, '2020-02-04 01:00:02+00:00', 'eve', 'note', '', '', 'as if')",
    )

    [said] = found(log)

    assert "id 99 of 2020-02-04 01:00:02 UTC by eve (note) was put in" in said


def test_a_changed_link_is_told_from_a_changed_entry(log: AppContext) -> None:
    tamper(log, f"UPDATE activity_link SET digest = '{'a' * 64}' WHERE number = 3")

    [said] = found(log)

    assert said.startswith("entry 3, id 3")
    assert said.endswith("its link was changed")


def test_two_entries_that_changed_places(log: AppContext) -> None:
    tamper(
        log,
        "UPDATE activity_link SET number = 100 WHERE number = 2",
        "UPDATE activity_link SET number = 2 WHERE number = 4",
        "UPDATE activity_link SET number = 4 WHERE number = 100",
    )

    said = found(log)

    assert said[0].startswith("entry 2, id 4")
    assert any(each.startswith("entry 4, id 2") for each in said)


def test_a_removed_end_is_seen_by_whoever_has_noted_the_head(log: AppContext) -> None:
    noted = audit.head(log)
    tamper(
        log,
        "DELETE FROM activity_link WHERE number > 4",
        "DELETE FROM activity WHERE id > 4",
    )

    assert found(log) == []
    assert found(log, noted) == ["entries 5 to 6 were removed at the end"]


def test_a_log_that_was_written_anew_is_seen_by_whoever_has_noted_a_head(log: AppContext) -> None:
    with reading(log.engine) as connection:
        noted = [
            ActivityHead(each.number, each.digest) for each in activity_chain.links(connection)
        ]
    tamper(log, "UPDATE activity SET who = 'bo' WHERE id = 4", *relinked(log, "bo", 4))

    assert found(log) == []
    assert found(log, noted[2]) == []
    assert found(log, noted[4]) == ["entry 5 or one before it was written anew since it was noted"]


def relinked(log: AppContext, who: str, changed: int) -> list[str]:
    """The statements by which a forger who knows the rule makes the chain whole again."""
    digest, statements = "0" * 64, []
    with reading(log.engine) as connection:
        for each in activity_chain.links(connection):
            assert each.entry is not None
            entry = dict(each.entry)
            if each.number == changed:
                entry["who"] = who
            digest = activity_chain.digest_of(digest, entry)
            statements.append(
                f"UPDATE activity_link SET digest = '{digest}' WHERE number = {each.number}"
            )
    return statements


def test_what_is_rolled_back_leaves_no_gap(log: AppContext) -> None:
    def work(connection: Connection) -> None:
        log_activity(connection, log, ANN, ActivityKind.NOTE, note="never")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transact(log.engine, work)
    add(log, note="after")

    assert audit.head(log).number == 7
    assert found(log) == []


def test_many_who_act_at_once_are_bound_one_after_the_other(log: AppContext) -> None:
    failures: list[Exception] = []

    def act() -> None:
        try:
            for _ in range(10):
                add(log, note="at once")
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=act) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert audit.head(log).number == 56
    assert found(log) == []


@given(
    before=st.dictionaries(st.text(), st.one_of(st.integers(), st.floats(allow_nan=False))),
    at=st.datetimes(timezones=st.timezones()),
)
def test_an_entry_has_the_digest_of_what_the_database_gives_back(
    before: dict[str, float], at: datetime
) -> None:
    entry = dict.fromkeys(activity_chain.BOUND) | {"id": 1, "at": at, "before": before}
    again = entry | {"at": at.astimezone(UTC), "before": json.loads(json.dumps(before))}

    assert activity_chain.digest_of("0" * 64, entry) == activity_chain.digest_of("0" * 64, again)
    later = entry | {"at": at.astimezone(UTC) + timedelta(microseconds=1)}
    assert activity_chain.digest_of("0" * 64, entry) != activity_chain.digest_of("0" * 64, later)
