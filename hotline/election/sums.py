"""Sums of whole numbers: what reports contribute, in the scope of their unit's county or pool.

They can be kept up as reports come and go, in any order. What they come to is in `tally`.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from fractions import Fraction
from math import floor

from hotline.election.model import Contest
from hotline.election.model import add_columns as add_columns

Key = tuple[str, str, str]
"""Contest id, measure, and a candidate's id (or a line below them, or nothing)."""
Contribution = Mapping[Key, int]
Sums = Mapping[str, Contribution]
"""Sums by scope (`Unit.scope`)."""
Totals = dict[str, dict[str, int | str] | int]
"""By measure, counts by line; of a single number, the number."""


def add_to_sums(
    into: MutableMapping[str, dict[Key, int]],
    scope: str,
    contributed: Contribution,
    sign: int = 1,
) -> None:
    """Adds a contribution to the sums of a scope, or with sign -1 takes it out again.

    What comes to zero is not kept, so that equal sums are equal mappings.
    """
    sums = into.setdefault(scope, {})
    for key, count in contributed.items():
        total = sums.get(key, 0) + sign * count
        if total:
            sums[key] = total
        else:
            sums.pop(key, None)
    if not sums:
        del into[scope]


def everywhere(contest: Contest, measure: str, sums: Sums) -> dict[str, int]:
    """A measure by candidate over all scopes, every candidate of the contest present."""
    in_scopes = (of_scope(contest, measure, scope_sums) for scope_sums in sums.values())
    blank = {candidate.id: 0 for candidate in contest.candidates}
    return blank | add_columns(*in_scopes)


def of_scope(contest: Contest, measure: str, scope_sums: Contribution) -> dict[str, int]:
    """A measure by candidate in one scope, every candidate of the contest present."""
    return {c.id: scope_sums.get((contest.id, measure, c.id), 0) for c in contest.candidates}


def of_line(contest: Contest, measure: str, line: str, sums: Sums) -> int:
    """One line of a measure over all scopes: a candidate, a line below them, a single number."""
    return sum(in_scope.get((contest.id, measure, line), 0) for in_scope in sums.values())


def four_places(number: Fraction) -> str:
    """A number from zero up with four decimals, rounded half up from its exact value."""
    ten_thousandths = floor(number * 10_000 + Fraction(1, 2))
    return f"{ten_thousandths // 10_000}.{ten_thousandths % 10_000:04d}"
