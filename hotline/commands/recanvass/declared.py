"""How `hotline recanvass --declared` prints where printed totals part from the ledger's."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from hotline.operations.desk.words import unit_name
from hotline.operations.recanvass.declared import DeclaredComparison
from hotline.operations.recanvass.words import exact, line_name, measure_name, to_places

FINEST = 4  # decimals of a number that was printed whole, where ours is not


def as_table(comparison: DeclaredComparison) -> None:
    """Every difference, and the precincts that may explain them, to standard output."""
    console = Console(markup=False, highlight=False)
    console.print(
        f"{len(comparison.declared)} totals declared, {len(comparison.partings)} are not ours."
    )
    table = Table("Contest", "Measure", "Candidate", "Declared", "Ours", "Difference")
    for parting in comparison.partings:
        declared = parting.declared
        contest = comparison.election.by_contest[declared.contest]
        places = max(declared.places, FINEST if parting.ours.denominator > 1 else 0)
        table.add_row(
            contest.title,
            measure_name(declared.measure),
            line_name(contest, declared.choice),
            f"{declared.value:,}",
            to_places(parting.ours, places),
            ("+" if parting.by > 0 else "") + to_places(parting.by, places),
        )
    if comparison.partings:
        console.print(table)
    for left in comparison.left:
        console.print(
            f"{unit_name(comparison.election, left.unit.code)} was corrected, but the totals "
            "declared have its pool as it was: without its correction they are "
            f"{to_places(left.without, 4)} apart from ours in all, with it "
            f"{to_places(left.apart, 4)}.",
            soft_wrap=True,
        )


def as_json(comparison: DeclaredComparison) -> str:
    """The same as one JSON document; numbers are text, ours also as an exact fraction."""
    document = {
        "election": comparison.election.id,
        "declared": len(comparison.declared),
        "differences": [
            {
                "contest": parting.declared.contest,
                "measure": parting.declared.measure,
                "choice": parting.declared.choice,
                "declared": str(parting.declared.value),
                "ours": to_places(parting.ours, max(parting.declared.places, FINEST)).replace(
                    ",", ""
                ),
                "ours_exact": exact(parting.ours),
                "difference": to_places(parting.by, max(parting.declared.places, FINEST)).replace(
                    ",", ""
                ),
            }
            for parting in comparison.partings
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
            for left in comparison.left
        ],
    }
    return json.dumps(document, indent=2)
