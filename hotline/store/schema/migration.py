"""The schema of the database and how it gets there. There is no way back: reports are kept."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from hotline.store.database import exclusive, reading, writing
from hotline.store.postgresql import unhurried

MIGRATIONS = Path(__file__).parents[1] / "migrations"


class UnknownSchemaError(Exception):
    """The database has a schema that no migration starts from; the message says what to do."""


def upgrade(engine: Engine) -> None:
    """Brings the database to the newest schema: wholly or not at all; safe to repeat.

    Raises UnknownSchemaError, and changes nothing, where it was made before 0.1.0 or by a newer
    version.
    """
    with unhurried(), writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
        exclusive(connection, "schema")
        config = _config()
        _refuse_unknown(_revision(connection), ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly the schema that this program was written for."""
    with reading(engine) as connection:
        return _revision(connection) == ScriptDirectory.from_config(_config()).get_current_head()


def _refuse_unknown(revision: str | None, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise UnknownSchemaError(
            f"The database has the schema {revision}, which this version cannot upgrade: it was "
            "made before 0.1.0 or by a newer version. Set DATABASE_URL to an empty database, or "
            "use the version that made this one."
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
