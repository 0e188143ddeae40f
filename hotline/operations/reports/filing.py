"""Filing a report: committed before anybody says "filed", and once however often it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import randbelow
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from hotline.election.checks import twin_key
from hotline.election.finding import Check, Finding, found, holds
from hotline.election.model import Contest, Election, Figures
from hotline.election.rules.registry import rule_of
from hotline.operations.context import AppContext
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import Outcome, Source, Status
from hotline.store.queues import TABULATE
from hotline.store.reports import ledgers, reports
from hotline.store.reports.reports import Report
from hotline.store.reports.unit import LockedUnit, UnknownUnitError
from hotline.store.schema.tables import report

__all__ = [
    "FiguresError",
    "Filed",
    "Filing",
    "FilingKeyError",
    "LedgerClosedError",
    "Outcome",
    "Source",
    "UnitReport",
    "UnknownUnitError",
    "file_report",
    "standing",
    "story",
]

CHAIR = "chair"  # who filed it, in the events of a report that came by phone
LONGEST_KEY = 200
ATTEMPTS = 3
CONFIRMATIONS = 1_000_000

_IN_LEDGER = report.c.ledger_id == bindparam("ledger")
_FILED_BEFORE = select(
    report.c.id,
    report.c.version,
    report.c.confirmation,
    report.c.outcome,
    report.c.unit_code,
    report.c.digest,
).where(_IN_LEDGER, report.c.filing_key == bindparam("key"))
_TWIN = (
    select(report.c.unit_code)
    .where(
        _IN_LEDGER,
        report.c.twin_key == bindparam("key"),
        report.c.unit_code != bindparam("unit"),
    )
    .order_by(report.c.id)
    .limit(1)
)
_CONFIRMED = select(report.c.id).where(_IN_LEDGER, report.c.confirmation == bindparam("number"))


class LedgerClosedError(Exception):
    """The ledger takes no more reports: another one has been opened since the call began."""


class FilingKeyError(Exception):
    """The filing key belongs to a report of another unit, or with other figures."""


class FiguresError(ValueError):
    """Figures that no contest of the election could have: they would be lost in the totals."""


@dataclass(frozen=True)
class Filing:
    """A report that somebody has confirmed. Nothing here is checked again but its form."""

    ledger_id: int
    unit_code: str
    figures: Mapping[str, Figures]  # by contest id
    findings: tuple[Finding, ...]  # those that stand
    keyed: tuple[str, ...]  # in order
    source: Source
    call_sid: str
    filing_key: str  # the same for every repetition of the same step, and for nothing else
    chair_id: int | None
    caller_last4: str  # of the phone; never more of it
    language: str = ""  # of the call (ISO 639-1)

    def __post_init__(self) -> None:
        if not 0 < len(self.filing_key) <= LONGEST_KEY:
            raise ValueError(f"a filing key has 1 to {LONGEST_KEY} characters")
        if len(self.caller_last4) > 4:
            raise ValueError("more than the last four digits of a phone")


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that is committed."""

    report_id: int
    version: int
    confirmation: str  # six digits
    outcome: Outcome


Beside = Callable[[Connection, Filed], None]


def file_report(
    parts: AppContext, filing: Filing, who: str = CHAIR, beside: Beside | None = None
) -> Filed:
    """Commits a report and its place in the outbox, then queues its tabulation.

    `beside` writes down what belongs to it in the same transaction, once. A filing key that was
    used before gives the first result and changes nothing. Raises LedgerClosedError,
    UnknownUnitError, FiguresError or FilingKeyError with nothing filed; any SQLAlchemyError leaves
    open whether it was, and the same filing may then be sent again.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            filed, is_new = transact(parts.engine, lambda c: _file(parts, c, filing, who, beside))
            break
        except IntegrityError:
            # Another unit took the same confirmation number, or filing key, at the same moment.
            if attempt == ATTEMPTS:
                raise
    if is_new:
        parts.enqueue(TABULATE, filed.report_id)
    return filed


def _file(
    parts: AppContext, connection: Connection, filing: Filing, who: str, beside: Beside | None
) -> tuple[Filed, bool]:
    is_open = ledgers.is_open(connection, filing.ledger_id)
    unit = LockedUnit(connection, filing.ledger_id, filing.unit_code)
    digest = digest_of(filing.figures)
    if earlier := filed_before(connection, filing, digest):
        return earlier, False
    if not is_open:
        raise LedgerClosedError(f"ledger {filing.ledger_id} is closed")
    check_figures(parts.elections.of_ledger(connection, filing.ledger_id), filing.figures)
    outcome = _outcome(unit, digest, filing.findings)
    conflicts = _conflicts(unit, filing) if outcome is Outcome.CONFLICT else []
    filed = add_version(connection, unit, filing, outcome, conflicts, parts.now(), who)
    if beside is not None:
        beside(connection, filed)
    return filed, True


def add_version(
    connection: Connection,
    unit: LockedUnit,
    filing: Filing,
    outcome: Outcome,
    more_findings: Iterable[Finding],
    at: datetime,
    who: str,
    why: str = "",
) -> Filed:
    """Writes a filing down as the unit's next version, to be tabulated."""
    row = _row(connection, unit, filing)
    findings = [*filing.findings, *more_findings, *_twins(connection, unit, filing, row)]
    row |= {"outcome": outcome, "findings": [finding.to_document() for finding in findings]}
    id = unit.add(row, at, who, why)
    return Filed(id, unit[id].version, row["confirmation"], outcome)


