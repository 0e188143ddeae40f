"""Looking through the records of calls, a page at a time, however many there are.

A search reads ranges of one index in the order of time, so that a page costs about the same
whatever it asks for. Which index is decided here and not by the database, which cannot know how
common a combination is lately:

- Channel, entrance, verdict and reason have few values. Each combination of them that is asked for
  is a range of one index; the first of every range are read and put together.
- A unit, the last digits and what came of the call have an index each. What is asked besides is
  compared row by row, and after `LOOKED_THROUGH` rows the search stops and says how far it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    select,
    text,
)

from hotline.guard.triage import NO_REASON, Counted, Entrance, Verdict
from hotline.store import paging
from hotline.store.calls.call_log import CallRow
from hotline.store.database import reading
from hotline.store.enums import Channel
from hotline.store.paging import Page, PagePlace
from hotline.store.schema.tables import FILED, HUNG_UP, PROVED, TO_PERSON, call

PAGE = 50
AT_ONCE = 1_000  # of an export
MOST_COUNTED = 1_000
MOST_UNITS = 100
LOOKED_THROUGH = 10_000


class CameTo(StrEnum):
    """What came of a call. More than one may be true of it."""

    FILED = "filed"  # a report was filed in it
    PROVED = "proved"  # a PIN was proved in it
    PERSON = "person"  # it was put to a person
    TURNED_AWAY = "turned-away"
    HUNG_UP = "hung-up"  # answered, and over before a PIN was proved or a person reached


_INDEXED = {
    CameTo.FILED: FILED,
    CameTo.PROVED: PROVED,
    CameTo.PERSON: TO_PERSON,
    CameTo.HUNG_UP: HUNG_UP,
}
_WORDS = ("channel", "entrance", "verdict", "reason")
_VERDICTS = [
    *((verdict, NO_REASON) for verdict in Verdict if verdict is not Verdict.TURN_AWAY),
    *((Verdict.TURN_AWAY, reason) for reason in Counted),
]
"""Only who is turned away has a reason."""


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls; what is left empty asks for nothing. Times in UTC, `until` left out.

    `units`: any of these, at most `MOST_UNITS`.
    """

    since: datetime | None = None
    until: datetime | None = None
    channel: Channel | None = None
    entrance: Entrance | None = None
    verdict: Verdict | None = None
    reason: Counted | None = None
    units: Sequence[str] = ()
    last_four: str = ""
    came_to: CameTo | None = None


@dataclass(frozen=True, slots=True)
class FoundCalls:
    """A page of calls. `further`: from where to look on, where the search stopped halfway."""

    page: Page[CallRow]
    further: PagePlace | None = None


@dataclass(frozen=True, slots=True)
class Counting:
    """At least `number` calls; `is_all`: and no others."""

    number: int
    is_all: bool


def search(
    connection: Connection, wanted: CallFilter, place: PagePlace | None = None, size: int = PAGE
) -> FoundCalls:
    """A page of the calls that the filter lets through, the newest first."""
    ranges, rest = _plan(wanted, place)
    found: list[_Key] = []
    stops: list[_Key] = []
    for each in ranges:
        keys = _read(connection, each, rest, place, size + 1)
        found += keys
        if rest and len(keys) <= size and (stop := _stopped(connection, each)):
            stops.append(stop)
    is_upwards = place is not None and place.newer
    stop = (min if is_upwards else max)(stops, default=None)
    if stop is not None:  # nothing beyond the place at which the first range stopped
        found = [key for key in found if (key <= stop if is_upwards else key >= stop)]
    found.sort(reverse=not is_upwards)
    rows = _rows(connection, found[: size + 1])
    page = paging.page_of(rows, size, place, lambda row: (row.began_at, row.sid))
    if stop is None or len(rows) > size:
        return FoundCalls(page)
    return FoundCalls(page, PagePlace(*stop, is_upwards))


def count(connection: Connection, wanted: CallFilter) -> Counting:
    """How many there are, as far as that is quickly counted."""
    ranges, rest = _plan(wanted, None)
    found, is_all = 0, True
    for each in ranges:
        keys = len(_read(connection, each, rest, None, MOST_COUNTED + 1))
        found += keys
        if found > MOST_COUNTED:
            return Counting(MOST_COUNTED, False)
        is_all = is_all and not (rest and _stopped(connection, each))
    return Counting(found, is_all)


