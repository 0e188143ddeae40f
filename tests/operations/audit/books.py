"""A ledger in which everything has happened, and what whoever owns its database can do to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import text

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.reports.ledgers import open_ledger
from hotline.store.database import writing
from hotline.store.enums import Role
from tests.operations import deciding
from tests.operations.acting import HOLDING, published, tabulated
from tests.towns import CODES, caucus

NORTH, NORTH_2, SOUTH, SOUTH_2, AWAY, AWAY_2 = CODES
ANN = Actor(None, "ann", Role.ADMIN)


def live(parts: AppContext) -> None:
    """A ledger for real reports."""
    open_ledger(parts, is_test=False, by="test")


def fill(parts: AppContext) -> None:
    """Counted, corroborated, in conflict, held, released, replaced, rejected; published thrice."""
    published(parts)
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))
    tabulated(parts, AWAY, caucus(9, 30, won={"ash": 1, "birch": 4}))
    published(parts)
    doubted = tabulated(parts, SOUTH, caucus(5, 4, won={"ash": 2}), HOLDING)
    wrong = tabulated(parts, NORTH_2, caucus(1, 1, won={"cedar": 5}))
    tabulated(parts, NORTH_2, caucus(7, 1, won={"ash": 5}))
    deciding.release(parts, doubted.report_id, ANN, "the sheet says so")
    deciding.replace(
        parts, wrong.report_id, caucus(7, 2, won={"ash": 4, "birch": 1}), ANN, why="misheard"
    )
    prank = tabulated(parts, SOUTH_2, caucus(90, won={"ash": 3}))
    deciding.reject(parts, prank.report_id, ANN, "nobody was there")
    tabulated(parts, AWAY_2, caucus(2, 1, won={"ash": 3, "birch": 1}), HOLDING)
    published(parts)


def tamper(parts: AppContext, *statements: str) -> None:
    """As whoever owns the database can: without triggers, and past what belongs together."""
    if parts.engine.dialect.name == "sqlite":
        _tamper_with_a_file(str(parts.engine.url.database), statements)
        return
    with writing(parts.engine) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount, statement


@contextmanager
def put_back(parts: AppContext, table: str, id: int) -> Iterator[None]:
    """Whatever is done to this row meanwhile is undone at the end."""
    tamper(parts, f"CREATE TABLE kept AS SELECT * FROM {table} WHERE id = {id}")
    yield
    tamper(
        parts,
        f"DELETE FROM {table} WHERE id = {id}",
        f"INSERT INTO {table} SELECT * FROM kept",
        "DROP TABLE kept",
    )


def _tamper_with_a_file(path: str, statements: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(wanted).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount, statement
