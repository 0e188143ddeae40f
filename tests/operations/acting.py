"""What chairs and staff do, said in a line, for tests of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy import select, text

from hotline.election.finding import Check, Finding, found
from hotline.election.model import Figures
from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish_now
from hotline.operations.publication.recount import recount
from hotline.operations.reports.filing import Filed, Filing, Source, file_report
from hotline.operations.reports.tabulate import tabulate
from hotline.store.database import reading, writing
from hotline.store.publication.publications import Publication
from hotline.store.reports import totals
from hotline.store.schema.tables import outbox, report_event, unit_state
from tests.towns import PRESIDENT

_keys = count(1)

HOLDING = found(Check.FINAL_EXCEEDS_FIRST, PRESIDENT)
CONTESTING = found(Check.ORDER_INVERTED, PRESIDENT)


def filing(
    parts: AppContext, code: str, figures: Mapping[str, Figures], *findings: Finding, **given: Any
) -> Filing:
    number = next(_keys)
    usual: dict[str, Any] = {
        "ledger_id": parts.election().ledger_id,
        "unit_code": code,
        "figures": figures,
        "findings": findings,
        "keyed": ("12#", "1"),
        "source": Source.PHONE,
        "call_sid": f"CA{number}",
        "filing_key": f"CA{number}:1",
        "chair_id": None,
        "caller_last4": "0100",
    }
    return Filing(**usual | given)


def file(parts: AppContext, code: str, figures: Mapping[str, Figures], *findings: Finding) -> Filed:
    return file_report(parts, filing(parts, code, figures, *findings))


def tabulated(
    parts: AppContext, code: str, figures: Mapping[str, Figures], *found: Finding
) -> Filed:
    filed = file(parts, code, figures, *found)
    assert tabulate(parts, filed.report_id)
    return filed


def published(parts: AppContext) -> Publication:
    publication = publish_now(parts)
    assert isinstance(publication, Publication), publication
    return publication


def differences(parts: AppContext) -> tuple[str, ...]:
    """What a recount of the open ledger finds to be otherwise than it is kept."""
    active = parts.election()
    with reading(parts.engine) as connection:
        return recount(connection, active.election, active.ledger_id).differences


def sums(parts: AppContext) -> dict[str, dict[tuple[str, str, str], int]]:
    with reading(parts.engine) as connection:
        return totals.read_totals(connection, parts.election().ledger_id)


def people(parts: AppContext, scope: str, candidate: str) -> int:
    """The running total of a candidate's final alignment in a scope."""
    return sums(parts).get(scope, {}).get((PRESIDENT, "final", candidate), 0)


def state(parts: AppContext, code: str) -> tuple[str, int | None, bool, bool]:
    """Status, counted version, contested, verified."""
    with reading(parts.engine) as connection:
        row = connection.execute(
            select(unit_state).where(
                unit_state.c.ledger_id == parts.election().ledger_id,
                unit_state.c.unit_code == code,
            )
        ).one()
    return row.status, row.counted_version, row.contested, row.verified


def events(parts: AppContext, report_id: int) -> list[tuple[str, str, str]]:
    """Status, who, why."""
    with reading(parts.engine) as connection:
        rows = connection.execute(
            select(report_event.c.status, report_event.c.who, report_event.c.why)
            .where(report_event.c.report_id == report_id)
            .order_by(report_event.c.step)
        )
        return [tuple(row) for row in rows]


def statuses(parts: AppContext, report_id: int) -> list[str]:
    return [status for status, _, _ in events(parts, report_id)]


def waiting(parts: AppContext) -> list[int]:
    with reading(parts.engine) as connection:
        return list(connection.execute(select(outbox.c.report_id)).scalars())


def tamper(parts: AppContext, statement: str) -> None:
    with writing(parts.engine) as connection:
        assert connection.execute(text(statement)).rowcount
