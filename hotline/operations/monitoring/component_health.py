"""How each part of the system does, in a word and a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from hotline.moments import minute_of
from hotline.operations.monitoring.situation import DATABASE, REDIS, QueueState, Situation
from hotline.operations.monitoring.spans import span
from hotline.store.queues import QueueName

QUEUES: Mapping[str, str] = {
    QueueName.TABULATION: "Worker: adding up",
    QueueName.PUBLICATION: "Worker: publishing",
    QueueName.MESSAGES: "Worker: messages",
    QueueName.UPKEEP: "Worker: records and sweeps",
}
"""What works on each queue."""

LATELY = 60  # seconds; jobs and events that wait less are on their way


class Condition(StrEnum):
    """How a part does."""

    WORKS = "works"
    WRONG = "wrong"
    UNKNOWN = "not known"  # whatever would tell does not answer, or nobody has asked lately


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the system. `failed`: jobs of its queue that were given up."""

    name: str
    condition: Condition
    said: str
    failed: int = 0


def machinery(seen: Situation, thresholds: Mapping[str, int], zone: tzinfo) -> list[Part]:
    """Database, Redis, a line for each queue, the records, the carrier, and publishing."""
    return [
        _answers("Database", seen, DATABASE),
        _answers("Redis", seen, REDIS),
        *_queues(seen, thresholds["alert_worker_seconds"]),
        _carrier(seen, zone),
        _publishing(seen, zone),
    ]


def _answers(name: str, seen: Situation, part: str) -> Part:
    if part in seen.silent:
        how = "takes no writes" if part in seen.no_writes else "does not answer"
        return Part(name, Condition.WRONG, how)
    return Part(name, Condition.WORKS, "answers")


def _queues(seen: Situation, patience: int) -> Iterator[Part]:
    for queue, name in QUEUES.items():
        state = seen.queues.get(queue)
        if state is None:
            yield Part(name, Condition.UNKNOWN, "Redis does not answer")
            continue
        alive = state.worker is not None and state.worker < patience
        said = [_of_worker(state, alive), *_of_jobs(state)]
        if queue == QueueName.UPKEEP and seen.events_waiting:
            said.append(f"{_many(seen.events_waiting, 'event')} of calls on the way to the records")
        condition = Condition.WORKS if alive and not state.failed else Condition.WRONG
        yield Part(name, condition, "; ".join(said), state.failed)


def _of_worker(state: QueueState, alive: bool) -> str:
    if alive:
        return "is alive"
    return "none" if state.worker is None else f"silent for {span(state.worker)}"


def _of_jobs(state: QueueState) -> Iterator[str]:
    if state.waiting:
        since = f", the first for {span(state.oldest)}" if (state.oldest or 0) >= LATELY else ""
        yield f"{_many(state.waiting, 'job')} waiting{since}"
    if state.failed:
        yield f"{_many(state.failed, 'job')} failed"


def _carrier(seen: Situation, zone: tzinfo) -> Part:
    name, it = "Carrier (REST)", seen.carrier
    if REDIS in seen.silent:
        return Part(name, Condition.UNKNOWN, "Redis does not answer")
    if it.is_failing:
        return Part(name, Condition.WRONG, f"failed at {_clock(it.failed_at, zone)}: {it.why}")
    if it.succeeded_at is None:
        return Part(name, Condition.UNKNOWN, "nothing was asked of it in a day")
    return Part(name, Condition.WORKS, f"answered at {_clock(it.succeeded_at, zone)}")


def _publishing(seen: Situation, zone: tzinfo) -> Part:
    name, it = "Publication", seen.publication
    if DATABASE in seen.silent:
        return Part(name, Condition.UNKNOWN, "the database does not answer")
    stands = "nothing is published yet"
    if it.number is not None:
        stands = f"number {it.number} of {_clock(it.at, zone)} stands"
    if it.paused is not None:
        return Part(name, Condition.WRONG, f"paused: {it.paused}; {stands}")
    if it.refused_since is not None:
        since = _clock(it.refused_since, zone)
        return Part(name, Condition.WRONG, f"refused since {since}: {it.refused_reason}; {stands}")
    return Part(name, Condition.WORKS, stands)


def _clock(at: datetime | None, zone: tzinfo) -> str:
    return minute_of(at, zone) if at else ""


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
