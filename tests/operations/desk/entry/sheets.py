"""A report's form as somebody at the desk fills it in."""

from __future__ import annotations

from hotline.election.model import Election
from hotline.operations.desk.entry.filled import AwardQuestion, Filled
from hotline.operations.desk.entry.filling import fill
from tests.towns import PRESIDENT

Entries = dict[str, str]
UNIT = "10001"  # four delegates


def form(attendance: int, first: dict[str, int], final: dict[str, int]) -> Entries:
    columns = {"first": first, "final": final}
    return {f"{PRESIDENT}.attendance": str(attendance)} | {
        f"{PRESIDENT}.{column}.{who}": str(n)
        for column, counts in columns.items()
        for who, n in counts.items()
    }


FITTING = form(40, {"ash": 20, "birch": 20}, {"ash": 20, "birch": 20})


def agreed(town: Election, entries: Entries, insisted: tuple[str, ...] = ()) -> Filled:
    """The form once its award is agreed to."""
    [asked] = fill(town, UNIT, entries, insisted).questions
    assert isinstance(asked, AwardQuestion)
    return fill(town, UNIT, {**entries, asked.field: asked.same}, insisted)
