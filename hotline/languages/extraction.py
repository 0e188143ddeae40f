"""Finds the texts of the voice for `make catalogues` (pybabel): they are values of an Enum."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

Message = tuple[int, str, str | tuple[str, str], list[str]]
"""Line, gettext function, text or texts, and comments for the translator."""


def prompts(
    file: IO[bytes], keywords: object, comment_tags: Iterable[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """The members of the class `Prompt`, each with its name as comment; `one|many` is a plural."""
    for node in ast.parse(file.read()).body:
        if isinstance(node, ast.ClassDef) and node.name == "Prompt":
            yield from (message for member in node.body for message in _member(member))


def _member(member: ast.stmt) -> Iterator[Message]:
    match member:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
            one, several, many = text.partition("|")
            if several:
                yield member.lineno, "ngettext", (one, many), [name]
            else:
                yield member.lineno, "gettext", text, [name]
