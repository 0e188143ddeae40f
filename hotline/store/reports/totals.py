"""The running totals of a ledger: sums by scope, contest, measure and choice."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Executable, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from hotline.election.sums import Key
from hotline.store.schema.tables import total

_KEY = [total.c.ledger_id, total.c.scope, total.c.contest, total.c.measure, total.c.choice]
_ON_SQLITE, _ON_POSTGRESQL = sqlite.insert(total), postgresql.insert(total)
_ADD: Mapping[str, Executable] = {
    "sqlite": _ON_SQLITE.on_conflict_do_update(
        index_elements=_KEY, set_={"value": total.c.value + _ON_SQLITE.excluded.value}
    ),
    "postgresql": _ON_POSTGRESQL.on_conflict_do_update(
        index_elements=_KEY, set_={"value": total.c.value + _ON_POSTGRESQL.excluded.value}
    ),
}


def add_to_totals(
    connection: Connection, ledger_id: int, scope: str, change: Mapping[Key, int]
) -> None:
    """Adds to the sums of one scope, in an order that is the same for everybody.

    Two transactions that touch the same sums then wait for each other, and never in a circle.
    """
    rows = [
        {
            "ledger_id": ledger_id,
            "scope": scope,
            "contest": contest,
            "measure": measure,
            "choice": choice,
            "value": count,
        }
        for (contest, measure, choice), count in sorted(change.items())
        if count
    ]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def read_totals(connection: Connection, ledger_id: int) -> dict[str, dict[Key, int]]:
    """All sums of a ledger by scope, in the form of `tally.recount`: nothing that is zero."""
    sums: dict[str, dict[Key, int]] = {}
    rows = connection.execute(select(total).where(total.c.ledger_id == ledger_id))
    for _, scope, contest, measure, choice, value in rows:
        if value:
            sums.setdefault(scope, {})[contest, measure, choice] = value
    return sums


def forget(connection: Connection, ledger_id: int) -> None:
    connection.execute(delete(total).where(total.c.ledger_id == ledger_id))
