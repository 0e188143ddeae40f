"""How `hotline recanvass --declared` prints where printed totals part from the ledger's."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from hotline.operations.desk.words import unit_name
from hotline.operations.recanvass.declared import DeclaredComparison
from hotline.operations.recanvass.words import exact, line_name, measure_name, to_places

FINEST = 4  # decimals of a number that was printed whole, where ours is not


def as_table(found: DeclaredComparison) -> None:
    """Every difference, and the precincts that may explain them, to standard output."""
    console = Console(markup=False, highlight=False)
    console.print(f"{len(found.declared)} totals declared, {len(found.partings)} are not ours.")
    table = Table("Contest", "Measure", "Candidate", "Declared", "Ours", "Difference")
    for one in found.partings:
        declared = one.declared
        contest = found.election.by_contest[declared.contest]
        places = max(declared.places, FINEST if one.ours.denominator > 1 else 0)
        table.add_row(
            contest.title,
            measure_name(declared.measure),
            line_name(contest, declared.choice),
            f"{declared.value:,}",
            to_places(one.ours, places),
            ("+" if one.by > 0 else "") + to_places(one.by, places),
        )
    if found.partings:
        console.print(table)
    for left in found.left:
        console.print(
            f"{unit_name(found.election, left.unit.code)} was corrected, but the totals declared "
            f"have its pool as it was: without its correction they are {to_places(left.without, 4)}"
            f" apart from ours in all, with it {to_places(left.apart, 4)}.",
            soft_wrap=True,
        )


def as_json(found: DeclaredComparison) -> str:
    """The same as one JSON document; numbers are text, ours also as an exact fraction."""
    document = {
        "election": found.election.id,
        "declared": len(found.declared),
        "differences": [
            {
                "contest": one.declared.contest,
                "measure": one.declared.measure,
                "choice": one.declared.choice,
                "declared": str(one.declared.value),
                "ours": to_places(one.ours, max(one.declared.places, FINEST)).replace(",", ""),
                "ours_exact": exact(one.ours),
                "difference": to_places(one.by, max(one.declared.places, FINEST)).replace(",", ""),
            }
            for one in found.partings
        ],
        "left_as_they_were": [
            {
                "unit": left.unit.code,
                "name": left.unit.name,
                "pool": left.unit.pool,
                "contest": left.contest,
                "apart": to_places(left.apart, FINEST),
                "apart_without_it": to_places(left.without, FINEST),
            }
            for left in found.left
        ],
    }
    return json.dumps(document, indent=2)
