"""The activity log: written to as it should be, and as it must not be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import rule
from hotline.operations.context import AppContext
from hotline.store.database import transact, writing

ANN = rule("ann")


TRIGGERS = ("activity", "activity_link")


def add(parts: AppContext, **entry: Any) -> None:
    transact(parts.engine, lambda each: log_activity(each, parts, ANN, ActivityKind.NOTE, **entry))


def tamper(parts: AppContext, *statements: str) -> None:
    """As whoever owns the database can: without the triggers that refuse it."""
    with writing(parts.engine) as connection:
        _without_triggers(connection)
        for statement in statements:
            connection.execute(text(statement))


def _without_triggers(connection: Connection) -> None:
    """On PostgreSQL for this transaction only: other tests use the same database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    wanted = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in connection.execute(wanted).scalars().all():
        if name.startswith(TRIGGERS):
            connection.execute(text(f"DROP TRIGGER {name}"))
