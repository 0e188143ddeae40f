"""What a night takes: lines, processes, people and money, and who waits with fewer people. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from hotline.capacity.curves import ArrivalCurve
from hotline.capacity.queueing import Waits, lines_needed, most_at_once, people_needed, waits

BUSY = 0.001
"""The share of calls in the busiest minutes that may find all lines in use."""
REQUESTS_OF_A_CALL = 20
"""Webhooks of one report, as `hotline rehearse` counts them over Iowa 2020."""
REQUESTS_A_SECOND = 100
"""What one process answers on one core with room to spare: half of what a rehearsal measures."""
FEWEST_PROCESSES = 2
"""One may die."""
TEXTS_OF_A_REPORT = 1
"""Its receipt."""
IN_2020 = (6.0, 12.0)
"""Minutes of a call with a person who takes a report down: it took six to twenty (call.md)."""
PHONES_OF_2020 = 45
"""What Iowa's party had, by its own count (lessons.md)."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`calls`: reports to come in, one a call. Minutes are those of a call.

    `to_people`: the share of calls that need a person as well. `patience`: for how many minutes
    one may wait for a person at the worst moment. Prices are of a minute, of a text, and
    of an hour of a person's work.
    """

    calls: int
    curve: ArrivalCurve
    keypad_minutes: float = 1.8
    to_people: float = 0.13
    people_minutes: float = 6.0
    patience: float = 1.0
    phones: int = PHONES_OF_2020
    price_voice: float = 0.0
    price_dial: float = 0.0
    price_text: float = 0.0
    wage: float = 0.0


@dataclass(frozen=True, slots=True)
class Staffing:
    """So many people who take calls of so many minutes, and what callers wait for them."""

    people: int
    minutes: float
    waits: Waits


@dataclass(frozen=True, slots=True)
class NightPlan:
    """What `assumed` takes.

    `at_once`: calls up together at the busiest moment, on average; `lines`: as many as all but one
    call in a thousand find free then. `staff` answers those who need a person; `fewer`: what
    follows from fewer than that. `by_people`: all reports taken down by `phones` people, without a
    keypad, and `instead`: how many it would take for the same patience.
    """

    assumed: Assumptions
    busiest_minute: float
    at_once: float
    lines: int
    requests_a_second: float
    processes: int
    staff: Staffing
    fewer: tuple[Staffing, ...]
    by_people: tuple[Staffing, ...]
    instead: tuple[Staffing, ...]
    carrier: float
    wages: float
    minutes: int


def plan_night(assumed: Assumptions) -> NightPlan:
    calls = assumed.curve.calls(assumed.calls)
    busiest = max(calls)
    load = most_at_once(calls, assumed.keypad_minutes)
    requests = busiest * REQUESTS_OF_A_CALL / 60
    asked_for = assumed.curve.calls(assumed.calls * assumed.to_people)
    enough = people_needed(asked_for, assumed.people_minutes, assumed.patience)
    staff = _staffed(asked_for, assumed.people_minutes, enough)
    charged = assumed.calls * ceil(assumed.keypad_minutes)
    with_people = ceil(assumed.calls * assumed.to_people) * ceil(assumed.people_minutes)
    hours = max(len(calls), staff.waits.over + assumed.people_minutes) / 60
    return NightPlan(
        assumed=assumed,
        busiest_minute=busiest,
        at_once=load,
        lines=lines_needed(load, BUSY),
        requests_a_second=requests,
        processes=max(FEWEST_PROCESSES, ceil(requests / REQUESTS_A_SECOND)),
        staff=staff,
        fewer=tuple(_staffed(asked_for, assumed.people_minutes, n) for n in _fewer(enough)),
        by_people=tuple(_staffed(calls, minutes, assumed.phones) for minutes in IN_2020),
        instead=tuple(
            _staffed(calls, minutes, people_needed(calls, minutes, assumed.patience))
            for minutes in IN_2020
        ),
        carrier=(charged + with_people) * assumed.price_voice
        + with_people * assumed.price_dial
        + assumed.calls * TEXTS_OF_A_REPORT * assumed.price_text,
        wages=enough * hours * assumed.wage,
        minutes=charged + with_people,
    )


def _staffed(calls: tuple[float, ...], minutes: float, people: int) -> Staffing:
    return Staffing(people, minutes, waits(calls, minutes, people))


def _fewer(enough: int) -> Iterable[int]:
    """Three quarters, half and a quarter of them."""
    return sorted({max(1, enough * part // 4) for part in (1, 2, 3)} - {enough}, reverse=True)
