"""What a recanvass or recount has changed of the results that stood before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


def changes(before: Document, after: Document) -> dict[str, Any]:
    """Every published total that differs, as `[before, after]`, by contest, measure and candidate.

    `since` is the number of the publication that it is compared with. Contests without a
    difference have empty totals.
    """
    earlier = {contest["id"]: contest for contest in before["contests"]}
    return {
        "since": before["number"],
        "contests": [
            {"id": contest["id"], "totals": _of(earlier.get(contest["id"]), contest)}
            for contest in after["contests"]
        ],
    }


def _of(before: Document | None, after: Document) -> dict[str, dict[str, list[int | str | None]]]:
    earlier = before["totals"] if before else {}
    found = {
        measure: {
            candidate: [earlier.get(measure, {}).get(candidate), value]
            for candidate, value in column.items()
            if earlier.get(measure, {}).get(candidate) != value
        }
        for measure, column in after["totals"].items()
    }
    return {measure: column for measure, column in found.items() if column}
