"""Recanvasses and recounts: who asked for one, what each unit's paper says, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hotline.election.model import Figures
from hotline.election.rules.registry import decode
from hotline.store.database import exclusive
from hotline.store.enums import RecanvassKind, RecanvassState, RecordDecision
from hotline.store.schema.review_tables import recanvass, recanvass_record


@dataclass(frozen=True, slots=True)
class Recanvass:
    """A comparison of a ledger with papers. `units`: codes; None: all of the election."""

    id: int
    ledger_id: int
    kind: RecanvassKind
    units: tuple[str, ...] | None
    asked_by: str
    asked_at: datetime  # UTC
    why: str
    state: RecanvassState
    base: int | None  # number of the publication that stood when it was asked for
    decided_by: str
    decided_at: datetime | None
    filed_by: str
    filed_at: datetime | None
    closed_why: str

    @property
    def is_open(self) -> bool:
        """Whether records are taken in and decided on."""
        return self.state is RecanvassState.OPEN


@dataclass(frozen=True, slots=True)
class Record:
    """What a unit's paper says, and what was decided. `figures` by contest, as JSON has them."""

    id: int
    unit_code: str
    figures: Mapping[str, Mapping[str, Any]]
    digest: str
    source: str
    by: str
    at: datetime  # UTC
    decision: RecordDecision | None
    decided_by: str
    decided_why: str
    report_id: int | None  # what it was filed as
    before_id: int | None  # what counted until then

    def figures_by_contest(self) -> dict[str, Figures]:
        return {contest: decode(document) for contest, document in self.figures.items()}


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that comes in."""

    unit_code: str
    figures: Mapping[str, Mapping[str, Any]]
    digest: str
    source: str


_RECORD = tuple(
    recanvass_record.c[name]
    for name in (
        "id",
        "unit_code",
        "figures",
        "digest",
        "source",
        "by",
        "at",
        "decision",
        "decided_by",
        "decided_why",
        "report_id",
        "before_id",
    )
)


def lock_recanvass(connection: Connection, recanvass_id: int) -> Recanvass | None:
    """The recanvass, which nobody else changes until this transaction ends."""
    exclusive(connection, "recanvass", recanvass_id)
    return find_recanvass(connection, recanvass_id)


def add_recanvass(
    connection: Connection,
    ledger_id: int,
    kind: RecanvassKind,
    units: Sequence[str] | None,
    by: str,
    at: datetime,
    why: str,
    base: int | None,
) -> int:
    """The id. IntegrityError where another one of the ledger is under way."""
    row = {
        "ledger_id": ledger_id,
        "kind": kind.value,
        "units": None if units is None else list(units),
        "asked_by": by,
        "asked_at": at,
        "why": why,
        "state": RecanvassState.OPEN.value,
        "base": base,
        "decided_by": "",
        "filed_by": "",
        "closed_why": "",
    }
    id: int = connection.execute(
        insert(recanvass).values(row).returning(recanvass.c.id)
    ).scalar_one()
    return id


def find_recanvass(connection: Connection, recanvass_id: int) -> Recanvass | None:
    row = connection.execute(select(recanvass).where(recanvass.c.id == recanvass_id)).one_or_none()
    return None if row is None else _recanvass(row)


def under_way(connection: Connection, ledger_id: int) -> Recanvass | None:
    """The one that is open or decided; there is one at most."""
    wanted = (RecanvassState.OPEN.value, RecanvassState.DECIDED.value)
    row = connection.execute(
        select(recanvass).where(recanvass.c.ledger_id == ledger_id, recanvass.c.state.in_(wanted))
    ).one_or_none()
    return None if row is None else _recanvass(row)


def of_ledger(connection: Connection, ledger_id: int) -> list[Recanvass]:
    """All that were ever asked for, the newest first."""
    wanted = select(recanvass).where(recanvass.c.ledger_id == ledger_id)
    return [_recanvass(row) for row in connection.execute(wanted.order_by(recanvass.c.id.desc()))]


def move(connection: Connection, recanvass_id: int, state: RecanvassState, **columns: Any) -> None:
    """Its new state, with what belongs to it."""
    wanted = update(recanvass).where(recanvass.c.id == recanvass_id)
    connection.execute(wanted.values(state=state.value, **columns))


def records_by_unit(connection: Connection, recanvass_id: int) -> dict[str, Record]:
    """What each unit's paper says, the last of its records, by unit code."""
    wanted = select(*_RECORD).where(
        recanvass_record.c.recanvass_id == recanvass_id, recanvass_record.c.is_last
    )
    rows = connection.execute(wanted.order_by(recanvass_record.c.unit_code))
    return {row.unit_code: _record(row) for row in rows}


def record_of(connection: Connection, recanvass_id: int, unit_code: str) -> Record | None:
    """What one unit's paper says."""
    wanted = select(*_RECORD).where(
        recanvass_record.c.recanvass_id == recanvass_id,
        recanvass_record.c.unit_code == unit_code,
        recanvass_record.c.is_last,
    )
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _record(row)


def put(
    connection: Connection,
    recanvass_id: int,
    new: Sequence[NewRecord],
    replaced: Iterable[int],
    by: str,
    at: datetime,
) -> None:
    """Adds records; those that they take the place of (ids) are kept, and are no longer the last.

    The recanvass has to be held.
    """
    for record_id in replaced:
        connection.execute(
            update(recanvass_record).where(recanvass_record.c.id == record_id).values(is_last=False)
        )
    rows = [
        {
            "recanvass_id": recanvass_id,
            "unit_code": one.unit_code,
            "figures": dict(one.figures),
            "digest": one.digest,
            "source": one.source,
            "by": by,
            "at": at,
            "is_last": True,
            "decided_by": "",
            "decided_why": "",
        }
        for one in new
    ]
    if rows:
        connection.execute(insert(recanvass_record), rows)


def decide(
    connection: Connection, ids: Iterable[int], decision: RecordDecision, by: str, why: str
) -> None:
    """What is done about these records."""
    connection.execute(
        update(recanvass_record)
        .where(recanvass_record.c.id.in_(list(ids)))
        .values(decision=decision.value, decided_by=by, decided_why=why)
    )


def filed(connection: Connection, record_id: int, report_id: int, before_id: int | None) -> None:
    """As which report a record was filed, and which one counted until then."""
    connection.execute(
        update(recanvass_record)
        .where(recanvass_record.c.id == record_id)
        .values(report_id=report_id, before_id=before_id)
    )


def _recanvass(row: Row[Any]) -> Recanvass:
    return Recanvass(
        id=row.id,
        ledger_id=row.ledger_id,
        kind=RecanvassKind(row.kind),
        units=None if row.units is None else tuple(row.units),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        why=row.why,
        state=RecanvassState(row.state),
        base=row.base,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        filed_by=row.filed_by,
        filed_at=row.filed_at,
        closed_why=row.closed_why,
    )


def _record(row: Row[Any]) -> Record:
    return Record(
        id=row.id,
        unit_code=row.unit_code,
        figures=row.figures,
        digest=row.digest,
        source=row.source,
        by=row.by,
        at=row.at,
        decision=None if row.decision is None else RecordDecision(row.decision),
        decided_by=row.decided_by,
        decided_why=row.decided_why,
        report_id=row.report_id,
        before_id=row.before_id,
    )
