"""What commands build from the settings, and leave behind: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli import main

OPEN = Path("/proc/self/fd")


@pytest.mark.skipif(not OPEN.exists(), reason="looks into /proc")
@pytest.mark.parametrize("arguments", [["db", "upgrade"], ["user", "list"]])
def test_a_command_closes_its_database(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "hotline.db"
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{database}")

    for words in (["db", "upgrade"], arguments):
        CliRunner().invoke(main, words)

    assert database.exists()
    assert [link for link in links() if link.startswith(str(database))] == []


def links() -> list[str]:
    found = []
    for entry in OPEN.iterdir():
        try:
            found.append(str(entry.readlink()))
        except FileNotFoundError:  # it was the directory itself that was read
            continue
    return found
