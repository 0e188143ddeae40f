"""What the pages say must be there: links, paths, commands, options, settings, tables, snippets."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from config.settings import Settings
from hotline.cli import main
from hotline.store.schema.every_table import metadata

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = ("config", "docs", "hotline", "tests", "workers")
PLACEHOLDERS = "[]<>*…"


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


every_page = pytest.mark.parametrize("page", PAGES, ids=page_id)


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", page.read_text())


def blocks(page: Path, language: str) -> list[str]:
    return [body for name, body in FENCE.findall(page.read_text()) if name == language]


def spans(page: Path) -> list[str]:
    """What stands between backticks, also over the end of a line."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(page))]


def command_lines(page: Path) -> Iterator[str]:
    """Whatever a reader would type: spans, and the lines of blocks."""
    yield from spans(page)
    for block in blocks(page, ""):
        yield from block.replace("\\\n", " ").splitlines()


# --- Links and paths


def anchors(page: Path) -> set[str]:
    """The headings of a page as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(page))


@every_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / unquote(path)).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


@every_page
def test_every_path_that_is_named_exists(page: Path) -> None:
    paths = [
        span.partition(" ")[0]
        for span in spans(page)
        if re.match(rf"({'|'.join(OURS)})/", span) and not set(PLACEHOLDERS) & set(span)
    ]

    assert [path for path in paths if not (ROOT / path).exists() and "/ID" not in path] == []


def test_a_link_that_leads_nowhere_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One & two\n[a](#one--two) [b](gone.md) `x`\n```\n[c](block.md)\n```\n")

    assert links(page) == ["#one--two", "gone.md"]
    assert anchors(page) == {"one--two"}


# --- Commands


@every_page
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = [
        target
        for line in command_lines(page)
        for target in re.findall(r"(?:^|\s)make ([a-z-]+)", line)
    ]

    assert [target for target in named if target not in targets] == []


def arguments(line: str) -> list[str] | None:
    """What follows `hotline` in a line that begins with it, variables before it left out."""
    match = re.match(r"(?:[A-Z_]+=\S* )*(?:\.venv/bin/|-m )?hotline( .*)?$", line.strip())
    return shlex.split(match[1] or "", comments=True) if match else None


def wrong_with(words: list[str]) -> str:
    """What `hotline` would not understand; empty if all of it exists."""
    command: click.Command = main
    context = click.Context(command)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            return f"no command {words[0]}"
        command, words = found, words[1:]
    known = {name for parameter in command.params for name in parameter.opts}
    unknown = [word for word in words if word.startswith("--") and word not in known | {"--help"}]
    return f"no option {', '.join(unknown)}" if unknown else ""


@every_page
def test_every_hotline_command_that_is_named_exists(page: Path) -> None:
    wrong = {
        line: reason
        for line in command_lines(page)
        if (words := arguments(line)) and (reason := wrong_with(words))
    }

    assert wrong == {}


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert arguments("PORT=1 .venv/bin/hotline ledger open --live") == ["ledger", "open", "--live"]
    assert wrong_with(["ledger", "open", "--live"]) == ""
    assert wrong_with(["ledger", "burn"]) == "no command burn"
    assert wrong_with(["results", "--format", "json", "--loud"]) == "no option --loud"


# --- Snippets


def named(module: str, name: str) -> object:
    """What `from module import name` brings. ImportError if there is no such thing."""
    found = import_module(module)
    return getattr(found, name) if hasattr(found, name) else import_module(f"{module}.{name}")


def check_calls(snippet: str) -> None:
    """ImportError or TypeError if a snippet uses what is not there, or with other arguments."""
    tree = ast.parse(snippet)
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    brought = {n.name: named(node.module or "", n.name) for node in froms for n in node.names}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            function = brought.get(call.func.id)
            if callable(function):
                keywords = {keyword.arg: None for keyword in call.keywords if keyword.arg}
                inspect.signature(function).bind(*[None] * len(call.args), **keywords)


@every_page
def test_every_python_snippet_calls_what_is_there(page: Path) -> None:
    for snippet in blocks(page, "python"):
        check_calls(snippet)


def test_a_snippet_that_is_out_of_date_would_be_found() -> None:
    start = "from hotline.operations.review.decisions import withdraw\n"
    check_calls(start + "withdraw(parts(), 'A. Example', proposal_id=23)")
    with pytest.raises(TypeError, match="proposal_id"):
        check_calls(start + "withdraw(parts(), 'A. Example')")
    with pytest.raises(ImportError):
        check_calls("from hotline.operations.review.decisions import let_go")


# --- Settings, tables, version


@every_page
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {field.alias for field in Settings.model_fields.values()}
    named = set(re.findall(r"\b(?:HOTLINE|TWILIO)_[A-Z_]+\b", page.read_text()))

    assert named - known == set()


def test_the_architecture_has_every_table() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    section = page.partition("In SQL, as")[2].partition("In Redis,")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)

    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == set(metadata.tables)


def test_the_architecture_has_every_folder() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    folders = {f"hotline/{path.parent.name}" for path in (ROOT / "hotline").glob("*/__init__.py")}

    assert set(re.findall(r"^\| `(hotline/\w+)` \|", page, re.MULTILINE)) == folders


def test_the_architecture_has_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    section = page.partition("### Rooms")[2].partition("\n## ")[0]
    head, *cells = [line.split("|")[3:-1] for line in section.splitlines() if line[:1] == "|"]
    floors = [cell.strip() for cell in head]
    written = {
        f"hotline/{floor}/{room}"
        for row in cells
        for floor, cell in zip(floors, row, strict=True)
        for room in re.findall(r"`(\w+)`", cell)
    }
    rooms = {
        str(path.parent.relative_to(ROOT))
        for floor in floors
        for path in (ROOT / "hotline" / floor).glob("*/__init__.py")
    }

    assert written == rooms - {"hotline/store/migrations"}


def test_the_readme_has_every_folder() -> None:
    page = (ROOT / "README.md").read_text()
    folders = {f"hotline/{path.parent.name}/" for path in (ROOT / "hotline").glob("*/__init__.py")}

    assert folders <= set(re.findall(r"^\| `(hotline/\w+/)` \|", page, re.MULTILINE))


def test_the_changelog_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest is not None
    assert newest[1] == version
