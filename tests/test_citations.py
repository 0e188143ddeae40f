"""What comments, docstrings and pages cite is there: files, modules, and sections of pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROSE = (".md", ".html", ".css", ".js", ".lua", ".toml", ".mako")
FILE = re.compile(
    r"(?<![\w:/.*<{-])((?:\.{1,2}/)*(?:[\w-]+/)*[\w-]+\.(?:md|py|lua|html|css|js))\b(?!\()"
)
MODULE = re.compile(r"\b((?:config|hotline|tests|workers)(?:\.[a-z_0-9]+)+)\b")
SECTION = re.compile(r"\b([\w-]+\.md)[,:] \"([^\"]+)\"")
IN_PYTHON = re.compile(r'""".*?"""|(?:^|  )# [^\n]*', re.DOTALL | re.MULTILINE)
PLACEHOLDER = re.compile(r"\b[A-Z]+\.\w+$")
NO_MODULE = re.compile(r"\.(?:db|dump|mo|po|pot)$")


@cache
def files() -> frozenset[str]:
    """What git keeps, or is about to."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "-c", "-o", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return frozenset(name for name in listed.split("\0") if name and (ROOT / name).is_file())


@cache
def endings() -> frozenset[str]:
    """Every way to name a file by the end of its path."""
    return frozenset(
        "/".join(name.split("/")[start:])
        for name in files()
        for start in range(name.count("/") + 1)
    )


@cache
def said_in(name: str) -> str:
    """What a file says to people: all of a page, the comments and docstrings of a program."""
    text = (ROOT / name).read_text()
    return "\n".join(IN_PYTHON.findall(text)) if name.endswith(".py") else text


def pages() -> list[str]:
    named = {"Makefile", "Procfile", ".ci/run"}
    return sorted(name for name in files() if name.endswith((*PROSE, ".py")) or name in named)


def is_there(cited: str, within: str) -> bool:
    """Whether a file is named: from the root, from the citing file, or by the end of its path."""
    path = (ROOT / within).parent / cited
    return path.exists() or cited.removeprefix("./") in endings()


def test_every_file_that_is_cited_is_there() -> None:
    wrong = [
        f"{name}: {cited}"
        for name in pages()
        for cited in FILE.findall(said_in(name))
        if not PLACEHOLDER.search(cited) and not is_there(cited, name)
    ]

    assert wrong == []


def test_every_module_that_is_cited_is_there() -> None:
    wrong = [
        f"{name}: {cited}"
        for name in pages()
        for cited in MODULE.findall(said_in(name))
        if not NO_MODULE.search(cited) and not is_module_or_part(cited)
    ]

    assert wrong == []


def is_module_or_part(dotted: str) -> bool:
    """Whether it is a module or package, or what follows one that has words after it."""
    path = dotted.replace(".", "/")
    parent = path.rpartition("/")[0]
    if f"{path}.py" in files() or (ROOT / path).is_dir():
        return True
    module = next((m for m in (f"{parent}.py", f"{parent}/__init__.py") if m in files()), None)
    name = dotted.rpartition(".")[2]
    return module is not None and bool(re.search(rf"\b{name}\b", (ROOT / module).read_text()))


def test_every_section_that_is_cited_is_in_its_page() -> None:
    wrong = [
        f"{name}: {page}, {section}"
        for name in pages()
        for page, section in SECTION.findall(" ".join(said_in(name).split()))
        if not any(words(section) in words((ROOT / found).read_text()) for found in all_named(page))
    ]

    assert wrong == []


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def all_named(page: str) -> list[str]:
    return [name for name in files() if name.endswith(f"/{page}") or name == page]


def test_what_is_not_there_would_be_found() -> None:
    cited = FILE.findall(
        "see gone.md, hotline/gone/away.py and ../gone.js; not x.md() or f.{name}.md"
    )

    assert cited == ["gone.md", "hotline/gone/away.py", "../gone.js"]
    assert not any(is_there(one, "tests/test_citations.py") for one in cited)
    assert not is_module_or_part("hotline.gone.away")
    assert is_module_or_part("hotline.cli.main")
    assert SECTION.findall('as in call.md, "The front door"') == [("call.md", "The front door")]
