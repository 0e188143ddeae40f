"""The estimated bill, with the front door and without."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.operations.admission.costs import Bill, begun_minutes, bill, minutes_of
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from tests.conftest import Clock
from tests.operations.lives import arrive, end, text, to_person, turned_away, verify

VOICE, DIAL, TEXT = 8_500, 14_000, 8_300  # the prices of the settings, in millionths


def recorded_bill(parts: AppContext) -> Bill:
    ingest_events(parts)
    return bill(parts)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(-5, 0), (0, 0), (1, 1), (60, 1), (61, 2), (3600, 60)]
)
def test_begun_minutes_count_whole(seconds: int, minutes: int) -> None:
    assert begun_minutes(seconds) == minutes


@pytest.mark.parametrize(
    ("answered", "ended_as", "seconds", "minutes"),
    [
        (True, "completed", 61, 2),
        (True, "completed", None, 1),
        (True, None, None, 1),
        (True, "no-answer", None, 0),
        (True, "canceled", None, 0),
        (False, "busy", None, 0),
        (False, "completed", 61, 0),
    ],
)
def test_minutes_of_a_call(
    answered: bool, ended_as: str | None, seconds: int | None, minutes: int
) -> None:
    assert minutes_of(answered, ended_as, seconds) == minutes


def test_of_nothing_nothing_is_asked(parts: AppContext) -> None:
    assert bill(parts) == Bill(0, 0, 0, 0, 0, 0)


def test_it_is_the_sum_of_what_was_charged(parts: AppContext) -> None:
    arrive(parts, "CA1", standing="roster", verdict="fast-lane")
    end(parts, "CA1", seconds=130)
    arrive(parts, "CA2")
    to_person(parts, "CA2", after=30)
    end(parts, "CA2", seconds=45, after=45)
    text(parts, "SM1", answered=True)
    text(parts, "SM2", answered=False)

    charge = 4 * VOICE + DIAL + 3 * TEXT
    assert recorded_bill(parts) == Bill(2, 0, 2, 4, charge, charge)


def test_a_call_that_never_ended_counts_the_minute_it_began(parts: AppContext) -> None:
    arrive(parts, "CA1")

    assert recorded_bill(parts) == Bill(1, 0, 0, 1, VOICE, VOICE)


def test_without_the_front_door_everybody_would_have_stayed_as_strangers_do(
    parts: AppContext,
) -> None:
    for number, seconds in enumerate((10, 20, 70, 80)):  # 1, 1, 2 and 2 minutes
        arrive(parts, f"CA{number}")
        end(parts, f"CA{number}", seconds=seconds)
    for number in range(5):
        turned_away(parts, f"CB{number}")
    assert recorded_bill(parts) == Bill(4, 5, 0, 6, 6 * VOICE, (6 * 2 + 15) * VOICE // 2)


def test_chairs_say_nothing_of_how_long_strangers_stay(parts: AppContext) -> None:
    arrive(parts, "CA1")
    end(parts, "CA1", seconds=10)
    arrive(parts, "CA2", standing="roster", verdict="fast-lane")
    end(parts, "CA2", seconds=600)
    arrive(parts, "CA3", standing="verified", verdict="fast-lane")
    end(parts, "CA3", seconds=600)
    arrive(parts, "CA4")
    verify(parts, "CA4")
    end(parts, "CA4", seconds=600)
    turned_away(parts, "CB1")

    found = recorded_bill(parts)

    assert found.without_front_door == found.charge + VOICE


def test_where_no_stranger_was_answered_each_would_have_taken_all_its_time(
    parts: AppContext,
) -> None:
    turned_away(parts, "CB1")
    turned_away(parts, "CB2")

    assert recorded_bill(parts) == Bill(0, 2, 0, 0, 0, 2 * 2 * VOICE)  # 90 s are two minutes


def test_it_can_begin_at_a_time(parts: AppContext, clock: Clock) -> None:
    arrive(parts, "CA1")
    end(parts, "CA1", seconds=10)
    ingest_events(parts)
    began = clock() + timedelta(seconds=1)
    clock.advance(1)
    arrive(parts, "CA2")
    end(parts, "CA2", seconds=70)
    ingest_events(parts)

    assert bill(parts, began) == Bill(1, 0, 0, 2, 2 * VOICE, 2 * VOICE)
    assert bill(parts).answered == 2
