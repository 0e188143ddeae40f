"""What the ledger has of a unit, beside what its paper says: the numbers that are not the same.

Who won a toss is not compared: papers that are typed off rarely say it, and no total has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hotline.election.model import Contest, Election, Figures, PluralityFigures
from hotline.election.recanvass.reading_error import EARLY, Cell, Column, ErrorKind, Sheet, kind_of
from hotline.election.rules.plurality import BALLOTS, OVERVOTES, UNDERVOTES, WRITE_INS
from hotline.election.tally import ATTENDANCE, DELEGATES, FINAL, FIRST, VOTES

EARLY_FIRST = "early_first"
EARLY_FINAL = "early_final"

ByContest = Mapping[str, Figures]
"""A unit's figures by contest id."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One contest of a unit in which ledger and paper do not say the same.

    `cells` are the numbers that differ, in the order of the sheet. Where either has nothing at all,
    they are those that the other has.
    """

    unit: str
    contest: str
    kind: ErrorKind
    cells: tuple[Cell, ...]


def sheet_of(contest: Contest, figures: Figures) -> Sheet:
    """Every number of the sheet, by column and line; lines in the order of asking."""
    if isinstance(figures, PluralityFigures):
        lines = {
            **_column(contest, figures.votes),
            WRITE_INS: figures.write_ins,
            UNDERVOTES: figures.undervotes,
            OVERVOTES: figures.overvotes,
        }
        return {BALLOTS: {"": figures.ballots}, VOTES: lines}
    return {
        ATTENDANCE: {"": figures.attendance},
        EARLY: {"": figures.early},
        FIRST: _column(contest, figures.first),
        EARLY_FIRST: _column(contest, figures.early_first),
        FINAL: _column(contest, figures.final),
        EARLY_FINAL: _column(contest, figures.early_final),
        DELEGATES: _column(contest, figures.delegates),
    }


def _column(contest: Contest, counts: Mapping[str, int]) -> Column:
    return {candidate: counts.get(candidate, 0) for candidate in contest.by_id}


def cells(ledger: Sheet, paper: Sheet) -> tuple[Cell, ...]:
    """The numbers that differ; a sheet without a column has zeros there."""
    return tuple(_cells(ledger, paper))


def _cells(ledger: Sheet, paper: Sheet) -> Iterator[Cell]:
    for measure in ledger or paper:
        ours, theirs = ledger.get(measure, {}), paper.get(measure, {})
        for line in ours or theirs:
            if ours.get(line, 0) != theirs.get(line, 0):
                yield Cell(measure, line, ours.get(line, 0), theirs.get(line, 0))


def compare(
    election: Election, unit: str, ledger: ByContest | None, paper: ByContest | None
) -> list[Difference]:
    """The contests in which a unit's ledger and paper differ, in the order of the election.

    None: nothing counts in the ledger, or there is no paper. Both None differ in nothing.
    """
    found = []
    for contest in election.contests:
        ours = (ledger or {}).get(contest.id)
        theirs = (paper or {}).get(contest.id)
        if difference := _compare(contest, unit, ours, theirs):
            found.append(difference)
    return found


def _compare(
    contest: Contest, unit: str, ledger: Figures | None, paper: Figures | None
) -> Difference | None:
    if ledger is None and paper is None:
        return None
    ours = {} if ledger is None else sheet_of(contest, ledger)
    theirs = {} if paper is None else sheet_of(contest, paper)
    differing = cells(ours, theirs)
    if ledger is None:
        return Difference(unit, contest.id, ErrorKind.MISSING_IN_LEDGER, differing)
    if paper is None:
        return Difference(unit, contest.id, ErrorKind.MISSING_ON_PAPER, differing)
    if not differing:
        return None
    return Difference(unit, contest.id, kind_of(ours, theirs, differing), differing)


def kinds_of(differences: Sequence[Difference]) -> tuple[ErrorKind, ...]:
    """The kinds among these, each once, in the order in which they come."""
    return tuple(dict.fromkeys(difference.kind for difference in differences))
