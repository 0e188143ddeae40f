"""What the tables of the first schema share: types of columns, and rows that may not change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Moment = sa.DateTime(timezone=True)
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

REFUSE = """
CREATE OR REPLACE FUNCTION hotline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% may not be changed: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END
$$
"""


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def create() -> None:
    """The function that the triggers of PostgreSQL call; SQLite's do without one."""
    if not on_sqlite():
        op.execute(REFUSE)


def append_only(table: str) -> None:
    """Rows are written once: UPDATE, DELETE and TRUNCATE fail."""
    if on_sqlite():
        _sqlite_trigger(table, "UPDATE")
        _sqlite_trigger(table, "DELETE")
    else:
        _postgresql_trigger(table, "change", "UPDATE OR DELETE", "ROW")
        _postgresql_trigger(table, "truncate", "TRUNCATE", "STATEMENT")


def fixed(table: str, columns: str) -> None:
    """These columns keep what they were given."""
    if on_sqlite():
        _sqlite_trigger(table, f"UPDATE OF {columns}")
    else:
        _postgresql_trigger(table, "change", f"UPDATE OF {columns}", "ROW")


def _sqlite_trigger(table: str, what: str) -> None:
    verb = what.split()[0]
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: {verb} refused'); END"
    )


def _postgresql_trigger(table: str, name: str, what: str, each: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION hotline_refuse()"
    )
