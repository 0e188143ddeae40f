"""What is watched for, in words, and what is wrong with the line at a moment. Pure.

A rule is all here: its name, its words for people, and the look that finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.operations.host_health import DATABASE, REDIS
from hotline.operations.monitoring.situation import Situation
from hotline.operations.monitoring.spans import span
from hotline.operations.monitoring.tables import REASONS

ENOUGH_REQUESTS = 20  # webhooks in the last minutes, below which their share of errors says nothing
PARTS = {DATABASE: "the database", REDIS: "Redis"}
Thresholds = Mapping[str, int]
"""Limits by name (guard/limits.py, group "alerts")."""


class AlertRule(StrEnum):
    """What is watched for."""

    CHAIRS_WAIT = "chairs-wait"
    CHAIR_TURNED_AWAY = "chair-turned-away"
    GUESSING = "guessing"
    CAPACITY = "capacity"
    ERRORS = "errors"
    CALLBACK_OVERDUE = "callback-overdue"
    WORKER_SILENT = "worker-silent"
    NOT_TABULATED = "not-tabulated"
    FAILED_JOBS = "failed-jobs"
    PUBLICATION_REFUSED = "publication-refused"
    DATABASE_SILENT = "database-silent"
    REDIS_SILENT = "redis-silent"
    HOST_CUT_OFF = "host-cut-off"
    TEST = "test"  # somebody tries whether alerts arrive


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule for people: its title, what it means, and what to do. `limit`: its threshold."""

    title: str
    means: str
    do: str
    limit: str | None = None
    needs: frozenset[str] = frozenset()  # parts without which nothing can be said


