"""Looking through the log of what people did, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, select

from hotline.store import paging
from hotline.store.audit.activity import ActivityEntry, entry_of
from hotline.store.database import reading
from hotline.store.enums import ActivityKind
from hotline.store.paging import Page, PagePlace
from hotline.store.schema.chain_tables import activity_link
from hotline.store.schema.desk_tables import activity

PAGE = 50
AT_ONCE = 1_000  # of an export


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which entries; what is left empty asks for nothing. Times in UTC, `until` left out."""

    account_id: int | None = None
    who: str = ""
    kind: ActivityKind | None = None
    unit: str = ""
    call_sid: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry with its id, and its number in the chain; 0 where no link binds it."""

    id: int
    number: int
    entry: ActivityEntry


def search(
    connection: Connection, wanted: ActivityFilter, place: PagePlace | None = None, size: int = PAGE
) -> Page[FoundEntry]:
    """A page of the entries that the filter lets through, the newest first."""
    at, id_ = activity.c.at, activity.c.id
    statement = (
        select(activity, activity_link.c.number)
        .outerjoin(activity_link, activity_link.c.activity_id == activity.c.id)
        .where(*_conditions(wanted), *paging.span(place, wanted.since, wanted.until, at, id_))
        .order_by(*paging.order(place, at, id_))
        .limit(size + 1)
    )
    found = [
        FoundEntry(row.id, row.number or 0, entry_of(row)) for row in connection.execute(statement)
    ]
    return paging.page_of(found, size, place, lambda each: (each.entry.at, each.id))


def every(engine: Engine, wanted: ActivityFilter) -> Iterator[FoundEntry]:
    """All that the filter lets through, the newest first; a transaction for each page."""
    place: PagePlace | None = None
    while True:
        with reading(engine) as connection:
            page = search(connection, wanted, place, AT_ONCE)
        yield from page.rows
        if page.older is None:
            return
        place = page.older


def _conditions(wanted: ActivityFilter) -> list[ColumnElement[bool]]:
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.account_id, activity.c.account_id == wanted.account_id),
        (wanted.who, activity.c.who == wanted.who),
        (wanted.kind, activity.c.kind == wanted.kind),
        (wanted.unit, activity.c.unit_code == wanted.unit),
        (wanted.call_sid, activity.c.call_sid == wanted.call_sid),
    ]
    return [condition for given, condition in asked if given]
