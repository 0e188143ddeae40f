"""Finds the texts of the voice for `make catalogues` (pybabel).

They are values of the Enum `Prompt`, and arguments of `Text` in the rule sets.
"""

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


def rule_texts(
    file: IO[bytes], keywords: object, comment_tags: Iterable[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Every `Text(NAME, text)`, with its name as comment, and every `Printed(text)`."""
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Call(
                func=ast.Name(id="Text"),
                args=[ast.Constant(value=str(name)), ast.Constant(value=str(text)), *_],
            ):
                yield _message(node.lineno, name, text)
            case ast.Call(func=ast.Name(id="Printed"), args=[ast.Constant(value=str(text)), *_]):
                yield _printed(node, text)


def _printed(node: ast.Call, text: str) -> Message:
    for keyword in node.keywords:
        if keyword.arg == "context" and isinstance(keyword.value, ast.Constant):
            return node.lineno, "pgettext", (str(keyword.value.value), text), []
    one, several, many = text.partition("|")
    return node.lineno, *(("ngettext", (one, many)) if several else ("gettext", one)), []


def _member(member: ast.stmt) -> Iterator[Message]:
    match member:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
            yield _message(member.lineno, name, text)


def _message(line: int, name: str, text: str) -> Message:
    one, several, many = text.partition("|")
    if several:
        return line, "ngettext", (one, many), [name]
    return line, "gettext", text, [name]
