"""What `/metrics` tells of the situation: each figure's name, meaning, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf

from hotline.operations.monitoring.situation import DATABASE, REDIS, Situation

Sample = tuple[Sequence[str], float]
"""The labels' values, and the figure's own."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge. `needs`: parts without which it is left out, rather than told as 0."""

    name: str
    means: str
    read: Callable[[Situation], Iterable[Sample]]
    needs: frozenset[str]
    labels: Sequence[str] = ()


def _one(needs: str, name: str, means: str, read: Callable[[Situation], float | None]) -> Figure:
    """A figure without labels; None: it does not exist now."""

    def samples(seen: Situation) -> Iterable[Sample]:
        value = read(seen)
        return [] if value is None else [((), float(value))]

    return Figure(name, means, samples, frozenset({needs}))


def _many(
    needs: str, name: str, means: str, label: str, read: Callable[[Situation], dict[str, float]]
) -> Figure:
    """A figure with one label."""
    return Figure(
        name,
        means,
        lambda seen: [((key,), value) for key, value in read(seen).items()],
        frozenset({needs}),
        (label,),
    )


UP = Figure(
    "hotline_up",
    "1 where the part answers, else 0.",
    lambda seen: [((part,), float(part not in seen.silent)) for part in (DATABASE, REDIS)],
    frozenset(),
    ("part",),
)

LINE = (
    _many(
        REDIS,
        "hotline_calls_on_line",
        "Calls that are up, by who is on the line.",
        "who",
        lambda seen: {
            "chairs": seen.on_line - seen.strangers_on_line - seen.public_on_line,
            "strangers": seen.strangers_on_line,
            "public": seen.public_on_line,
        },
    ),
    Figure(
        "hotline_capacity_calls",
        "Calls for which the line is made.",
        lambda seen: [((), seen.capacity)],
        frozenset(),
    ),
    _one(
        REDIS,
        "hotline_guessing_alarm",
        "1 while PINs are guessed all over the line.",
        lambda seen: seen.alarm is not None,
    ),
    _one(
        REDIS,
        "hotline_units_locked",
        "Precincts whose PIN works from their own phones only.",
        lambda seen: len(seen.locked_units),
    ),
    _one(
        DATABASE,
        "hotline_chairs_turned_away",
        "Chairs' calls turned away in 15 minutes.",
        lambda seen: len(seen.chairs_turned_away),
    ),
    _one(
        REDIS,
        "hotline_wrong_pins_last_hour",
        "Wrong PINs in the last 60 minutes.",
        lambda seen: sum(minute.wrong_pins for minute in seen.minutes),
    ),
)

DESK = (
    _many(
        REDIS,
        "hotline_waiting_callers",
        "Callers who wait for a person.",
        "who",
        lambda seen: {
            "chairs": seen.chairs_waiting,
            "others": seen.waiting - seen.chairs_waiting,
        },
    ),
    _one(
        REDIS,
        "hotline_longest_wait_seconds",
        "How long the first of them has waited.",
        lambda seen: seen.longest_wait,
    ),
    _one(
        REDIS,
        "hotline_chairs_longest_wait_seconds",
        "The same, of chairs.",
        lambda seen: seen.chairs_longest_wait,
    ),
    _one(
        REDIS,
        "hotline_callbacks_waiting",
        "People who are to be called back.",
        lambda seen: seen.callbacks,
    ),
    _one(
        REDIS,
        "hotline_callback_overdue_seconds",
        "Since when the first callback is due.",
        lambda seen: seen.callback_overdue,
    ),
    _one(
        REDIS,
        "hotline_staff_ready",
        "Staff who may be given a caller now.",
        lambda seen: seen.staff_ready,
    ),
    _one(
        REDIS,
        "hotline_staff_on_shift",
        "Staff whose telephone is connected.",
        lambda seen: seen.staff_on_shift,
    ),
)

RESULTS = (
    _many(
        DATABASE,
        "hotline_units",
        "Precincts by where they stand; together all precincts.",
        "state",
        lambda seen: {
            "outstanding": seen.units.outstanding,
            "held": seen.units.held,
            "counted": seen.units.counted,
        },
    ),
    _one(
        DATABASE,
        "hotline_units_contested",
        "Counted precincts that are contested.",
        lambda seen: seen.units.contested,
    ),
    _one(
        DATABASE,
        "hotline_units_verified",
        "Counted precincts that are verified.",
        lambda seen: seen.units.verified,
    ),
    _one(
        DATABASE,
        "hotline_reports_filed_last_hour",
        "Reports filed in the last 60 minutes.",
        lambda seen: sum(minute.filed for minute in seen.minutes),
    ),
    _one(
        DATABASE,
        "hotline_outbox_reports",
        "Reports that are filed and not added up yet.",
        lambda seen: seen.outbox.waiting,
    ),
    _one(
        DATABASE,
        "hotline_outbox_oldest_seconds",
        "How long the first of them has waited.",
        lambda seen: seen.outbox.oldest or 0,
    ),
    _one(
        DATABASE,
        "hotline_publication_number",
        "Number of the publication that stands.",
        lambda seen: seen.publication.number,
    ),
    _one(
        DATABASE,
        "hotline_publication_age_seconds",
        "Age of the publication that stands.",
        lambda seen: (
            (seen.at - seen.publication.at).total_seconds() if seen.publication.at else None
        ),
    ),
    _one(
        DATABASE,
        "hotline_publication_refused",
        "1 while results do not agree and stay as is.",
        lambda seen: seen.publication.refused_since is not None and not seen.publication.paused,
    ),
    _one(
        DATABASE,
        "hotline_publication_paused",
        "1 while somebody has paused publishing.",
        lambda seen: seen.publication.paused is not None,
    ),
    _one(
        DATABASE,
        "hotline_estimated_cost",
        "Estimated bill so far, in the settings' currency.",
        lambda seen: seen.bill / 1_000_000,
    ),
)

WORK = (
    _many(
        REDIS,
        "hotline_queue_jobs",
        "Jobs that wait.",
        "queue",
        lambda seen: {name: queue.waiting for name, queue in seen.queues.items()},
    ),
    _many(
        REDIS,
        "hotline_queue_oldest_seconds",
        "How long the first job has waited.",
        "queue",
        lambda seen: {name: queue.oldest or 0 for name, queue in seen.queues.items()},
    ),
    _many(
        REDIS,
        "hotline_queue_failed_jobs",
        "Jobs that were given up.",
        "queue",
        lambda seen: {name: queue.failed for name, queue in seen.queues.items()},
    ),
    _many(
        REDIS,
        "hotline_worker_silence_seconds",
        "Since the last sign of life of a worker; infinite where there is none.",
        "queue",
        lambda seen: {
            name: inf if silence is None else silence for name, silence in seen.workers.items()
        },
    ),
    _one(
        REDIS,
        "hotline_events_waiting",
        "Events of calls on their way into the records.",
        lambda seen: seen.events_waiting,
    ),
    _one(
        REDIS,
        "hotline_sweep_age_seconds",
        "Since the last sweep; infinite without one.",
        lambda seen: inf if seen.swept is None else (seen.at - seen.swept).total_seconds(),
    ),
    _one(
        REDIS,
        "hotline_carrier_failing",
        "1 where the last request to the carrier failed.",
        lambda seen: seen.carrier.is_failing,
    ),
)

FIGURES: Sequence[Figure] = (UP, *LINE, *DESK, *RESULTS, *WORK)
"""All of them."""
