"""A night with slips in what was reported, and the right papers: for tests and the trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TypeVar

from hotline.election import tally
from hotline.election.model import Contest, Election, Figures
from hotline.election.recanvass.totals_change import TotalsChange, amounts
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.mistakes import ErrorKind
from hotline.election.sums import Sums
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.recanvass import asking, deciding, records
from hotline.operations.recanvass.comparing import Comparison, compare_recanvass
from hotline.operations.recanvass.filing import file_decided
from hotline.operations.reports.filing import file_report
from hotline.operations.reports.tabulate import tabulate
from hotline.store.enums import RecanvassKind, RecordDecision, Role
from tests.election.folder.planting import planted
from tests.operations.acting import differences, filing, sums

Result = TypeVar("Result")

SUE = Actor(2, "sue", Role.SUPERVISOR)
TED = Actor(3, "ted", Role.ADMIN)

Right = Mapping[str, Mapping[str, Figures]]
"""What the papers say, by unit and contest."""


def report_with_slips(
    parts: AppContext, election: Election, right: Right, many: int, seed: int
) -> dict[str, ErrorKind]:
    """Files and counts all units, so many of them with one slip each; where, and of which kind."""
    [contest] = election.contests
    rooms = {
        code: room
        for code, figures in right.items()
        if isinstance(room := figures[contest.id], CaucusFigures) and room.attendance
    }
    slips = {code: (kind, room) for code, kind, room in _slips(contest, rooms, many, seed)}
    for code, figures in right.items():
        said = {contest.id: slips[code][1]} if code in slips else figures
        filed = file_report(parts, filing(parts, code, said))
        assert tabulate(parts, filed.report_id)
    return {code: kind for code, (kind, _) in slips.items()}


def _slips(
    contest: Contest, rooms: dict[str, CaucusFigures], many: int, seed: int
) -> Iterable[tuple[str, ErrorKind, CaucusFigures]]:
    return planted(Random(seed), contest, rooms, many)


def as_file(right: Right, separator: str = ",") -> str:
    """The papers of caucuses as a file."""
    lines = [["unit", "contest", "candidate", "first", "final", "delegates", "attendance"]]
    for code, figures in right.items():
        for contest, room in figures.items():
            assert isinstance(room, CaucusFigures)
            lines.append([code, contest, "", "", "", "", str(room.attendance)])
            for id in dict.fromkeys([*room.first, *room.final, *room.delegates]):
                counts = [room.first, room.final, room.delegates]
                lines.append([code, contest, id, *(str(c.get(id, 0)) for c in counts), ""])
    return "".join(separator.join(line) + "\n" for line in lines)


@dataclass(slots=True)
class Trial:
    """What a recanvass of a night with planted slips has come to."""

    planted: Counter[ErrorKind]
    found: Counter[ErrorKind]  # of the planted ones, in whatever kind they were seen
    as_such: Counter[ErrorKind]  # of the planted ones, those that were seen as their kind
    seen_as: Counter[tuple[ErrorKind, ErrorKind]]  # those that were not: planted, seen
    false: list[str]  # units in which nothing is wrong
    filed: int
    effect_is_exact: bool  # every total that is foretold is that of the papers
    ends_exact: bool  # the ledger's sums after filing are those of the papers
    accounted: bool  # a recount of the ledger finds nothing otherwise
    comparison: Comparison
    seconds: dict[str, float]


def hold_trial(
    parts: AppContext, election: Election, right: Right, many: int, seed: int, folder: Path
) -> Trial:
    """Reports with slips, papers from a file, decisions, filing; by two people."""
    seconds: dict[str, float] = {}
    slips = report_with_slips(parts, election, right, many, seed)
    path = folder / "papers.csv"
    path.write_text(as_file(right), encoding="utf-8")

    def timed(name: str, work: Callable[[], Result]) -> Result:
        began = perf_counter()
        done = work()
        seconds[name] = perf_counter() - began
        return done

    number = asking.ask(parts, SUE, RecanvassKind.RECANVASS, sorted(right), "a trial")
    timed("take the file in", lambda: records.take_file(parts, SUE, number, path))
    comparison = timed("compare", lambda: compare_recanvass(parts, number))
    wanted = [case.record.id for case in comparison.undecided if case.record]
    decide = deciding.decide
    timed(
        "decide",
        lambda: decide(parts, SUE, number, wanted, RecordDecision.FILE, "the paper is right"),
    )
    timed("close the decisions", lambda: deciding.finish(parts, SUE, number))
    filed = timed("file", lambda: file_decided(parts, TED, number))
    true = tally.recount(election, ((election.units[code], f) for code, f in right.items()))
    found = {case.unit.code: case.kinds[0] for case in comparison.cases}
    return Trial(
        planted=Counter(slips.values()),
        found=Counter(kind for code, kind in slips.items() if code in found),
        as_such=Counter(kind for code, kind in slips.items() if found.get(code) is kind),
        seen_as=Counter(
            (kind, found[code])
            for code, kind in slips.items()
            if code in found and found[code] is not kind
        ),
        false=sorted(found.keys() - slips.keys()),
        filed=filed.filed,
        effect_is_exact=_foretold(comparison.found) == _true(election, true),
        ends_exact=sums(parts) == true,
        accounted=differences(parts) == (),
        comparison=comparison,
        seconds=seconds,
    )


def _foretold(changes: Iterable[TotalsChange]) -> dict[tuple[str, str], Fraction]:
    return {(one.measure, one.line): one.after for change in changes for one in change.numbers}


def _true(election: Election, true: Sums) -> dict[tuple[str, str], Fraction]:
    [contest] = election.contests
    return {
        (measure, line): value
        for measure, column in amounts(election, contest, true).items()
        for line, value in column.items()
    }
