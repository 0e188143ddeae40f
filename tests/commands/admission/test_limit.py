"""hotline limit: what it lists, sets, takes back and refuses."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from config.settings import Settings
from hotline.cli import main
from hotline.operations.admission import limits
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from tests.towns import town


@pytest.fixture
def parts(
    parts: AppContext, settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AppContext:
    monkeypatch.setenv("HOTLINE_VAR", str(settings.var))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    load_election(parts, town(), "test")
    return parts


def hotline(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["limit", *arguments])


def test_a_limit_is_set_listed_and_taken_back(parts: AppContext) -> None:
    done = hotline("set", "stranger_calls", "5", "--why", "a fair")
    assert done.exit_code == 0, done.output
    assert "5 calls, instead of 3." in done.output
    assert limits.value(parts, "stranger_calls") == 5

    assert ": a fair" in hotline("list").output
    assert "3 calls, instead of 5." in hotline("undo", "stranger_calls").output
    assert limits.value(parts, "stranger_calls") == 3


def test_what_one_should_know_is_said(parts: AppContext) -> None:
    assert "nobody gets through" in hotline("set", "capacity", "2", "--why", "small").output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("set", "hurry", "5", "--why", "x"), "there is no limit hurry"),
        (("set", "capacity", "many", "--why", "x"), "write a whole number"),
        (("set", "capacity", "0", "--why", "x"), "from 1 to"),
        (("set", "capacity", "9", "--why", " "), "say why"),
        (("undo", "capacity"), "never changed"),
    ],
)
def test_a_refusal_is_one_line(parts: AppContext, arguments: tuple[str, ...], reason: str) -> None:
    found = hotline(*arguments)
    assert found.exit_code == 1
    assert reason in found.output
    assert len(found.output.splitlines()) == 1
