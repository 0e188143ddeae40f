"""The migrated schema is the one that the program was written for, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, inspect, text

from hotline.store import database
from hotline.store.database import reading, writing
from hotline.store.schema import migration
from hotline.store.schema.every_table import metadata


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = database.connect(empty_database_url)
    yield engine
    engine.dispose()


def test_the_migrations_lead_to_the_tables_of_the_program(engine: Engine, empty: Engine) -> None:
    with writing(empty) as connection:
        metadata.create_all(connection)

    assert described(engine) == described(empty)


def test_an_empty_database_is_not_current_until_it_is_upgraded(empty: Engine) -> None:
    assert not migration.is_current(empty)

    migration.upgrade(empty)

    assert migration.is_current(empty)


def test_every_migration_is_in_a_file_of_its_name_and_the_last_comes_last(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(migration.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    for script in scripts.walk_revisions():
        assert Path(script.path).stem == script.revision
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == max(
            script.revision for script in scripts.walk_revisions()
        )
        assert migration.schema_state(connection) is migration.SchemaState.CURRENT


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    before = described(engine)

    migration.upgrade(engine)

    assert described(engine) == before


def test_processes_that_start_together_upgrade_once(empty: Engine) -> None:
    failures: list[Exception] = []

    def upgrade() -> None:
        try:
            migration.upgrade(empty)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert migration.is_current(empty)


def test_a_schema_from_the_future_is_not_current(empty: Engine) -> None:
    migration.upgrade(empty)
    with writing(empty) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert not migration.is_current(empty)


@pytest.mark.parametrize("revision", ["0001", "0004", "9999"])
def test_a_schema_that_no_migration_starts_from_is_refused_in_a_sentence_and_left_alone(
    empty: Engine, revision: str
) -> None:
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text(f"INSERT INTO alembic_version VALUES ('{revision}')"))

    with pytest.raises(migration.UnknownSchemaError, match=f"schema {revision}, .* empty database"):
        migration.upgrade(empty)

    with reading(empty) as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_a_new_kind_of_log_entry_needs_no_migration(engine: Engine) -> None:
    at, new = datetime(2020, 2, 3, tzinfo=UTC), "something-new"
    log = dict.fromkeys(("call_sid", "unit_code", "note"), "")
    words = dict.fromkeys(
        ("channel", "entrance", "attestation", "standing", "verdict", "reason"), new
    )
    rows: dict[str, dict[str, Any]] = {
        "activity": {"at": at, "who": "a rule", "kind": new, **log},
        "call_event": {"sid": "CA1", "kind": new, "number": 0, "at": at, "detail": {}},
        "call": {
            "sid": "CA1",
            "began_at": at,
            "caller_key": "",
            "last_four": "",
            "filings": 0,
            **words,
        },
        "switch_change": {
            "switch": new,
            "on": True,
            "at": at,
            "who": "ann",
            "why": "a try",
            "said": {},
        },
    }

    with writing(engine) as connection:
        for table, row in rows.items():
            connection.execute(insert(metadata.tables[table]).values(row))


def described(engine: Engine) -> dict[str, Any]:
    """Everything a database says about its tables, in a form that can be compared."""
    with reading(engine) as connection:
        inspector = inspect(connection)
        tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
        return {
            "triggers": triggers(connection),
            "tables": {
                name: {
                    "columns": [
                        {**column, "type": str(column["type"])}
                        for column in inspector.get_columns(name)
                    ],
                    "primary key": inspector.get_pk_constraint(name),
                    "foreign keys": by_name(inspector.get_foreign_keys(name)),
                    "unique": by_name(inspector.get_unique_constraints(name)),
                    "checks": by_name(inspector.get_check_constraints(name)),
                    "indexes": by_name(inspector.get_indexes(name)),
                }
                for name in sorted(tables)
            },
        }


def by_name(things: list[Any]) -> list[dict[str, Any]]:
    return sorted((repr_values(thing) for thing in things), key=lambda thing: str(thing["name"]))


def repr_values(thing: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {option: str(setting) for option, setting in value.items()}
        if isinstance(value, dict)
        else value
        for name, value in thing.items()
    }


def triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    return sorted(connection.execute(text(query)).scalars())
