"""The glossary has every status as the program defines it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = re.compile(r"^`(\w+)` in `(\S+\.py)`\.\n\n((?:\|.*\n)+)", re.MULTILINE)


def tables() -> list[tuple[str, str, str]]:
    """Class, file and rows of each table of statuses."""
    return TABLE.findall((ROOT / "docs" / "glossary.md").read_text())


def values(name: str, file: str) -> list[object]:
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.ClassDef) and node.name == name:
            assigned = [part for part in node.body if isinstance(part, ast.Assign)]
            return [ast.literal_eval(part.value) for part in assigned]
    return []


def test_the_glossary_has_tables() -> None:
    assert len(tables()) > 10


@pytest.mark.parametrize(("name", "file", "rows"), tables(), ids=[name for name, *_ in tables()])
def test_a_table_has_the_values_of_its_enum(name: str, file: str, rows: str) -> None:
    explained = dict(re.findall(r"^\| `([^`]+)` \| *(.*?) *\|$", rows, re.MULTILINE))

    assert list(explained) == values(name, file)
    assert all(explained.values())
