"""Reports on paper, and what was keyed from each: rows are added, and a state moves on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hotline.store.database import exclusive
from hotline.store.enums import PaperState, PaperWay
from hotline.store.schema.desk_tables import paper_keying, paper_report


@dataclass(frozen=True, slots=True)
class Keying:
    """What one person has keyed from a paper; `figures` by contest, as JSON has them."""

    account_id: int
    who: str
    at: datetime
    token: str
    digest: str
    figures: Mapping[str, Mapping[str, Any]]
    entries: Mapping[str, str]
    insisted: Sequence[str]
    id: int = 0


@dataclass(frozen=True, slots=True)
class PaperReport:
    """A report on paper. `keyings` in the order in which they came."""

    id: int
    ledger_id: int
    unit_code: str
    came: PaperWay
    begun_at: datetime
    state: PaperState
    first_id: int
    second_id: int | None
    report_id: int | None
    settled_by: str
    why: str
    keyings: tuple[Keying, ...]

    @property
    def first(self) -> Keying:
        """What the first person keyed last."""
        return self.last_of(self.first_id)

    @property
    def second(self) -> Keying | None:
        """What the second person keyed last; None: nobody has."""
        return None if self.second_id is None else self.last_of(self.second_id)

    def last_of(self, account_id: int) -> Keying:
        return next(one for one in reversed(self.keyings) if one.account_id == account_id)


def lock_paper(connection: Connection, paper_id: int) -> None:
    """Nobody else changes the paper until this transaction ends."""
    exclusive(connection, "paper", paper_id)


def begin(connection: Connection, ledger_id: int, unit: str, came: PaperWay, keying: Keying) -> int:
    """A new paper, keyed for the first time. IntegrityError where the form was kept before."""
    row = {
        "ledger_id": ledger_id,
        "unit_code": unit,
        "came": came.value,
        "begun_at": keying.at,
        "first_id": keying.account_id,
        "state": PaperState.AWAITING.value,
        "settled_by": "",
        "why": "",
    }
    made = connection.execute(insert(paper_report).values(row).returning(paper_report.c.id))
    id: int = made.scalar_one()
    add_keying(connection, id, keying)
    return id


def add_keying(connection: Connection, paper_id: int, keying: Keying) -> None:
    connection.execute(
        insert(paper_keying).values(
            paper_id=paper_id,
            account_id=keying.account_id,
            who=keying.who,
            at=keying.at,
            token=keying.token,
            digest=keying.digest,
            figures=keying.figures,
            entries=dict(keying.entries),
            insisted=list(keying.insisted),
        )
    )


def move(connection: Connection, paper_id: int, state: PaperState, **columns: Any) -> None:
    """The paper's new state, with what belongs to it."""
    wanted = update(paper_report).where(paper_report.c.id == paper_id)
    connection.execute(wanted.values(state=state.value, **columns))


def paper_of_form(connection: Connection, token: str) -> int | None:
    """The paper that a form was kept for before."""
    wanted = select(paper_keying.c.paper_id).where(paper_keying.c.token == token)
    return connection.execute(wanted).scalar_one_or_none()


def find_paper(connection: Connection, paper_id: int) -> PaperReport | None:
    row = connection.execute(
        select(paper_report).where(paper_report.c.id == paper_id)
    ).one_or_none()
    return _paper(row, _keyings(connection, paper_id)) if row else None


def listed(connection: Connection, ledger_id: int) -> list[PaperReport]:
    """All papers of a ledger, the oldest first."""
    rows = connection.execute(
        select(paper_report)
        .where(paper_report.c.ledger_id == ledger_id)
        .order_by(paper_report.c.id)
    ).all()
    keyed: dict[int, list[Keying]] = {}
    for paper_id, keying in _all_keyings(connection, ledger_id):
        keyed.setdefault(paper_id, []).append(keying)
    return [_paper(row, keyed.get(row.id, [])) for row in rows]


def _keyings(connection: Connection, paper_id: int) -> list[Keying]:
    wanted = select(paper_keying).where(paper_keying.c.paper_id == paper_id)
    return [_keying(row) for row in connection.execute(wanted.order_by(paper_keying.c.id))]


def _all_keyings(connection: Connection, ledger_id: int) -> list[tuple[int, Keying]]:
    wanted = (
        select(paper_keying)
        .join(paper_report, paper_report.c.id == paper_keying.c.paper_id)
        .where(paper_report.c.ledger_id == ledger_id)
        .order_by(paper_keying.c.id)
    )
    return [(row.paper_id, _keying(row)) for row in connection.execute(wanted)]


def _keying(row: Row[Any]) -> Keying:
    return Keying(
        row.account_id,
        row.who,
        row.at,
        row.token,
        row.digest,
        row.figures,
        row.entries,
        row.insisted,
        row.id,
    )


def _paper(row: Row[Any], keyings: Sequence[Keying]) -> PaperReport:
    return PaperReport(
        row.id,
        row.ledger_id,
        row.unit_code,
        PaperWay(row.came),
        row.begun_at,
        PaperState(row.state),
        row.first_id,
        row.second_id,
        row.report_id,
        row.settled_by,
        row.why,
        tuple(keyings),
    )
