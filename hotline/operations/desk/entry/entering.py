"""A report that staff enter for a chair: the same checks, the same filing, once for each form."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis import RedisError
from sqlalchemy import Connection

from hotline.calls.turns import FileReport
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.desk.entry.filling import entries_of
from hotline.operations.reports import filing
from hotline.operations.reports.filing import Filed, Filing
from hotline.store.calls.calls import CallStore
from hotline.store.enums import Outcome, Role, Source
from hotline.store.reports.reports import Report

log = logging.getLogger(__name__)

TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Entered:
    """What is filed: a checked report, for which form, and on which call if the chair is on one."""

    ledger_id: int
    report: FileReport
    token: str  # of the form; the same however often it is sent
    call_sid: str = ""
    caller_last4: str = ""


class FormUsedError(ValueError):
    """The form was filed before, with other figures; the message says so, for a person."""


def new_token() -> str:
    """What tells one form from another, so that sending it twice files it once."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def begun(parts: AppContext, unit: str, keyed: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The form of a unit as the chair left it: what was `keyed` in this call."""
    return entries_of(parts.election().election, keyed)


def file_entered(parts: AppContext, who: Actor, entered: Entered) -> Filed:
    """Files what was entered. Sent again, the first result comes back and nothing is filed.

    Raises NotAllowedError, FormUsedError, LedgerClosedError, or what `file_report` raises.
    """
    require(who, Role.STAFF)
    unit = entered.report.unit
    version = Filing(
        ledger_id=entered.ledger_id,
        unit_code=unit,
        figures=entered.report.figures,
        findings=entered.report.findings,
        keyed=entered.report.keyed,
        source=Source.STAFF,
        call_sid=entered.call_sid,
        filing_key=f"desk:{entered.token}",
        chair_id=entered.report.chair or None,
        caller_last4=entered.caller_last4,
    )

    def beside(connection: Connection, filed: Filed) -> None:
        log_activity(
            connection,
            parts,
            who,
            ActivityKind.REPORT_ENTERED,
            call_sid=entered.call_sid,
            unit=unit,
            after={
                "report": filed.report_id,
                "version": filed.version,
                "outcome": filed.outcome.value,
            },
        )

    try:
        filed = filing.file_report(parts, version, who.name, beside)
    except filing.FilingKeyError:
        raise FormUsedError(
            "This form was filed already, with other figures. To correct them, open a new form."
        ) from None
    _drop_draft(parts, entered.ledger_id, unit)
    return filed


def _drop_draft(parts: AppContext, ledger_id: int, unit: str) -> None:
    """What the chair had keyed is filed now; the next call must not offer to go on with it."""
    try:
        CallStore(parts.redis, 0, 0).drop_draft(ledger_id, unit)
    except RedisError as error:
        parts.counts["draft"] += 1
        log.warning("the draft of precinct %s stays: %s", unit, error)


SAID = {
    Outcome.FILED: "It is filed, and counts.",
    Outcome.HELD: "It is filed, and held back until somebody has looked at what does not fit.",
    Outcome.CORROBORATED: "It is filed, and says the same as the report we have.",
    Outcome.CONFLICT: "It is filed, and differs from the report we have: both are looked at.",
}
"""What became of a report, for whoever entered it."""


def filed_at_the_desk(parts: AppContext, ledger_id: int, unit: str, version: int) -> Report | None:
    """A version of a unit's report; None if there is no such version."""
    versions = filing.story(parts, ledger_id, unit)
    return next((one for one in versions if one.version == version), None)
