"""Parts with an election in them, without the operations that load one."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from redis import Redis
from sqlalchemy import Engine, insert

from config.settings import Settings
from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.store import elections
from hotline.store.database import writing
from hotline.store.schema import tables
from tests.conftest import Clock

PEPPER = "a pepper for tests"


def make_parts(engine: Engine, redis: Redis, clock: Clock, var: Path) -> AppContext:
    return AppContext(Settings(var=var, pin_pepper=SecretStr(PEPPER)), engine, redis, clock)


def load(parts: AppContext, election: Election, *, is_test: bool = False) -> int:
    """Makes the election the active one; returns its open ledger."""
    with writing(parts.engine) as connection:
        elections.save(connection, election, parts.now())
        ledger_id = _open(connection, parts, election.id, is_test=is_test, closed=False)
    parts.invalidate()
    return ledger_id


def closed_ledger(parts: AppContext, election_id: str, *, is_test: bool) -> int:
    with writing(parts.engine) as connection:
        return _open(connection, parts, election_id, is_test=is_test, closed=True)


def _open(connection, parts: AppContext, election_id: str, *, is_test: bool, closed: bool) -> int:
    row = {
        "election_id": election_id,
        "is_test": is_test,
        "opened_at": parts.now(),
        "opened_by": "test",
        "closed_at": parts.now() if closed else None,
        "closed_by": "test" if closed else None,
    }
    return connection.execute(insert(tables.ledger).values(row)).inserted_primary_key[0]
