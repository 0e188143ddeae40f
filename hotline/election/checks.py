"""The checks on one report (checks.md), each run as soon as its columns are known.

A check is a function from the figures of a contest to what it finds. The best moment to mend a
report is while the chair is on the line, so `examine` is called after every column; and because
time on the line is short, one error is said once: what another finding explains is left out, or
kept for staff alone (`Finding.silent`).

TIE, UNKNOWN_UNIT, OUT_OF_RANGE and ALREADY_REPORTED need the conversation or the ledger and are not
looked for here; TWIN compares the keys that `twin_key` gives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from hotline.election.finding import (
    Check,
    Effect,
    Finding,
    Stage,
    Treatment,
    contests,
    holds,
)
from hotline.election.model import LOTS, Contest, Election, Figures, Unit
from hotline.election.rules.oddities import FEW
from hotline.election.rules.registry import rule_of

__all__ = [
    "Check",
    "Effect",
    "Finding",
    "Stage",
    "Treatment",
    "contests",
    "examine",
    "examine_all",
    "examine_report",
    "holds",
    "twin_key",
]


def examine(
    election: Election,
    contest: Contest,
    unit: Unit,
    figures: Figures,
    stage: Stage,
    earlier: Sequence[Figures] = (),
) -> tuple[Finding, ...]:
    """What becomes visible at this stage. Columns of later stages are not looked at.

    `earlier`: the figures of the contests that the report has before this one. Where a chair says
    the same again, each stage's findings are the same again. TypeError where the figures are not of
    the contest's rule.
    """
    rule = rule_of(contest)
    alone = rule.examine(election, contest, unit, figures, stage)
    return (*alone, *rule.beside(contest, figures, earlier, stage))


def examine_all(
    election: Election,
    contest: Contest,
    unit: Unit,
    figures: Figures,
    earlier: Sequence[Figures] = (),
) -> tuple[Finding, ...]:
    """What there is to find in one contest, in the order in which a call comes upon it."""
    return tuple(
        finding
        for stage in Stage
        for finding in examine(election, contest, unit, figures, stage, earlier)
    )


def examine_report(
    election: Election, unit: Unit, figures: Mapping[str, Figures]
) -> tuple[Finding, ...]:
    """What there is to find in a report, contest by contest; a contest that it lacks is skipped."""
    found: list[Finding] = []
    earlier: list[Figures] = []
    for contest in election.contests:
        if contest.id in figures:
            found += examine_all(election, contest, unit, figures[contest.id], earlier)
            earlier.append(figures[contest.id])
    return tuple(found)


def twin_key(figures_by_contest: Mapping[str, Figures]) -> str | None:
    """A digest of what was counted, the same for units that report the same figures (TWIN).

    None where no contest has more than ten people: small reports are equal by chance. Who won a
    toss does not make figures different.
    """
    if max((counted.people for counted in figures_by_contest.values()), default=0) <= FEW:
        return None
    documents = {
        contest: {key: value for key, value in figures.to_document().items() if key != LOTS}
        for contest, figures in figures_by_contest.items()
    }
    return hashlib.sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()
