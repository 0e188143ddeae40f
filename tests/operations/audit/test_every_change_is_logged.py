"""Read out of the source: what changes the records also writes into the log who did it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import hotline
from hotline.store.enums import ActivityKind

ROOT = Path(hotline.__file__).parent
OPERATIONS = ROOT / "operations"
LOGS = "log_activity"
CHANGES = "transact"
WORDS = {"words.py", "history.py"}

ELSEWHERE: Mapping[str, str] = {
    "hotline.operations.monitoring.alert_policy.tell": "the incident says to whom it was told",
    "hotline.operations.desk.entry.pictures.take_pictures": "what came in: a row of its own",
    "hotline.operations.publication.publish._record": "a refusal: a row of its own, by no person",
    "hotline.operations.publication.publish._write": "a publication says who approved it",
    "hotline.operations.upkeep.purge._delete": "the clock deletes what is past its time",
    "hotline.operations.admission.block_files.foresee_blocks": "only tried, and rolled back",
    "hotline.operations.calls.ingest._move": "calls: events of their own",
    "hotline.operations.reports.filing.file_report": "a report: its version says who filed it",
    "hotline.operations.accounts.signing_in.is_right": "the entry of the sign-in",
    "hotline.operations.accounts.signing_in.accept_code": "the entry of the sign-in",
    "hotline.operations.accounts.signing_in.spend_recovery_code": "the sign-in's entry says how",
    "hotline.operations.reports.tabulate.tabulate": "a report's own events",
}
"""What needs no entry in the log, and where it is written down instead."""


def test_whatever_opens_a_transaction_to_change_something_logs_it() -> None:
    functions = _functions()
    changing = {name for name in functions if CHANGES in _names(functions[name])}
    given = {name for name in changing if _is_given_its_work(name)}
    changing |= {name for name in functions if given & set(_called(name))}
    changing -= given
    assert len(changing) > 40, "they are not found any more"

    silent = {name for name in changing if not _logs(name)}
    assert silent - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) - silent == set(), "these log it, or are gone"


def test_every_kind_of_activity_is_written_by_something() -> None:
    written = {
        node.attr
        for path in OPERATIONS.rglob("*.py")
        if path.name not in WORDS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("ActivityKind", "Kind")
    }
    assert set(ActivityKind.__members__) - written == set()


@cache
def _functions() -> Mapping[str, ast.FunctionDef]:
    """Each function of the operations by its dotted name, what is defined inside it included."""
    return {
        f"{module}.{node.name}": node
        for module, tree in _modules().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


@cache
def _modules() -> Mapping[str, ast.Module]:
    return {
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in OPERATIONS.rglob("*.py")
    }


def _logs(name: str) -> bool:
    """Whether a function writes an entry, by itself or by what it calls."""
    seen, ahead = set(), [name]
    while ahead:
        one = ahead.pop()
        seen.add(one)
        if LOGS in _names(_functions()[one]):
            return True
        ahead += set(_called(one)) - seen
    return False


def _is_given_its_work(name: str) -> bool:
    """Whether what is written in the transaction is its caller's to say."""
    function = _functions()[name]
    return any(
        "Callable[[Connection" in ast.unparse(one.annotation or one) for one in function.args.args
    )


def _called(name: str) -> Iterator[str]:
    module = name.rpartition(".")[0]
    imported = _imported(module)
    for node in ast.walk(_functions()[name]):
        if isinstance(node, ast.Name):
            found = imported.get(node.id, f"{module}.{node.id}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = f"{imported.get(node.value.id, '')}.{node.attr}"
        else:
            continue
        if found in _functions():
            yield found


def _imported(module: str) -> Mapping[str, str]:
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(_modules()[module])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _names(function: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
