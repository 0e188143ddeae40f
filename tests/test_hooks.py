"""What newcomers are given to work with: the list that `make` prints, and the hooks of git."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def hooks() -> dict[str, dict[str, object]]:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"], "nothing is fetched"
    return {hook["id"]: hook for hook in repositories[0]["hooks"]}


def test_the_hooks_are_tools_of_this_checkout() -> None:
    for hook in hooks().values():
        assert hook["language"] in ("system", "pygrep")
        if hook["language"] == "system":
            tool = str(hook["entry"]).split()[0]
            assert tool.startswith(".venv/bin/")
            assert (Path(sys.executable).parent / Path(tool).name).exists()


def accepts(message: str, tmp_path: Path) -> bool:
    """What the hook says, as git would ask it."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a checkout")
    written = tmp_path / "COMMIT_EDITMSG"
    written.write_text(message)
    command = [sys.executable, "-m", "pre_commit", "run", "commit-title"]
    ended = subprocess.run(
        [*command, "--hook-stage", "commit-msg", "--commit-msg-filename", str(written)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PRE_COMMIT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "commit title" in ended.stdout, ended.stdout + ended.stderr
    return ended.returncode == 0


def test_git_refuses_a_commit_by_its_title(tmp_path: Path) -> None:
    assert accepts("Desk: keep typed reports across sign-in\n\nWhy: because.\n", tmp_path)
    assert not accepts("Keep typed reports\n\nDesk: the body does not help\n", tmp_path)


@pytest.mark.parametrize(
    ("title", "good"),
    [
        ("Web, voice: say who called", True),
        ("fixup! Desk: keep typed reports", True),
        ("Desk: " + 66 * "x", True),
        ("Desk: " + 67 * "x", False),
        ("desk: keep typed reports", False),
        ("Desk:keep typed reports", False),
        ("Desk", False),
    ],
)
def test_a_title_says_area_and_effect(title: str, good: bool) -> None:
    pattern = str(hooks()["commit-title"]["entry"])

    assert bool(re.search(pattern, f"{title}\n\nWhy.\n", re.MULTILINE | re.DOTALL)) is good


def test_make_alone_lists_every_public_target() -> None:
    written = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", written, re.MULTILINE)
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, check=True, text=True).stdout

    assert phony is not None
    assert re.findall(r"^  make (\S+) +\S", listed, re.MULTILINE) == phony[1].split()
