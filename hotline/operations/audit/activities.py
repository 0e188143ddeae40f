"""What was done, as administrators look for it: a list with its differences, and a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.query_parameters import QueryParameters
from hotline.store.accounts import accounts
from hotline.store.audit import activity_chain, activity_search
from hotline.store.audit.activity_chain import ActivityHead
from hotline.store.audit.activity_search import ActivityFilter, FoundEntry
from hotline.store.database import reading, transact
from hotline.store.paging import Page, PagePlace
from hotline.tables.writer import TableFile

HEAD = (
    "number",
    "id",
    "at",
    "account_id",
    "who",
    "kind",
    "call_sid",
    "unit_code",
    "ledger_id",
    "before",
    "after",
    "note",
)


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """What a change was about, in words. `before` is None where that was not said, or is the same;
    `after` is None where nothing is left of it."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """A page of the log, its end, and the names that can be asked for."""

    page: Page[FoundEntry]
    head: ActivityHead
    names: tuple[str, ...]


def asked_for(parts: AppContext, form: Mapping[str, str]) -> tuple[ActivityFilter, dict[str, str]]:
    """What the form asks for, and by field what is wrong with it."""
    active = parts.known_election()
    asked = QueryParameters(form, active.election if active else None)
    since, until = asked.span("since", "until")
    units = asked.units("unit", 1)
    wanted = ActivityFilter(
        who=asked.text("who"),
        kind=asked.choice("kind", ActivityKind),
        unit=units[0] if len(units) == 1 else "",
        call_sid=asked.text("call"),
        since=since,
        until=until,
    )
    return wanted, asked.problems


def search_activities(parts: AppContext, wanted: ActivityFilter, place: PagePlace | None) -> Looked:
    with reading(parts.engine) as connection:
        return Looked(
            activity_search.search(connection, wanted, place),
            activity_chain.head(connection),
            tuple(account.name for account in accounts.listed(connection)),
        )


def export(
    parts: AppContext, who: Actor, wanted: ActivityFilter, form: Mapping[str, str]
) -> TableFile:
    """All entries that the filter lets through; who takes them is one more."""
    asked = {name: value for name, value in form.items() if value}
    transact(
        parts.engine,
        lambda connection: log_activity(
            connection, parts, who, ActivityKind.ACTIVITY_EXPORTED, after={"asked for": asked}
        ),
    )
    rows = (_cells(found) for found in activity_search.every(parts.engine, wanted))
    return TableFile(HEAD, rows)


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[LoggedChange]:
    """What was otherwise before, what is the same, and what is new, each under its name."""
    earlier, later = dict(_flat(before or {})), dict(_flat(after or {}))
    found = []
    for name in dict.fromkeys([*earlier, *later]):
        was, now = earlier.get(name), later.get(name)
        found.append(LoggedChange(name, None if was == now else was, now))
    return found


def _flat(document: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        name = f"{under}{key}".replace("_", " ")
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{name}, ")
        else:
            yield name, _said(value)


def _said(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None | "":
            return "nothing"
        case list() | dict():
            return ", ".join(map(_said, value)) or "nothing"
        case _:
            return str(value)


def _cells(found: FoundEntry) -> Iterator[object]:
    entry = found.entry
    yield from (found.number, found.id, entry.at.isoformat(), entry.account_id, entry.who)
    yield from (entry.kind.value, entry.call_sid, entry.unit_code, entry.ledger_id)
    yield from (_json(entry.before), _json(entry.after), entry.note)


def _json(document: Mapping[str, Any] | None) -> str:
    return "" if document is None else json.dumps(document, sort_keys=True, ensure_ascii=False)