TEXTS: Mapping[AlertRule, RuleText] = {
    AlertRule.CHAIRS_WAIT: RuleText(
        "Chairs wait for a person",
        "A chair has waited too long for somebody at the desk.",
        "Have more staff begin a shift, or those who are away say that they are ready.",
        "alert_chairs_wait_minutes",
        frozenset({REDIS}),
    ),
    AlertRule.CHAIR_TURNED_AWAY: RuleText(
        "A chair is turned away",
        "A telephone on the roster, or one from which a PIN was proved, does not get through.",
        "Look among the calls for the reason; lift the block, or turn the switch off.",
        "alert_chairs_turned_away",
        frozenset({DATABASE}),
    ),
    AlertRule.GUESSING: RuleText(
        "PINs are being guessed",
        "There are more wrong PINs on the whole line than chairs make by mistake.",
        "Chairs on their own telephones are not affected; others need a code as well. Block the "
        "numbers that guess; if it goes on, let only telephones on the roster through.",
        "line_guesses",
        frozenset({REDIS}),
    ),
    AlertRule.CAPACITY: RuleText(
        "The line is nearly full",
        "Nearly as many calls are up as the line is made for.",
        "Unknown callers are turned away first. If they fill the line, block them or let only "
        "telephones on the roster through; if chairs do, raise the capacity with the carrier.",
        "alert_capacity_percent",
        frozenset({REDIS}),
    ),
    AlertRule.ERRORS: RuleText(
        "Calls fail",
        "Requests of the telephone network end in an error or an apology.",
        "Look at the web server's log, and whether database and Redis answer.",
        "alert_errors_percent",
        frozenset({REDIS}),
    ),
    AlertRule.CALLBACK_OVERDUE: RuleText(
        "A callback is overdue",
        "Somebody who was promised a call has not been called.",
        "Have more staff say that they are ready; an unknown caller's callback needs a "
        "supervisor's agreement.",
        "alert_callback_minutes",
        frozenset({REDIS}),
    ),
    AlertRule.WORKER_SILENT: RuleText(
        "No worker",
        "Nobody works on a queue: its jobs wait.",
        "Start it again; the Procfile has the command for each queue. Nothing is lost meanwhile.",
        "alert_worker_seconds",
        frozenset({REDIS}),
    ),
    AlertRule.NOT_TABULATED: RuleText(
        "Reports wait to be added up",
        "A report is filed and safe, and is not in the totals yet.",
        "Look whether the worker for tabulation runs, and at its log.",
        "alert_tabulation_seconds",
        frozenset({DATABASE}),
    ),
    AlertRule.FAILED_JOBS: RuleText(
        "Jobs failed",
        "Jobs were given up after their last attempt.",
        "The overview lists them, with the reason; queue them again once it is mended.",
        "alert_failed_jobs",
        frozenset({REDIS}),
    ),
    AlertRule.PUBLICATION_REFUSED: RuleText(
        "Results are not published",
        "The totals do not agree with a recount of the ledger, so the last publication stands.",
        "Publish nothing by hand. The runbook says how to find out what differs.",
        "alert_refused_seconds",
        frozenset({DATABASE}),
    ),
    AlertRule.DATABASE_SILENT: RuleText(
        "The database does not answer",
        "No PIN can be checked and no report filed; callers hear to call again, and drafts stay.",
        "Bring the database back, or the network to it; where it takes no writes, its disk is full "
        "or another server is the primary. Nothing that was filed is lost.",
    ),
    AlertRule.REDIS_SILENT: RuleText(
        "Redis does not answer",
        "Everybody is let in, and calls break off; desk, queue and workers stand still.",
        "Bring Redis back, or the network to it; where it takes no writes, it is full or another "
        "server is the primary. Results are still served.",
    ),
    AlertRule.HOST_CUT_OFF: RuleText(
        "A host cannot do its work",
        "A machine that answers calls does not reach the database or Redis, and others do.",
        "Calls go to the other hosts meanwhile. Mend its network, or take it out of the proxy.",
    ),
    AlertRule.TEST: RuleText(
        "A test",
        "Somebody tries whether alerts arrive.",
        "Nothing needs to be done.",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong now. `subject`: a queue, a telephone's last digits, or ''.

    `wait`: it may pass by itself, and is an incident once it has been seen for so many seconds.
    """

    rule: AlertRule
    subject: str
    said: str  # what is wrong, a sentence without its stop
    do: str  # what to do about it, in sentences
    wait: int = 0


def problems(seen: Situation, thresholds: Thresholds) -> list[Problem]:
    """Everything that is wrong, what hurts most first."""
    return [
        Problem(rule, subject, said, TEXTS[rule].do, *wait)
        for rule, look in _LOOKS.items()
        if rule not in unknown(seen)
        for subject, said, *wait in look(seen, thresholds)
    ]


def unknown(seen: Situation) -> frozenset[AlertRule]:
    """Rules of which nothing can be said, as a part that they need does not answer."""
    return frozenset(rule for rule, text in TEXTS.items() if text.needs & seen.silent)


Found = Iterator[tuple[str, str] | tuple[str, str, int]]  # subject, what is said, and `wait`


def _database(seen: Situation, _: Thresholds) -> Found:
    if DATABASE in seen.silent:
        yield "", f"The database {_how(seen, DATABASE)}"


def _redis(seen: Situation, _: Thresholds) -> Found:
    if REDIS in seen.silent:
        yield "", f"Redis {_how(seen, REDIS)}"


def _how(seen: Situation, part: str) -> str:
    return "takes no writes" if part in seen.no_writes else "does not answer"


def _hosts(seen: Situation, _: Thresholds) -> Found:
    """What nobody reaches is the fault of no host."""
    for state in seen.hosts:
        wrong = {DATABASE: state.database, REDIS: state.redis}
        said = [f"{PARTS[part]} {wrong[part]}" for part in PARTS if wrong[part]]
        if any(wrong[part] and part not in seen.silent for part in PARTS):
            yield state.host, f"{state.host}: {', '.join(said)}"


def _chairs_turned_away(seen: Situation, thresholds: Thresholds) -> Found:
    by_phone: dict[str, list[str]] = {}
    for one in seen.chairs_turned_away:
        by_phone.setdefault(one.last_four, []).append(one.reason)
    for last_four, reasons in by_phone.items():
        if len(reasons) >= thresholds["alert_chairs_turned_away"]:
            often = "" if len(reasons) == 1 else f" {len(reasons)} times in 15 minutes"
            why = REASONS.get(reasons[0], reasons[0]).lower()
            yield last_four, f"A chair's telephone, …{last_four}, is turned away{often}: {why}"


def _chairs_wait(seen: Situation, thresholds: Thresholds) -> Found:
    if seen.chairs_longest_wait >= 60 * thresholds["alert_chairs_wait_minutes"]:
        ready = f"{seen.staff_ready} staff ready" if seen.staff_ready else "nobody is ready"
        wait = span(seen.chairs_longest_wait)
        yield "", f"Chairs wait {wait}: {ready}, {seen.waiting} waiting"


def _guessing(seen: Situation, _: Thresholds) -> Found:
    if seen.alarm is not None:
        locked = len(seen.locked_units)
        besides = (
            f"; {locked} {_many(locked, 'precinct is', 'precincts are')} locked" if locked else ""
        )
        yield "", f"PINs are being guessed all over the line{besides}"


def _publication(seen: Situation, thresholds: Thresholds) -> Found:
    it = seen.publication
    if it.refused_since is None or it.paused is not None:
        return
    since = (seen.at - it.refused_since).total_seconds()
    if since >= thresholds["alert_refused_seconds"]:
        stands = f"number {it.number} stands" if it.number else "nothing is published yet"
        yield "", f"Results are not published for {span(since)}, {stands}: {it.refused_reason}"


def _workers(seen: Situation, thresholds: Thresholds) -> Found:
    """Nobody knows how long there has been no worker, where there is none: one that is started
    anew is away for a moment."""
    longest = thresholds["alert_worker_seconds"]
    for name, queue in seen.queues.items():
        if queue.worker is None or queue.worker >= longest:
            waiting = f": {queue.waiting} {_many(queue.waiting, 'job waits', 'jobs wait')}"
            said = f"No worker for {name}{waiting if queue.waiting else ''}"
            yield name, said, longest if queue.worker is None else 0


def _not_tabulated(seen: Situation, thresholds: Thresholds) -> Found:
    oldest, waiting = seen.outbox.oldest, seen.outbox.waiting
    if oldest is not None and oldest >= thresholds["alert_tabulation_seconds"]:
        wait = _many(waiting, "report waits", "reports wait")
        yield "", f"{waiting} {wait} to be added up, the first for {span(oldest)}"


def _errors(seen: Situation, thresholds: Thresholds) -> Found:
    webhooks = seen.webhooks
    percent = 100 * webhooks.error_share
    if webhooks.requests >= ENOUGH_REQUESTS and percent >= thresholds["alert_errors_percent"]:
        failed = f"{webhooks.errors} of the last {webhooks.requests} requests"
        yield "", f"{failed} of the telephone network failed"


def _capacity(seen: Situation, thresholds: Thresholds) -> Found:
    if 100 * seen.on_line >= seen.capacity * thresholds["alert_capacity_percent"]:
        strangers = seen.strangers_on_line + seen.public_on_line
        yield (
            "",
            f"{seen.on_line} of {seen.capacity} calls are up, {strangers} of them unknown callers'",
        )


def _failed_jobs(seen: Situation, thresholds: Thresholds) -> Found:
    for name, queue in seen.queues.items():
        if queue.failed >= thresholds["alert_failed_jobs"]:
            yield name, f"{queue.failed} {_many(queue.failed, 'job', 'jobs')} failed in {name}"


def _callbacks(seen: Situation, thresholds: Thresholds) -> Found:
    if seen.callback_overdue >= 60 * thresholds["alert_callback_minutes"]:
        wait = _many(seen.callbacks, "callback waits", "callbacks wait")
        yield "", f"{seen.callbacks} {wait}, the first for {span(seen.callback_overdue)}"


_LOOKS: Mapping[AlertRule, Callable[[Situation, Thresholds], Found]] = {
    AlertRule.DATABASE_SILENT: _database,
    AlertRule.REDIS_SILENT: _redis,
    AlertRule.HOST_CUT_OFF: _hosts,
    AlertRule.CHAIR_TURNED_AWAY: _chairs_turned_away,
    AlertRule.CHAIRS_WAIT: _chairs_wait,
    AlertRule.GUESSING: _guessing,
    AlertRule.PUBLICATION_REFUSED: _publication,
    AlertRule.WORKER_SILENT: _workers,
    AlertRule.NOT_TABULATED: _not_tabulated,
    AlertRule.ERRORS: _errors,
    AlertRule.CAPACITY: _capacity,
    AlertRule.FAILED_JOBS: _failed_jobs,
    AlertRule.CALLBACK_OVERDUE: _callbacks,
}

WATCHED: Sequence[AlertRule] = tuple(_LOOKS)
"""All rules but the test, in the order in which they are said."""


def _many(count: int, one: str, more: str) -> str:
    return one if count == 1 else more
