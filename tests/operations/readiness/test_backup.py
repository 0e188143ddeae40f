"""Copies of the SQLite database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.readiness.backup import BackupError, back_up
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing


def titles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM election")]


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_copy_holds_what_was_committed(parts: AppContext, town: Election, tmp_path: Path) -> None:
    load_election(parts, town, "test")
    with writing(parts.engine) as connection:  # somebody else is at it
        connection.exec_driver_sql(
            "INSERT INTO switch_change VALUES (1, 'roster-only', 1, '', 'x', 'x', '{}')"
        )
        copy = back_up(parts, tmp_path / "copies" / "one.db")
    assert titles(copy) == [town.id]
    assert rows(copy, "switch_change") == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in copy.parent.iterdir()] == ["one.db"]


def test_a_copy_in_the_folder_of_the_settings(
    parts: AppContext, town: Election, tmp_path: Path
) -> None:
    settings = parts.settings.model_copy(update={"backup_dir": tmp_path / "a folder?"})
    parts = AppContext(settings, parts.engine, parts.redis, parts.now)
    load_election(parts, town, "test")
    copy = back_up(parts)
    assert copy == tmp_path / "a folder?" / "hotline-20200204T010000Z.db"
    assert titles(copy) == [town.id]


def test_nothing_is_written_over(parts: AppContext, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.write_text("mine")
    with pytest.raises(BackupError, match="there already"):
        back_up(parts, there)
    assert there.read_text() == "mine"


def test_without_a_name_or_a_folder(parts: AppContext) -> None:
    with pytest.raises(BackupError, match="HOTLINE_BACKUP_DIR"):
        back_up(parts)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_postgresql_has_a_program_of_its_own(parts: AppContext, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="pg_dump"):
        back_up(parts, tmp_path / "one.db")
    assert not (tmp_path / "one.db").exists()
