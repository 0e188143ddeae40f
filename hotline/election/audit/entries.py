"""What is bound of a ledger: for each event of a report an entry that anybody may read.

Who did it and why, and how a report reached us, are nobody's business: an entry has only their
digest, with a salt so that they cannot be guessed from it (docs/verification.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.election.audit.chain import START, digest, link, moment
from hotline.election.finding import DOUBTFUL

PRIVATE = (
    "filing_key",
    "confirmation",
    "source",
    "outcome",
    "call_sid",
    "chair_id",
    "caller",
    "filed_at",
    "keyed",
    "findings",
    "digest",
    "twin_key",
)
"""The columns of a report that its first entry binds without showing them."""

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """One event of a report. `filed`, of the first one only, is the report as JSON has it."""

    unit: str
    version: int
    step: int
    status: str
    at: datetime | str  # text where what is kept is no moment any more
    who: str
    why: str
    filed: Mapping[str, Any] | None = None  # `figures`, and the columns of PRIVATE


def opening_digest(ledger: int, election: str, is_test: bool, opened_at: datetime) -> str:
    """What a ledger's first entry is bound to: whose it is, and whether it is a test."""
    opening = {
        "ledger": ledger,
        "election": election,
        "is_test": is_test,
        "opened_at": moment(opened_at),
    }
    return link(START, opening)


def entry_of(ledger: int, number: int, event: ReportEvent, salt: str) -> Entry:
    """The entry of an event, the `number`-th of its ledger."""
    private: Entry = {"salt": salt, "who": event.who, "why": event.why}
    entry: Entry = {
        "ledger": ledger,
        "number": number,
        "unit": event.unit,
        "version": event.version,
        "step": event.step,
        "status": event.status,
        "at": moment(event.at) if isinstance(event.at, datetime) else event.at,
    }
    if event.filed is not None:
        private |= {name: event.filed[name] for name in PRIVATE}
        entry["figures"] = digest(event.filed["figures"])
        entry["doubtful"] = is_doubtful(event.filed["findings"])
    entry["record"] = digest(private)
    return entry


def is_doubtful(findings: object) -> bool:
    """Whether a unit is contested when a report with these findings counts (checks.md).

    Whatever is no list of findings, as JSON has them, says nothing of the kind.
    """
    if not isinstance(findings, list | tuple):
        return False
    return any(isinstance(one, dict) and one.get("effect") in DOUBTFUL for one in findings)
