"""Pages of a long list, the newest first: each begins where the one before ended.

A place is a time and a key, so that a page costs the same however far down the list it is, and what
is added meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, UnaryExpression, or_

Item = TypeVar("Item")
Key = int | str

SEPARATOR = "_"


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Between two rows: beside the one of this time and key, towards older rows or newer ones."""

    at: datetime  # UTC
    key: Key
    newer: bool = False

    def __str__(self) -> str:
        return SEPARATOR.join(
            ("newer" if self.newer else "older", self.at.isoformat(), str(self.key))
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`newer` and `older`: where the pages beside it begin; None where there is nothing more."""

    rows: Sequence[Item]
    newer: PagePlace | None
    older: PagePlace | None


def read_place(written: str, key: Callable[[str], Key]) -> PagePlace | None:
    """A place as it stands in an address; None where it is none: the list begins at its top."""
    direction, _, rest = written.partition(SEPARATOR)
    at, _, given = rest.partition(SEPARATOR)
    try:
        moment = datetime.fromisoformat(at)
        found = key(given)
    except ValueError:
        return None
    if direction not in ("newer", "older") or moment.tzinfo is None or not given:
        return None
    return PagePlace(moment.astimezone(UTC), found, direction == "newer")


def span(
    place: PagePlace | None,
    since: datetime | None,
    until: datetime | None,
    at: ColumnElement[datetime],
    key: ColumnElement[Any],
) -> list[ColumnElement[bool]]:
    """The conditions of a page's rows between two times, `until` left out.

    At most one bound each way: where there are two, a database may read an index from the looser.
    """
    below, above = until, since
    conditions = []
    if place is not None and place.newer and (since is None or place.at >= since):
        above = None
        conditions += [at >= place.at, or_(at > place.at, key > place.key)]
    elif place is not None and not place.newer and (until is None or place.at < until):
        below = None
        conditions += [at <= place.at, or_(at < place.at, key < place.key)]
    if above is not None:
        conditions.append(at >= above)
    if below is not None:
        conditions.append(at < below)
    return conditions


def order(
    place: PagePlace | None, at: ColumnElement[datetime], key: ColumnElement[Any]
) -> tuple[UnaryExpression[Any], UnaryExpression[Any]]:
    """The order in which a page is read; towards newer rows it is turned round afterwards."""
    if place is not None and place.newer:
        return at.asc(), key.asc()
    return at.desc(), key.desc()


def page_of(
    found: Sequence[Item],
    size: int,
    place: PagePlace | None,
    where: Callable[[Item], tuple[datetime, Key]],
) -> Page[Item]:
    """The page, out of `size` + 1 rows as they were read from `place` on."""
    more = len(found) > size
    rows = list(found[:size])
    towards_newer = place is not None and place.newer
    if towards_newer:
        rows.reverse()
    if not rows:
        return Page(rows, None, None)
    above = PagePlace(*where(rows[0]), newer=True)
    below = PagePlace(*where(rows[-1]))
    return Page(
        rows,
        newer=above if (more if towards_newer else place is not None) else None,
        older=below if (more or towards_newer) else None,
    )
