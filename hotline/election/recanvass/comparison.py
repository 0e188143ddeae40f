"""What the ledger has of a unit, beside what its paper says: the numbers that are not the same.

Who won a lot is not compared: papers that are typed off rarely say it, and no total has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hotline.election.model import Contest, Election, Figures
from hotline.election.recanvass.reading_error import kind_of
from hotline.election.rules.mistakes import Cell, ErrorKind, Sheet
from hotline.election.rules.registry import rule_of

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
    rule = rule_of(contest)
    ours = {} if ledger is None else rule.sheet(contest, ledger)
    theirs = {} if paper is None else rule.sheet(contest, paper)
    differing = cells(ours, theirs)
    if ledger is None:
        return Difference(unit, contest.id, ErrorKind.MISSING_IN_LEDGER, differing)
    if paper is None:
        return Difference(unit, contest.id, ErrorKind.MISSING_ON_PAPER, differing)
    if not differing:
        return None
    return Difference(unit, contest.id, kind_of(rule, ours, theirs, differing), differing)


def kinds_of(differences: Sequence[Difference]) -> tuple[ErrorKind, ...]:
    """The kinds among these, each once, in the order in which they come."""
    return tuple(dict.fromkeys(difference.kind for difference in differences))
