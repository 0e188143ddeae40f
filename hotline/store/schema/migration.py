"""The schema of the database and how it gets there. There is no way back: reports are kept."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from hotline.store.database import exclusive, reading, writing
from hotline.store.postgresql import unhurried

if TYPE_CHECKING:  # it takes a fifth of a process's start, and only `upgrade` needs it
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"
VERSION = "alembic_version"
"""The table in which a database says which schema it has."""


class SchemaState(StrEnum):
    """The schema that a database has, seen from this program."""

    CURRENT = "that of this version"
    OLDER = "older than this version"  # or none at all; `upgrade` mends it
    OTHER = "that of a newer version, or of one before 0.1.0"


class UnknownSchemaError(Exception):
    """The database has a schema that no migration starts from; the message says what to do."""


def upgrade(engine: Engine) -> None:
    """Brings the database to the newest schema: wholly or not at all; safe to repeat.

    Raises UnknownSchemaError, and changes nothing, where it was made before 0.1.0 or by a newer
    version.
    """
    from alembic import command

    with unhurried(), writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
        exclusive(connection, "schema")
        config = _config()
        _refuse_unknown(_revision(connection))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly the schema that this program was written for."""
    with reading(engine) as connection:
        return schema_state(connection) is SchemaState.CURRENT


def schema_state(connection: Connection) -> SchemaState:
    """Which schema the database of this connection has."""
    revision = _revision(connection)
    newest, known = _revisions()
    if revision == newest:
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision is None or revision in known else SchemaState.OTHER


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """The newest one of this program, and all that it knows: their files are named after them."""
    known = sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return known[-1] if known else None, frozenset(known)


def _refuse_unknown(revision: str | None) -> None:
    _, known = _revisions()
    if revision is not None and revision not in known:
        raise UnknownSchemaError(
            f"The database has the schema {revision}, which this version cannot upgrade: it was "
            "made before 0.1.0 or by a newer version. Set DATABASE_URL to an empty database, or "
            "use the version that made this one."
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION}"))  # noqa: S608
    return found


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
