"""Triggers by which the database itself refuses to change what must never change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, event, text

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION hotline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% may not be changed: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END
$$
"""


def append_only(table: Table) -> None:
    """Rows of `table` are written once: UPDATE, DELETE and TRUNCATE fail."""
    _attach(
        table,
        sqlite=(_on_sqlite(table.name, "UPDATE"), _on_sqlite(table.name, "DELETE")),
        postgresql=(POSTGRESQL_FUNCTION, *_on_postgresql(table.name, "UPDATE OR DELETE")),
    )


def fixed(table: Table, *columns: str) -> None:
    """These columns of `table` keep what they were given."""
    what = f"UPDATE OF {', '.join(columns)}"
    _attach(
        table,
        sqlite=(_on_sqlite(table.name, what),),
        postgresql=(POSTGRESQL_FUNCTION, next(_on_postgresql(table.name, what))),
    )


def _attach(table: Table, **statements: tuple[str, ...]) -> None:
    def create(_table: Table, connection: Connection, **_given: Any) -> None:
        for statement in statements[connection.dialect.name]:
            connection.execute(text(statement))

    event.listen(table, "after_create", create)


def _on_sqlite(table: str, what: str) -> str:
    verb = what.split()[0]
    return (
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: {verb} refused'); END"
    )


def _on_postgresql(table: str, what: str) -> Iterator[str]:
    yield (
        f"CREATE TRIGGER {table}_refuses_change BEFORE {what} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION hotline_refuse()"
    )
    yield (
        f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION hotline_refuse()"
    )
