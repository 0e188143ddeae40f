"""What is watched for: each rule's name, what it means, and what to do. For pages and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.operations.monitoring.situation import DATABASE, REDIS


class Rule(StrEnum):
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
    TEST = "test"  # somebody tries whether alerts arrive


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule for people: its title, what it means, and what to do. `limit`: its threshold."""

    title: str
    means: str
    do: str
    limit: str | None = None
    needs: frozenset[str] = frozenset()  # parts without which nothing can be said


TEXTS: Mapping[Rule, RuleText] = {
    Rule.CHAIRS_WAIT: RuleText(
        "Chairs wait for a person",
        "A chair has waited too long for somebody at the desk.",
        "Have more staff begin a shift, or those who are away say that they are ready.",
        "alert_chairs_wait_minutes",
        frozenset({REDIS}),
    ),
    Rule.CHAIR_TURNED_AWAY: RuleText(
        "A chair is turned away",
        "A telephone on the roster, or one from which a PIN was proved, does not get through.",
        "Look among the calls for the reason; lift the block, or turn the switch off.",
        "alert_chairs_turned_away",
        frozenset({DATABASE}),
    ),
    Rule.GUESSING: RuleText(
        "PINs are being guessed",
        "There are more wrong PINs on the whole line than chairs make by mistake.",
        "Chairs on their own telephones are not affected; others need a code as well. Block the "
        "numbers that guess; if it goes on, let only telephones on the roster through.",
        "line_guesses",
        frozenset({REDIS}),
    ),
    Rule.CAPACITY: RuleText(
        "The line is nearly full",
        "Nearly as many calls are up as the line is made for.",
        "Strangers are turned away first. If they fill the line, block them or let only telephones "
        "on the roster through; if chairs do, raise the capacity with the carrier.",
        "alert_capacity_percent",
        frozenset({REDIS}),
    ),
    Rule.ERRORS: RuleText(
        "Calls fail",
        "Requests of the telephone network end in an error or an apology.",
        "Look at the web server's log, and whether database and Redis answer.",
        "alert_errors_percent",
        frozenset({REDIS}),
    ),
    Rule.CALLBACK_OVERDUE: RuleText(
        "A callback is overdue",
        "Somebody who was promised a call has not been called.",
        "Have more staff say that they are ready; a stranger's callback needs a supervisor's "
        "agreement.",
        "alert_callback_minutes",
        frozenset({REDIS}),
    ),
    Rule.WORKER_SILENT: RuleText(
        "No worker",
        "Nobody works on a queue: its jobs wait.",
        "Start it again; the Procfile has the command for each queue. Nothing is lost meanwhile.",
        "alert_worker_seconds",
        frozenset({REDIS}),
    ),
    Rule.NOT_TABULATED: RuleText(
        "Reports wait to be added up",
        "A report is filed and safe, and is not in the totals yet.",
        "Look whether the worker for tabulation runs, and at its log.",
        "alert_tabulation_seconds",
        frozenset({DATABASE}),
    ),
    Rule.FAILED_JOBS: RuleText(
        "Jobs failed",
        "Jobs were given up after their last attempt.",
        "The overview lists them, with the reason; queue them again once it is mended.",
        "alert_failed_jobs",
        frozenset({REDIS}),
    ),
    Rule.PUBLICATION_REFUSED: RuleText(
        "Results are not published",
        "The totals do not agree with a recount of the ledger, so the last publication stands.",
        "Publish nothing by hand. The runbook says how to find out what differs.",
        "alert_refused_seconds",
        frozenset({DATABASE}),
    ),
    Rule.DATABASE_SILENT: RuleText(
        "The database does not answer",
        "No PIN can be checked and no report filed; callers hear to call again, and drafts stay.",
        "Bring the database back, or the network to it. Nothing that was filed is lost.",
    ),
    Rule.REDIS_SILENT: RuleText(
        "Redis does not answer",
        "Everybody is let in, and calls break off; desk, queue and workers stand still.",
        "Bring Redis back, or the network to it. Results are still served.",
    ),
    Rule.TEST: RuleText(
        "A test",
        "Somebody tries whether alerts arrive.",
        "Nothing needs to be done.",
    ),
}
