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
from collections.abc import Iterator, Mapping

from hotline.election.finding import (
    Check,
    Effect,
    Finding,
    Stage,
    Treatment,
    contests,
    found,
    holds,
)
from hotline.election.model import (
    Contest,
    Election,
    Figures,
    PluralityFigures,
    Unit,
    add,
    to_document,
)
from hotline.election.rules import caucus_checks
from hotline.election.rules.oddities import FEW, landslide, rare_candidate, unusual
from hotline.election.rules.plurality import adds_up, votes_due, votes_found

__all__ = [
    "Check",
    "Effect",
    "Finding",
    "Stage",
    "Treatment",
    "contests",
    "examine",
    "examine_all",
    "holds",
    "twin_key",
]


def examine(
    election: Election, contest: Contest, unit: Unit, figures: Figures, stage: Stage
) -> tuple[Finding, ...]:
    """What becomes visible at this stage. Columns of later stages are not looked at.

    Where a chair says the same again, each stage's findings are the same again. TypeError where
    the figures are not of the contest's rule.
    """
    if isinstance(figures, PluralityFigures) is contest.is_caucus:
        raise TypeError(f"figures of another rule than {contest.rule}")
    if isinstance(figures, PluralityFigures):
        return tuple(_PLURALITY.get(stage, _nothing)(contest, figures))
    room = caucus_checks.Room(election, contest, unit, figures)
    if not figures.voters and stage is Stage.ATTENDANCE:
        return (found(Check.NOBODY_CAME, contest.id),)
    return tuple(_CAUCUS.get(stage, _nothing)(room))


def examine_all(
    election: Election, contest: Contest, unit: Unit, figures: Figures
) -> tuple[Finding, ...]:
    """What there is to find in a whole report, in the order in which a call comes upon it."""
    return tuple(
        finding for stage in Stage for finding in examine(election, contest, unit, figures, stage)
    )


def twin_key(figures_by_contest: Mapping[str, Figures]) -> str | None:
    """A digest of what was counted, the same for units that report the same figures (TWIN).

    None where no contest has more than ten people: small reports are equal by chance. Who won a
    toss does not make figures different.
    """
    counted = [
        figures.ballots if isinstance(figures, PluralityFigures) else figures.voters
        for figures in figures_by_contest.values()
    ]
    if max(counted, default=0) <= FEW:
        return None
    documents = {
        contest: {key: value for key, value in to_document(figures).items() if key != "toss"}
        for contest, figures in figures_by_contest.items()
    }
    return hashlib.sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()


def _nothing(*_: object) -> Iterator[Finding]:
    yield from ()


def _ballots(contest: Contest, figures: PluralityFigures) -> Iterator[Finding]:
    if not figures.ballots:
        yield found(Check.NOBODY_CAME, contest.id)


def _lines(contest: Contest, figures: PluralityFigures) -> Iterator[Finding]:
    if not adds_up(contest, figures):
        yield found(
            Check.BALLOTS_DO_NOT_ADD_UP,
            contest.id,
            sum=votes_found(figures),
            expected=votes_due(contest, figures.ballots),
            ballots=figures.ballots,
        )
    votes = add(figures.votes)
    yield from rare_candidate(contest, unusual(contest, votes, figures.ballots))
    if len(contest.candidates) > contest.seats:
        yield from landslide(contest, votes, figures.ballots)


_CAUCUS = {
    Stage.FIRST: caucus_checks.first,
    Stage.FINAL: caucus_checks.final,
    Stage.DELEGATES: caucus_checks.delegates,
    Stage.WHOLE: caucus_checks.whole,
}
_PLURALITY = {Stage.ATTENDANCE: _ballots, Stage.WHOLE: _lines}