def every(engine: Engine, wanted: CallFilter) -> Iterator[CallRow]:
    """All calls that the filter lets through, the newest first; a transaction for each page."""
    place: PagePlace | None = None
    while True:
        with reading(engine) as connection:
            found = search(connection, wanted, place, AT_ONCE)
        yield from found.page.rows
        place = found.page.older or found.further
        if place is None:
            return


_Key = tuple[datetime, str]
"""When a call began, and its sid: its place in the list."""

Rest = dict[str, Any]
"""What is compared row by row: values by column, and under `came to` a condition in SQL."""


def _plan(wanted: CallFilter, place: PagePlace | None) -> tuple[list[Select[Any]], Rest]:
    """The ranges to read, and what they leave to be compared."""
    verdict, outcome = wanted.verdict, wanted.came_to
    if outcome is CameTo.TURNED_AWAY:
        if verdict not in (None, Verdict.TURN_AWAY):
            return [], {}
        verdict, outcome = Verdict.TURN_AWAY, None
    words = {
        "channel": wanted.channel,
        "entrance": wanted.entrance,
        "verdict": verdict,
        "reason": wanted.reason,
    }
    asked: Rest = {name: word.value for name, word in words.items() if word is not None}
    if outcome is not None:
        asked["came to"] = _INDEXED[outcome]
    if wanted.units:
        rest = asked | ({"last_four": wanted.last_four} if wanted.last_four else {})
        return [_range(wanted, place, unit_code=unit) for unit in wanted.units], rest
    if wanted.last_four:
        return [_range(wanted, place, last_four=wanted.last_four)], asked
    if outcome is not None:
        condition = text(asked.pop("came to"))
        return [_range(wanted, place).where(condition)], asked
    if not asked:
        return [_range(wanted, place)], {}
    return [_range(wanted, place, **each) for each in _combinations(words)], {}


def _combinations(words: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Every combination of the words that has all those that are asked for."""
    for channel, entrance, (verdict, reason) in product(Channel, Entrance, _VERDICTS):
        given = dict(zip(_WORDS, (channel, entrance, verdict, reason), strict=True))
        if all(word is None or given[name] == word for name, word in words.items()):
            yield {name: str(word) for name, word in given.items()}


def _range(wanted: CallFilter, place: PagePlace | None, **equal: str) -> Select[Any]:
    """The calls with these values, in the order of time (store/schema/tables.py, chosen_index)."""
    at, sid = call.c.began_at, call.c.sid
    values = [call.c[name] == value for name, value in equal.items()]
    span = paging.span(place, wanted.since, wanted.until, at, sid)
    statement = select(call).where(*values, *span)
    by_time, by_sid = paging.order(place, at, sid)
    if equal and "unit_code" not in equal:
        is_upwards = place is not None and place.newer
        by_time = by_time.nulls_first() if is_upwards else by_time.nulls_last()
    return statement.order_by(by_time, by_sid)


def _read(
    connection: Connection, each: Select[Any], rest: Rest, place: PagePlace | None, most: int
) -> list[_Key]:
    """The first keys of a range that the rest lets through."""
    if not rest:
        keys = each.with_only_columns(call.c.began_at, call.c.sid).limit(most)
        return [(at, sid) for at, sid in connection.execute(keys)]
    looked = each.limit(LOOKED_THROUGH).subquery()
    statement = (
        select(looked.c.began_at, looked.c.sid)
        .where(*_compare(looked, rest))
        .order_by(*paging.order(place, looked.c.began_at, looked.c.sid))
        .limit(most)
    )
    return [(at, sid) for at, sid in connection.execute(statement)]


def _compare(looked: FromClause, rest: Rest) -> list[ColumnElement[bool]]:
    conditions: list[Any] = [
        looked.c[name] == value for name, value in rest.items() if name != "came to"
    ]
    return [*conditions, *([text(rest["came to"])] if "came to" in rest else [])]


def _stopped(connection: Connection, each: Select[Any]) -> _Key | None:
    """The last of the rows of a range that are looked through; None where there are no more."""
    keys = each.with_only_columns(call.c.began_at, call.c.sid).limit(LOOKED_THROUGH)
    found = connection.execute(keys).all()
    return (found[-1][0], found[-1][1]) if len(found) == LOOKED_THROUGH else None


def _rows(connection: Connection, keys: Sequence[_Key]) -> list[CallRow]:
    """The calls with these keys, in their order."""
    wanted = select(call).where(call.c.sid.in_([sid for _, sid in keys]))
    found = {row["sid"]: CallRow(**row) for row in connection.execute(wanted).mappings()}
    return [found[sid] for _, sid in keys if sid in found]
