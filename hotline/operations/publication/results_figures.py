"""Reading a published document: whose figure is whose, who is ahead, what share and length it has.

Nothing is counted here. Shares and lengths of bars are worked out from the published figures;
every figure itself stays as it was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Document = Mapping[str, Any]

WRITE_INS = "write_ins"
"""The line of `ballots` that belongs to the votes."""

SLIVER = Decimal("0.6")
"""Per cent of a bar: what is there at all is drawn at least so wide, to be seen on a telephone."""

MARKS = 6
"""How many candidates have a colour and a shape of their own; the style sheet holds as many."""

MARKED = Decimal("0.05")
"""Share by any measure, of all counties together, from which a candidate has them."""

ONE_PLACE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the bar that shows what is in; `x` and `width` in per cent of it."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """total = counted + held + outstanding; contested and verified are among the counted."""

    total: int
    counted: int
    contested: int
    verified: int
    held: int
    outstanding: int
    pieces: tuple[Piece, ...]

    @property
    def reported(self) -> int:
        return self.counted + self.held

    @property
    def missing(self) -> int:
        return self.held + self.outstanding


def coverage(units: Mapping[str, int]) -> Coverage:
    """How much is in, from a document's `units` or a county's."""
    total, held, outstanding = units["total"], units["held"], units["outstanding"]
    counted = total - held - outstanding
    contested = min(units.get("contested", 0), counted)
    parts = {
        "counted": counted - contested,
        "contested": contested,
        "held": held,
        "outstanding": outstanding,
    }
    verified = units.get("verified", 0)
    return Coverage(total, counted, contested, verified, held, outstanding, _pieces(parts))


def _pieces(parts: Mapping[str, int]) -> tuple[Piece, ...]:
    """The parts side by side. Slivers are widened at the cost of the widest."""
    total = sum(parts.values())
    if not total:
        return ()
    widths = {
        kind: max(Decimal(100 * count) / total, SLIVER) for kind, count in parts.items() if count
    }
    widest = max(widths, key=lambda kind: widths[kind])
    widths[widest] -= sum(widths.values()) - 100
    pieces, x = [], Decimal(0)
    for kind, width in widths.items():
        pieces.append(Piece(kind, length(x), length(width)))
        x += width
    return tuple(pieces)


def figures(contest: Document, place: Document, measure: str) -> dict[str, int | str]:
    """A measure by candidate as published, in the contest's order, without those left out.

    `place` is the contest itself, for all together, or one of its scopes.
    """
    column = place["totals"].get(measure, {})
    return {c["id"]: column[c["id"]] for c in contest["candidates"] if c["id"] in column}


def write_ins(place: Document) -> int:
    """Votes for people who are not on the ballot, counted together; they lead nothing."""
    return int(place.get("ballots", {}).get(WRITE_INS, 0))


def whole(contest: Document, place: Document, measure: str) -> Decimal:
    """What the shares are shares of: all candidates and the write-ins, not what was left blank."""
    values = map(Decimal, figures(contest, place, measure).values())
    return sum(values, Decimal(write_ins(place)))


def ahead(values: Mapping[str, int | str], leader: str | None = None) -> list[str]:
    """Who leads, or all who are tied; nobody without figures.

    A leader that the document names stands: figures that are equal once rounded need not be equal.
    """
    most = max(map(Decimal, values.values()), default=Decimal(0))
    if not most:
        return []
    leading = [candidate for candidate, value in values.items() if Decimal(value) == most]
    return [leader] if leader in leading else leading


def marks(contest: Document) -> dict[str, str]:
    """A mark for each of the larger candidates, in the contest's order, so that a mark stays with
    its candidate whoever is ahead."""
    shares: dict[str, Decimal] = {}
    for measure in contest["measures"]:
        all_together = whole(contest, contest, measure)
        for candidate, value in figures(contest, contest, measure).items():
            if all_together:
                found = Decimal(value) / all_together
                shares[candidate] = max(shares.get(candidate, found), found)
    large = [candidate for candidate in shares if shares[candidate] >= MARKED]
    kept = sorted(large, key=lambda candidate: -shares[candidate])[:MARKS]
    marked = (c["id"] for c in contest["candidates"] if c["id"] in kept)
    return {candidate: f"mark-{place}" for place, candidate in enumerate(marked, start=1)}


def share(value: Decimal, of: Decimal) -> str:
    """Per cent with one place, rounded half up; what is there is never shown as nothing."""
    percent = (100 * value / of).quantize(ONE_PLACE, ROUND_HALF_UP)
    if value and not percent:
        return f"<{ONE_PLACE}%"
    return f"{percent}%"


def written(value: int | str | Decimal) -> str:
    """A figure with every place that it has, its thousands set apart."""
    return f"{Decimal(value):,f}"


def length(percent: Decimal) -> str:
    return f"{percent:.2f}%"
