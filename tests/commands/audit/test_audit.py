"""`hotline audit verify`: what it prints of the log of activity, and when it refuses."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline.cli import main
from hotline.commands import environment
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from tests.operations.audit.tampering import add, tamper
from tests.towns import town


@pytest.fixture
def log(parts: AppContext, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    """An election loaded, and two notes."""
    load_election(parts, town(), "test")
    add(parts, note="first")
    add(parts, note="second")
    monkeypatch.setattr(environment, "parts", lambda: parts)
    return parts


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", *arguments], prog_name="hotline")


def head_of(result: Result) -> str:
    found = re.search(r"The log of activity ends at (3:[0-9a-f]{64})", result.output)
    assert found, result.output
    return found[1]


def test_a_whole_log_is_said_to_be_whole_with_its_end(log: AppContext) -> None:
    result = verify()

    assert result.exit_code == 0, result.output
    assert "Everything is as it was written." in result.stdout
    assert verify("--activity-head", head_of(result)).exit_code == 0


def test_an_altered_entry_is_named_and_the_status_is_1(log: AppContext) -> None:
    tamper(log, "UPDATE activity SET note = 'forged' WHERE note = 'first'")

    result = verify()

    assert result.exit_code == 1
    assert "activity: entry 2, id 2 of 2020-02-04 01:00:00 UTC by ann (note)" in result.stdout


def test_an_end_that_was_cut_off_is_found_by_the_head_that_was_noted(log: AppContext) -> None:
    noted = head_of(verify())
    tamper(log, "DELETE FROM activity_link WHERE number = 3", "DELETE FROM activity WHERE id = 3")

    assert verify().exit_code == 0
    result = verify("--activity-head", noted)
    assert result.exit_code == 1
    assert "activity: entry 3 was removed at the end" in result.stdout


def test_a_head_has_to_be_one(log: AppContext) -> None:
    result = verify("--activity-head", "3:abc")

    assert result.exit_code == 2
    assert "64 hexadecimal digits" in result.stderr


@pytest.mark.parametrize("change", ["activity SET note = ''", "activity_link SET number = 9"])
def test_the_database_itself_refuses_a_change(log: AppContext, change: str) -> None:
    with pytest.raises(DBAPIError, match="may not be changed"), writing(log.engine) as connection:
        connection.execute(text(f"UPDATE {change}"))
