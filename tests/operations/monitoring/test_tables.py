"""What the charts show, as figures and in words; and how the parts of the system do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.guard.triage import CallerStanding, Counted, Verdict
from hotline.operations.monitoring.component_health import Condition, machinery
from hotline.operations.monitoring.situation import (
    DATABASE,
    REDIS,
    AreaProgress,
    CarrierState,
    Minute,
    Publishing,
    QueueState,
    Situation,
    Units,
)
from hotline.operations.monitoring.spans import span
from hotline.operations.monitoring.tables import tables
from hotline.store.queues import QueueName

AT = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)
IOWA = ZoneInfo("America/Chicago")
THRESHOLDS = {"alert_worker_seconds": 90}
WORKING = {name.value: QueueState(worker=3.0) for name in QueueName}

standings = st.sampled_from([standing.value for standing in CallerStanding])
let_in = st.sampled_from([v.value for v in Verdict if v is not Verdict.TURN_AWAY])
reasons = st.sampled_from([reason.value for reason in Counted])
number = st.integers(0, 5_000)
minutes = st.lists(
    st.tuples(
        st.dictionaries(st.tuples(let_in, standings), number),
        st.dictionaries(st.tuples(reasons, standings), number),
        st.tuples(number, number, number),
    ),
    max_size=8,
).map(
    lambda drawn: [
        Minute(AT + timedelta(minutes=n), answered, away, filed, pins, errors + 1, errors)
        for n, (answered, away, (filed, pins, errors)) in enumerate(drawn)
    ]
)


@given(minutes)
def test_nothing_is_lost_on_the_way_into_the_tables(drawn: list[Minute]) -> None:
    whole = drawn[:-1]

    found = tables(Situation(AT, minutes=drawn), UTC)

    calls, away = found["calls"], found["away"]
    assert sum(calls.total(n) for n in range(3)) == sum(sum(m.answered.values()) for m in whole)
    assert calls.total(3) == away.total(0) == sum(sum(m.turned_away.values()) for m in whole)
    assert found["reports"].total(0) == sum(minute.filed for minute in whole)
    assert found["faults"].total(0) == sum(minute.wrong_pins for minute in whole)
    assert found["faults"].total(1) == sum(minute.errors for minute in whole)
    assert found["faults"].total(2) == sum(minute.requests for minute in whole)
    for table in found.values():
        assert all(len(numbers) == len(table.head) - 1 for _, numbers in table.rows)


def test_what_they_show_is_said_in_words_and_in_the_time_of_the_election() -> None:
    busy = Minute(
        AT,
        {("fast-lane", "roster"): 8, ("challenge", "unknown"): 4},
        {("penalty", "unknown"): 1_240, ("room", "withheld"): 10},
        filed=6,
        wrong_pins=2,
        errors=1,
    )
    seen = Situation(
        AT + timedelta(minutes=1),
        minutes=[busy, Minute(AT + timedelta(minutes=1))],
        units=Units(total=1765, outstanding=1200),
        areas=[AreaProgress("Polk", 177, 45), AreaProgress("Adair", 5, 0)],
    )

    found = tables(seen, IOWA)

    assert found["calls"].rows == [("19:00", (8, 0, 4, 1_250))]
    assert {name: table.said for name, table in found.items()} == {
        "calls": "In the last whole minute 12 calls were let in, 1,250 turned away. "
        "The busiest minute was 19:00 CST, with 1,262 calls.",
        "away": "In an hour 1,250 calls were turned away. "
        "Most often: repeated calls, 1,240 of them.",
        "reports": "In the last whole minute 6 reports were filed; 6 in an hour.",
        "faults": "In the last whole minute 2 wrong PINs were keyed, and 1 requests failed.",
        "areas": "1,200 of 1,765 precincts are outstanding. Most of them in Polk: 45 of 177.",
    }


def test_what_a_silent_part_would_tell_is_not_taken_for_nothing() -> None:
    minutes = [Minute(AT, filed=3), Minute(AT + timedelta(minutes=1))]

    found = tables(Situation(AT, frozenset({REDIS}), minutes=minutes), UTC)
    assert found["faults"].said == "Not known: redis cannot be reached."
    assert found["faults"].rows == ()
    assert found["reports"].total(0) == 3

    found = tables(Situation(AT, frozenset({DATABASE})), UTC)
    assert {table.said for table in found.values()} == {"Not known: database cannot be reached."}


@pytest.mark.parametrize(
    ("seen", "name", "condition", "said"),
    [
        (Situation(AT), "Database", Condition.WORKS, "answers"),
        (Situation(AT, frozenset({DATABASE})), "Database", Condition.WRONG, "does not answer"),
        (Situation(AT, frozenset({REDIS})), "Redis", Condition.WRONG, "does not answer"),
        (
            Situation(AT, frozenset({REDIS})),
            "Worker: messages",
            Condition.UNKNOWN,
            "Redis does not answer",
        ),
        (
            Situation(AT, queues=WORKING, events_waiting=1),
            "Worker: records and sweeps",
            Condition.WORKS,
            "is alive; 1 event of calls on the way to the records",
        ),
        (
            Situation(AT, queues=WORKING | {"messages": QueueState(2, 130.0, 1, 3.0)}),
            "Worker: messages",
            Condition.WRONG,
            "is alive; 2 jobs waiting, the first for 2 min; 1 job failed",
        ),
        (
            Situation(AT, queues=WORKING | {"tabulation": QueueState(worker=200.0)}),
            "Worker: adding up",
            Condition.WRONG,
            "silent for 3 min",
        ),
        (
            Situation(AT, queues=WORKING | {"tabulation": QueueState()}),
            "Worker: adding up",
            Condition.WRONG,
            "none",
        ),
        (
            Situation(AT, carrier=CarrierState(AT, AT - timedelta(minutes=5), "Timeout")),
            "Carrier (REST)",
            Condition.WORKS,
            "answered at 19:00 CST",
        ),
        (
            Situation(AT, carrier=CarrierState(AT - timedelta(minutes=5), AT, "Timeout")),
            "Carrier (REST)",
            Condition.WRONG,
            "failed at 19:00 CST: Timeout",
        ),
        (
            Situation(AT),
            "Carrier (REST)",
            Condition.UNKNOWN,
            "nothing was asked of it in a day",
        ),
        (Situation(AT), "Publication", Condition.WORKS, "nothing is published yet"),
        (
            Situation(AT, publication=Publishing(7, AT, AT, "paused: a look", "a look")),
            "Publication",
            Condition.WRONG,
            "paused: a look; number 7 of 19:00 CST stands",
        ),
        (
            Situation(AT, publication=Publishing(7, AT, AT, "the totals differ")),
            "Publication",
            Condition.WRONG,
            "refused since 19:00 CST: the totals differ; number 7 of 19:00 CST stands",
        ),
    ],
)
def test_how_a_part_does(seen: Situation, name: str, condition: Condition, said: str) -> None:
    parts = {part.name: part for part in machinery(seen, THRESHOLDS, IOWA)}

    assert (parts[name].condition, parts[name].said) == (condition, said)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "0 s"),
        (-3, "0 s"),
        (7, "7 s"),
        (47, "40 s"),
        (60, "1 min"),
        (299, "4 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_a_span_is_said_as_people_say_it(seconds: float | None, said: str) -> None:
    assert span(seconds) == said
