"""Sessions that were signed out before they were over: copies of their cookies are void."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select

from hotline.store.schema.desk_tables import ended_session


def end_session(connection: Connection, mark: str, at: datetime, until: datetime) -> None:
    """`mark`: a digest of the session; `until`: when it would have ended by itself."""
    connection.execute(delete(ended_session).where(ended_session.c.until < at))
    if not has_ended(connection, mark):
        connection.execute(insert(ended_session).values(mark=mark, until=until))


def has_ended(connection: Connection, mark: str) -> bool:
    return bool(connection.scalar(select(exists().where(ended_session.c.mark == mark))))