def check_figures(election: Election, figures: Mapping[str, Figures]) -> None:
    """FiguresError unless every contest, candidate and count is one that totals can hold."""
    if not figures:
        raise FiguresError("a report without figures")
    for contest_id, counted in figures.items():
        contest = election.by_contest.get(contest_id)
        if contest is None:
            raise FiguresError(f"no contest {contest_id}")
        _check_contest(contest, counted)


def _check_contest(contest: Contest, figures: Figures) -> None:
    if not isinstance(figures, rule_of(contest).figures):
        raise FiguresError(f"{contest.id}: figures of another rule than {contest.rule}")
    lines = [*figures.numbers.values()]
    for column in figures.columns.values():
        if unknown := sorted(set(column) - set(contest.by_id)):
            raise FiguresError(f"{contest.id}: no candidate {', '.join(unknown)}")
        lines += column.values()
    if any(type(count) is not int or count < 0 for count in lines):
        raise FiguresError(f"{contest.id}: counts are whole numbers from zero up")


def _row(connection: Connection, unit: LockedUnit, filing: Filing) -> dict[str, Any]:
    """The row of `report` for a filing, but for what the ledger makes of it."""
    twin = twin_key(filing.figures)
    return {
        "filing_key": filing.filing_key,
        "confirmation": _confirmation(connection, unit.ledger_id),
        "source": filing.source,
        "call_sid": filing.call_sid,
        "chair_id": filing.chair_id,
        "caller": filing.caller_last4,
        "language": filing.language,
        "figures": _documents(filing.figures),
        "keyed": list(filing.keyed),
        "digest": digest_of(filing.figures),
        "twin_key": None if twin is None else sha256(twin.encode()).hexdigest(),
    }


def _documents(figures: Mapping[str, Figures]) -> dict[str, dict[str, Any]]:
    return {contest: counted.to_document() for contest, counted in figures.items()}


def digest_of(figures: Mapping[str, Figures]) -> str:
    """Equal for equal figures (by contest id), in whatever order they were keyed."""
    return sha256(json.dumps(_documents(figures), sort_keys=True).encode()).hexdigest()


def filed_before(connection: Connection, filing: Filing, digest: str) -> Filed | None:
    """What became of this filing when it was sent before.

    Looked up while the unit is held: whoever filed it before has committed by now.
    """
    asked = {"ledger": filing.ledger_id, "key": filing.filing_key}
    row = connection.execute(_FILED_BEFORE, asked).one_or_none()
    if row is None:
        return None
    if (row.unit_code, row.digest) != (filing.unit_code, digest):
        raise FilingKeyError("the filing key belongs to another report")
    return Filed(row.id, row.version, row.confirmation, Outcome(row.outcome))


def _outcome(unit: LockedUnit, digest: str, findings: tuple[Finding, ...]) -> Outcome:
    """ALREADY_REPORTED (checks.md): the same again says the same, anything else is a conflict."""
    standing = [version.digest for version in unit.versions if version.stands]
    if digest in standing:
        return Outcome.CORROBORATED
    if standing:
        return Outcome.CONFLICT
    return Outcome.HELD if holds(findings) else Outcome.FILED


def _conflicts(unit: LockedUnit, filing: Filing) -> list[Finding]:
    """The contests in which a report says other than the last one that stands."""
    last = max((v for v in unit.versions if v.stands), key=lambda v: v.version)
    return [
        found(Check.ALREADY_REPORTED, contest, version=last.version)
        for contest, figures in filing.figures.items()
        if last.figures.get(contest) != figures.to_document()
    ]


def _twins(
    connection: Connection, unit: LockedUnit, filing: Filing, row: Mapping[str, Any]
) -> Iterator[Finding]:
    """TWIN, if another unit reported the same figures. Of two that file together one sees it."""
    if row["twin_key"] is None:
        return
    exclusive(connection, "twin", unit.ledger_id, row["twin_key"])
    asked = {"ledger": unit.ledger_id, "unit": unit.code, "key": row["twin_key"]}
    other = connection.execute(_TWIN, asked).scalar_one_or_none()
    if other is not None:
        yield found(Check.TWIN, next(iter(filing.figures)), unit=other)


def _confirmation(connection: Connection, ledger_id: int) -> str:
    """Six digits that no other report of the ledger has."""
    for _ in range(CONFIRMATIONS // 1000):
        number = f"{randbelow(CONFIRMATIONS):06d}"
        asked = {"ledger": ledger_id, "number": number}
        if connection.execute(_CONFIRMED, asked).one_or_none() is None:
            return number
    raise RuntimeError(f"ledger {ledger_id} has next to no confirmation numbers left")


# --- What has been reported


@dataclass(frozen=True, slots=True)
class UnitReport:
    """What a unit has reported, for its chair: "hear it, or file again"."""

    report_id: int
    version: int
    status: Status
    confirmation: str
    filed_at: datetime  # UTC
    figures: Mapping[str, Mapping[str, Any]]  # by contest id, as JSON has them


def standing(parts: AppContext, ledger_id: int, unit_code: str) -> UnitReport | None:
    """The latest report of a unit that stands: filed, counted or held. None if there is none."""
    versions = [version for version in story(parts, ledger_id, unit_code) if version.stands]
    if not versions:
        return None
    last = versions[-1]
    return UnitReport(
        last.id, last.version, last.status, last.confirmation, last.filed_at, last.figures
    )


def story(parts: AppContext, ledger_id: int, unit_code: str) -> list[Report]:
    """Every version that was ever filed for a unit, the first one first."""
    with reading(parts.engine) as connection:
        return reports.of_unit(connection, ledger_id, unit_code)
