"""What a publication would change of what stands: units, and every candidate's totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

UNITS = ("reported", "held", "outstanding", "verified", "contested", "total")
NONE_YET: Mapping[str, Any] = {"units": {}, "contests": []}

Value = int | str
"""A count, or a decimal with four places."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    name: str
    before: Value | None  # None: nothing was published
    after: Value
    difference: str  # with its sign; '' where there is none


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measure of a contest, candidate by candidate."""

    contest: str
    measure: str
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class PublicationChange:
    units: tuple[MeasureRow, ...]
    status: tuple[str | None, str]  # before and after
    columns: tuple[MeasureChange, ...]

    @property
    def columns_that_differ(self) -> tuple[MeasureChange, ...]:
        return tuple(one for one in self.columns if any(row.difference for row in one.rows))


def between(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> PublicationChange:
    """Compares two published documents; `before` is None before the first one."""
    earlier = NONE_YET if before is None else before
    contests = {contest["id"]: contest for contest in earlier["contests"]}
    columns = []
    for contest in after["contests"]:
        known = contests.get(contest["id"], {"totals": {}})["totals"]
        names = {one["id"]: one["name"] for one in contest["candidates"]}
        for measure, values in contest["totals"].items():
            old = known.get(measure, {})
            rows = (_row(names.get(id, id), old.get(id), value) for id, value in values.items())
            columns.append(MeasureChange(contest["title"], measure, tuple(rows)))
    return PublicationChange(
        tuple(_row(name, earlier["units"].get(name), after["units"][name]) for name in UNITS),
        (earlier.get("status"), after["status"]),
        tuple(columns),
    )


def _row(name: str, before: Value | None, after: Value) -> MeasureRow:
    moved = Decimal(after) - Decimal(before or 0)
    return MeasureRow(name, before, after, f"{moved:+,}" if moved else "")
