"""What is wrong, said in words: the rules alone, without any part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.guard.limits import ALERTS, BY_NAME, LIMITS
from hotline.operations.monitoring.rules import TEXTS, WATCHED, AlertRule, problems, unknown
from hotline.operations.monitoring.situation import (
    DATABASE,
    REDIS,
    Outbox,
    Publishing,
    QueueState,
    Situation,
    TurnedAway,
    WebhookTimes,
)

AT = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)
USUAL = {limit.name: limit.default or 60 for limit in LIMITS}
RUNBOOK = Path(__file__).parents[3] / "docs" / "runbook.md"


def said(**seen: object) -> list[tuple[AlertRule, str]]:
    given = {"at": AT, "capacity": 250, **seen}
    return [(one.rule, one.said) for one in problems(Situation(**given), USUAL)]  # type: ignore[arg-type]


def away(reason: str, last_four: str = "0142") -> TurnedAway:
    return TurnedAway("CA1", AT, last_four, "roster", reason)


def test_nothing_is_wrong_with_an_idle_line() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (
            {"chairs_longest_wait": 250, "waiting": 11, "staff_ready": 3},
            "Chairs wait 4 min: 3 staff ready, 11 waiting",
        ),
        (
            {"chairs_longest_wait": 7_500, "waiting": 1},
            "Chairs wait 2 h 5 min: nobody is ready, 1 waiting",
        ),
        (
            {"chairs_turned_away": [away("block"), away("block")]},
            "A chair's telephone, …0142, is turned away 2 times in 15 minutes: blocked",
        ),
        ({"alarm": 5.0}, "PINs are being guessed all over the line"),
        (
            {"alarm": 5.0, "locked_units": frozenset({"1"})},
            "PINs are being guessed all over the line; 1 precinct is locked",
        ),
        (
            {"publication": Publishing(7, AT, AT - timedelta(minutes=2), "sums differ")},
            "Results are not published for 2 min, number 7 stands: sums differ",
        ),
        (
            {"queues": {"messages": QueueState(3, 1.0, 0, 95.0)}},
            "No worker for messages: 3 jobs wait",
        ),
        ({"outbox": Outbox(1, 70)}, "1 report waits to be added up, the first for 1 min"),
        (
            {"webhooks": WebhookTimes(40, 2)},
            "2 of the last 40 requests of the telephone network failed",
        ),
        (
            {"on_line": 225, "strangers_on_line": 100},
            "225 of 250 calls are up, 100 of them unknown callers'",
        ),
        ({"queues": {"messages": QueueState(0, None, 2, 1.0)}}, "2 jobs failed in messages"),
        (
            {"callbacks": 2, "callback_overdue": 900.0},
            "2 callbacks wait, the first for 15 min",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(seen: dict[str, object], words: str) -> None:
    assert [text for _, text in said(**seen)] == [words]


@pytest.mark.parametrize(
    "seen",
    [
        {"chairs_longest_wait": 239},
        {"longest_wait": 4_000, "waiting": 3},  # strangers
        {"on_line": 224},
        {"webhooks": WebhookTimes(19, 19)},
        {"webhooks": WebhookTimes(100, 4)},
        {"publication": Publishing(7, AT, AT - timedelta(seconds=29), "sums differ")},
        {"publication": Publishing(7, AT, AT - timedelta(hours=1), "paused", "a correction")},
        {"outbox": Outbox(9, 59)},
        {"callbacks": 1, "callback_overdue": 899},
        {"queues": {"messages": QueueState(9, 5.0, 0, 89.0)}},
    ],
)
def test_below_the_threshold_all_is_well(seen: dict[str, object]) -> None:
    assert said(**seen) == []


def test_two_chairs_are_two_problems() -> None:
    found = said(chairs_turned_away=[away("block"), away("room", "0143")])
    assert len(found) == 2


@given(st.sets(st.sampled_from([DATABASE, REDIS])))
def test_nothing_is_said_of_what_a_silent_part_would_have_to_tell(silent: set[str]) -> None:
    seen = Situation(AT, frozenset(silent), capacity=0)
    found = {one.rule for one in problems(seen, USUAL)}
    assert not found & unknown(seen)
    assert (AlertRule.DATABASE_SILENT in found) == (DATABASE in silent)
    assert (AlertRule.REDIS_SILENT in found) == (REDIS in silent)


@given(st.integers(1, 10_000), st.integers(0, 20_000), st.integers(10, 100))
def test_capacity_is_told_from_its_share_on(capacity: int, on_line: int, percent: int) -> None:
    thresholds = {**USUAL, "alert_capacity_percent": percent}
    found = problems(Situation(AT, capacity=capacity, on_line=on_line), thresholds)
    assert bool(found) == (on_line / capacity >= percent / 100)


def test_every_rule_has_its_words_and_its_limit() -> None:
    assert {*TEXTS} == {*AlertRule}
    assert {*WATCHED} == {*AlertRule} - {AlertRule.TEST}
    limits = {text.limit for text in TEXTS.values() if text.limit}
    assert limits <= {*BY_NAME}
    assert {one.name for one in LIMITS if one.group == ALERTS} <= limits


def test_the_runbook_has_every_alert() -> None:
    page = RUNBOOK.read_text(encoding="utf-8")
    for rule in WATCHED:
        text = TEXTS[rule]
        assert f"| {text.title} | {text.means} | {text.do} |" in page
