"""What the project promises of itself: pages, files and processes that must stay in step."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.settings import NEEDED_IN_PRODUCTION, Settings
from hotline.cli import COMMANDS, main
from hotline.store.queues import JOBS, QueueName
from hotline.supervisor.start import programs

ROOT = Path(__file__).parents[1]


def procfile() -> dict[str, list[str]]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    entries = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {name: shlex.split(command) for name, _, command in entries}


def committed() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def test_every_queue_has_a_worker_and_only_one() -> None:
    worked = [q for _, *words in procfile().values() if words[0] == "work" for q in words[1:]]

    assert sorted(worked) == sorted(QueueName)


def test_every_job_has_a_function() -> None:
    for job in JOBS:
        module, _, function = job.function.rpartition(".")
        path = ROOT / (module.replace(".", "/") + ".py")
        assert re.search(rf"^def {function}\(", path.read_text(), re.MULTILINE), job.function


def test_the_procfile_and_hotline_up_run_the_same() -> None:
    def essence(words: list[str]) -> list[str]:
        return [w for w in words if w not in ("--host", "0.0.0.0", "127.0.0.1")]

    production = Settings(carrier="twilio")
    started = {p.name: essence(list(p.command[3:])) for p in programs(production)}
    written = {name: essence(words[1:]) for name, words in procfile().items() if name != "release"}

    assert started == written


def test_the_sandbox_runs_in_the_sandbox_only() -> None:
    def names(carrier: str) -> set[str]:
        return {p.name for p in programs(Settings(carrier=carrier))}

    assert names("sandbox") - names("twilio") == {"sandbox"}


@pytest.mark.parametrize("name", procfile())
def test_every_line_of_the_procfile_is_a_command(name: str) -> None:
    program, *arguments = procfile()[name]

    assert program == "hotline"
    assert CliRunner().invoke(main, [*arguments, "--help"]).exit_code == 0


def test_every_process_says_why_it_is_one() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    for before, line in pairwise(lines):
        if re.match(r"\w+:", line):
            assert before.startswith("# "), line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    explained = CliRunner().invoke(main, [name, "--help"])

    assert re.search(rf"^  {name} +\w", listed, re.MULTILINE)
    assert explained.exit_code == 0


def documented() -> dict[str, list[str]]:
    page = (ROOT / "docs/settings.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", page, re.MULTILINE)
    assert len(rows) == len({name for name, *_ in rows}), "a setting is explained twice"
    return {name: [default, what] for name, default, what in rows}


def test_every_setting_is_documented_and_no_other() -> None:
    assert documented().keys() == {field.alias for field in Settings.model_fields.values()}


def test_the_documented_defaults_are_those() -> None:
    written = {name: cell.strip("`") for name, (cell, _) in documented().items() if cell[0] == "`"}
    fixed = {
        field.alias: f"{field.default:g}" if isinstance(field.default, float) else field.default
        for field in Settings.model_fields.values()
        if field.alias in written and field.alias != "PUBLIC_URL"  # which follows from PORT
    }

    assert written == {"PUBLIC_URL": "http://127.0.0.1:PORT"} | {
        k: str(v) for k, v in fixed.items()
    }


def test_what_production_needs_is_marked() -> None:
    marked = {name for name, (_, what) in documented().items() if "Twilio: needed" in what}

    assert marked == set(NEEDED_IN_PRODUCTION)


def test_no_file_names_the_host_of_a_registry() -> None:
    hosts = (
        *("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org"),
        *("registry.yarn" + "pkg.com", "deb.deb" + "ian.org", "crates" + ".io"),
    )
    options = re.compile(r"^\s*--(extra-)?index-url|^\s*--find-links", re.MULTILINE)
    found = [
        str(path.relative_to(ROOT))
        for path in committed()
        if any(host in text_of(path) for host in hosts)
        or (path.name.startswith("requirements") and options.search(text_of(path)))
    ]

    assert found == []


def test_every_locked_requirement_has_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"\n(?=[a-zA-Z])", (ROOT / name).read_text())
        pinned = [block for block in blocks if "==" in block.splitlines()[0]]
        assert pinned
        assert all("--hash=sha256:" in block for block in pinned)


def test_the_lock_has_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[^\w-]", line)[0].lower() for line in project["dependencies"]}
    locked = set(re.findall(r"^([\w-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))

    assert declared <= {name.lower() for name in locked}


def test_only_invented_telephone_numbers_are_committed() -> None:
    """555-0100 to 555-0199 is set aside for fiction; others are Twilio's own published examples."""
    published = {"+14158675310", "+14158675309", "+12349013030", "+18005551212"}
    number = re.compile(r"(?<![\w.])\+1[2-9]\d{2}[2-9]\d{6}\b")
    found = {
        (str(path.relative_to(ROOT)), match)
        for path in committed()
        if path.suffix in (".py", ".toml", ".md", ".csv", ".html", ".js")
        for match in number.findall(text_of(path))
        if not re.fullmatch(r"\+1\d{3}55501\d{2}", match) and match not in published
    }

    assert found == set()


def test_make_alone_prints_what_it_can_do() -> None:
    said = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True)

    assert all(f"make {target} " in said.stdout for target in ("run", "test", "lint", "bench"))


def test_python_m_hotline_is_the_command() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "hotline", "--version"], capture_output=True, text=True, check=True
    )

    assert said.stdout.startswith("hotline, version ")
