"""The installed program is whole: the wheel alone, in an empty directory, with no checkout near."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ("app.py", "config/", "hotline/", "workers/")
SECONDS = 120
"""Starting everything, with Iowa loaded and 1,765 PINs issued, on a busy machine."""

DIRECTLY = build_opener(ProxyHandler({}))
"""Loopback is asked itself, whatever proxy the environment names."""


def tracked() -> list[str]:
    """What git keeps of the program, or is about to."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "-c", "-o", "--exclude-standard"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing that lies about in the checkout gets in."""
    place = tmp_path_factory.mktemp("wheel")
    needed = (*SHIPPED, "pyproject.toml", "README.md", "LICENSE")
    for name in tracked():
        if name.startswith(needed):
            (place / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / "source" / name)
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(place), str(place / "source"))
    (built,) = place.glob("*.whl")
    return built


def pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*command, *words], check=True, timeout=SECONDS)


def test_the_wheel_has_every_file_of_the_program(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {name for name in tracked() if name.startswith(SHIPPED)}

    assert len(expected) > 500
    assert expected - packed == set()


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert packed - set(tracked()) == set()


# --- What it says of itself


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (about,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        said = archive.read(about).decode()

    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert "\nLicense-Expression: MIT\n" in said
    assert "\nRequires-Python: >=3.11" in said
    for version in tried_versions():
        assert f"\nClassifier: Programming Language :: Python :: {version}\n" in said


def tried_versions() -> list[str]:
    """The versions of Python that are said to have been tried."""
    page = (ROOT / "CONTRIBUTING.md").read_text()
    return re.findall(r"^\| (3\.\d+) \|", page, re.MULTILINE)


def test_no_version_of_python_is_declared_that_was_not_tried() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))

    assert declared == tried_versions()


def test_the_program_imports_only_what_is_installed_with_it() -> None:
    """Else it works here, beside the tests' own packages, and nowhere else."""
    lock = (ROOT / "requirements.txt").read_text()
    locked = {canonical(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    owners = metadata.packages_distributions()
    ours = {"app", "config", "hotline", "workers", "_typeshed"}  # the last for mypy only
    foreign = imported() - set(sys.stdlib_module_names) - ours

    assert "flask" in foreign
    assert {n for n in foreign if not locked & {canonical(o) for o in owners.get(n, [])}} == set()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """The first names of all modules that the program imports."""
    found = set()
    for name in tracked():
        if name.startswith(SHIPPED) and name.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / name).read_text())):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    found.add((node.module or "").partition(".")[0])
    return found


# --- A real start


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own, which borrows only the packages it depends on."""

    home: Path
    site: Path
    work: Path
    """An empty directory, to work in."""

    def run(self, *words: str, **settings: str) -> str:
        ended = subprocess.run(
            [self.home / "bin" / "hotline", *words],
            cwd=self.work,
            env=self.environment() | settings,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def environment(self) -> dict[str, str]:
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        return {name: os.environ[name] for name in kept if name in os.environ}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("installed")
    venv.create(place / "venv", with_pip=False, symlinks=True)
    python = place / "venv" / "bin" / "python"
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    (site,) = (place / "venv" / "lib").glob("python*/site-packages")
    # A folder that is named so is looked into, but its own .pth files are not read: those of this
    # checkout's editable installation stay out.
    (site / "borrowed.pth").write_text("\n".join(path for path in sys.path if "-packages" in path))
    (place / "work").mkdir()
    return Installed(place / "venv", site, place / "work")


@pytest.mark.slow
def test_it_is_the_installed_program_that_runs(installed: Installed) -> None:
    said = subprocess.run(
        [installed.home / "bin" / "python", "-c", "import hotline; print(hotline.__file__)"],
        cwd=installed.work,
        env=installed.environment(),
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert Path(said.strip()) == installed.site / "hotline" / "__init__.py"


@pytest.mark.slow
def test_a_database_is_made_and_an_election_loaded(installed: Installed) -> None:
    elections = sorted((installed.site / "config" / "elections").iterdir())

    assert len(elections) > 1
    for number, election in enumerate(elections):
        database = {"DATABASE_URL": f"sqlite:///{installed.work / str(number)}.db"}
        installed.run("db", "upgrade", **database)
        assert installed.run("election", "load", str(election), **database)


@pytest.fixture(scope="module")
def running(
    installed: Installed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The addresses of the line and of its handset, once `hotline up` says that it is up."""
    port = free_port()
    work = tmp_path_factory.mktemp("up")
    with (work / "output").open("w+") as output:
        process = subprocess.Popen(
            [installed.home / "bin" / "hotline", "up", "--port", str(port)],
            cwd=work,
            env=installed.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            until = time.monotonic() + SECONDS
            while "Ctrl-C stops everything" not in (work / "output").read_text():
                assert process.poll() is None, (work / "output").read_text()
                assert time.monotonic() < until, (work / "output").read_text()
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def free_port() -> int:
    """A port that is free, and the one after it too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def fetch(address: str) -> bytes:
    try:
        with DIRECTLY.open(address, timeout=20) as answer:
            body: bytes = answer.read()
    except URLError as error:
        pytest.fail(f"{address}: {error}")
    return body


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/results", "/results.json", "/readyz", "/desk/"])
def test_its_pages_are_shown(running: tuple[str, str], path: str) -> None:
    assert fetch(running[0] + path)


@pytest.mark.slow
def test_its_handset_is_there_with_its_picture(running: tuple[str, str]) -> None:
    handset = running[1]

    assert b"handset.svg" in fetch(f"{handset}/")
    assert fetch(f"{handset}/static/handset.svg") == asset("sandbox/page", "handset.svg")


@pytest.mark.slow
def test_every_static_file_is_served(running: tuple[str, str], installed: Installed) -> None:
    folder = installed.site / "hotline" / "web" / "static"
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]

    assert names
    for name in names:
        assert fetch(f"{running[0]}/static/{name}") == asset("web", name)


def asset(room: str, name: str) -> bytes:
    return (ROOT / "hotline" / room / "static" / name).read_bytes()
