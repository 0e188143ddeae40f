"""How `hotline election survey --against` prints what the checks found of later corrections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from hotline.election.model import Election
from hotline.election.review.recall import LEARNED, Correction, Recall, RecallMeasure
from hotline.election.rules.evidence import percent
from hotline.operations.desk.words import unit_name
from hotline.operations.recanvass.words import line_name, measure_name


def as_text(election: Election, recall: Recall) -> str:
    """The numbers, then for each corrected precinct what was filed and what is right."""
    return "\n".join(_lines(election, recall))


def as_json(election: Election, recall: Recall) -> str:
    """The same as one JSON document."""
    document = {
        "election": election.id,
        "reports": recall.reports,
        "corrected": len(recall.corrections),
        "checks": asdict(recall.now),
        "without_learned": asdict(recall.before),
        "learned": sorted(LEARNED),
        "units": [_unit(recall, one) for one in recall.corrections],
    }
    return json.dumps(document, indent=2)


def _lines(election: Election, recall: Recall) -> Iterator[str]:
    yield f"{election.title}: {len(recall.corrections)} precincts were corrected."
    yield from _measured(recall, recall.before)
    yield f"With {' and '.join(sorted(LEARNED))}, which these corrections suggested:"
    yield from _measured(recall, recall.now)
    yield ""
    for one in recall.corrections:
        yield f"{unit_name(election, one.code)}: {_checks(recall, one)}: {_changed(election, one)}"


def _measured(recall: Recall, measure: RecallMeasure) -> Iterator[str]:
    of = len(recall.corrections)
    yield (
        f"{measure.found} of {of} found by the figures alone, {measure.spoken} on the phone; "
        f"{measure.attended} with attendance."
    )
    share = percent(measure.interrupted, recall.reports)
    yield f"{measure.interrupted:,} of {recall.reports:,} chairs interrupted ({share} %)."


def _checks(recall: Recall, one: Correction) -> str:
    checks = [
        case.finding.check.value if case.finding.is_spoken else f"({case.finding.check.value})"
        for case in recall.findings_of(one.code)
    ]
    if checks:
        return ", ".join(dict.fromkeys(checks))
    return "attendance" if one.people else "not found"


def _changed(election: Election, one: Correction) -> str:
    """Such as: First alignment: Biden 4 -> 6; ..."""
    return "; ".join(
        f"{measure_name(cell.measure)}"
        f"{' ' if cell.line else ''}"
        f"{line_name(election.by_contest[difference.contest], cell.line)} "
        f"{cell.ledger} → {cell.paper}"
        for difference in one.differences
        for cell in difference.cells
    )


def _unit(recall: Recall, one: Correction) -> dict[str, object]:
    findings = [case.finding for case in recall.findings_of(one.code)]
    return {
        "code": one.code,
        "found": sorted({finding.check.value for finding in findings}),
        "spoken": sorted({finding.check.value for finding in findings if finding.is_spoken}),
        "people_changed": one.people,
        "changes": [
            {
                "contest": difference.contest,
                "measure": cell.measure,
                "choice": cell.line,
                "reported": cell.ledger,
                "corrected": cell.paper,
            }
            for difference in one.differences
            for cell in difference.cells
        ],
    }
