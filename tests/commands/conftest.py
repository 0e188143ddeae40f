from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli import main
from tests.commands.command_line import OURS, Done, Hotline

PRIMARY = Path(__file__).parents[2] / "config/elections/primary-sample"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def hotline(var: Path) -> Hotline:
    """Runs the command in this process."""

    def run(*arguments: object, **environment: str) -> Done:
        cleared = dict.fromkeys(name for name in os.environ if name.startswith(OURS))
        given = {**cleared, "HOTLINE_VAR": str(var), **environment}
        done = CliRunner(env=given).invoke(main, [*map(str, arguments)], prog_name="hotline")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def process(var: Path) -> Hotline:
    """Runs the command as a process of its own."""

    def run(*arguments: object, **environment: str) -> Done:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        done = subprocess.run(
            [sys.executable, "-m", "hotline", *map(str, arguments)],
            env={**clean, "HOTLINE_VAR": str(var), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def loaded(hotline: Hotline) -> Hotline:
    """The command, with a schema and the small primary loaded."""
    for arguments in (("db", "upgrade"), ("election", "load", PRIMARY)):
        done = hotline(*arguments)
        assert (done.status, done.stderr) == (0, ""), done
    return hotline
