"""Decisions on reports, carried out as if whoever has to agree had agreed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from hotline.election.model import Election, Figures
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import Filed
from hotline.operations.review.moves import Ruling, carry_out, on_unit_of
from hotline.store.enums import Decision
from hotline.store.reports.unit import LockedUnit


def release(parts: AppContext, report_id: int, by: Actor, why: str) -> None:
    _carry_out(parts, Ruling(report_id, Decision.RELEASE, by, why))


def reject(parts: AppContext, report_id: int, by: Actor, why: str) -> None:
    _carry_out(parts, Ruling(report_id, Decision.REJECT, by, why))


def replace(
    parts: AppContext, report_id: int, figures: Mapping[str, Figures], by: Actor, why: str
) -> Filed:
    filed = _carry_out(parts, Ruling(report_id, Decision.REPLACE, by, why, figures))
    assert filed is not None
    return filed


def _carry_out(parts: AppContext, ruling: Ruling) -> Filed | None:
    def work(connection: Connection, unit: LockedUnit, election: Election) -> Filed | None:
        return carry_out(parts, connection, unit, election, ruling)

    return on_unit_of(parts, ruling.report_id, work)
