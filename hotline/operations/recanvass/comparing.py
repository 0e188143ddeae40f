"""The ledger beside the papers: which units differ and how, and what that comes to in the totals.

What a record was filed as is no difference any more in the ledger; here it stays one, between the
paper and what counted before, so that a recanvass reads the same after it was filed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection

from hotline.election import tally
from hotline.election.model import Election, Unit
from hotline.election.recanvass.comparison import ByContest, Difference, compare, kinds_of
from hotline.election.recanvass.totals_change import (
    Exchange,
    TotalsChange,
    exchanged,
    moved,
    totals_change,
)
from hotline.election.rules.mistakes import ErrorKind
from hotline.election.sums import Sums
from hotline.operations.context import AppContext
from hotline.operations.recanvass.refusal import known
from hotline.store.database import reading
from hotline.store.enums import RecordDecision, Status
from hotline.store.recanvass import recanvasses
from hotline.store.recanvass.recanvasses import Recanvass, Record
from hotline.store.reports import reports
from hotline.store.reports.reports import Report


@dataclass(frozen=True, slots=True)
class UnitDifference:
    """A unit in which ledger and paper differ. `counted`: what the ledger has, None: nothing.

    `gains`: what the paper's figures give and take, in the deciding measure, by contest and
    candidate.
    """

    unit: Unit
    counted: ByContest | None
    record: Record | None  # None: there is no paper
    differences: tuple[Difference, ...]
    gains: Mapping[str, Mapping[str, Fraction]]

    @property
    def kinds(self) -> tuple[ErrorKind, ...]:
        return kinds_of(self.differences)

    @property
    def is_undecided(self) -> bool:
        """Whether somebody has to decide; where there is no paper the ledger stands."""
        return self.record is not None and self.record.decision is None

    @property
    def is_to_file(self) -> bool:
        return self.record is not None and self.record.decision is RecordDecision.FILE

    @property
    def weight(self) -> Fraction:
        """How much it moves in all, to put the weightiest first."""
        gained = (abs(by) for gains in self.gains.values() for by in gains.values())
        return sum(gained, Fraction(0))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A recanvass as it stands. `cases`: the weightiest first."""

    recanvass: Recanvass
    election: Election
    units: int  # that are looked into
    records: int
    cases: tuple[UnitDifference, ...]
    found: tuple[TotalsChange, ...]  # if every paper counted
    decided: tuple[TotalsChange, ...]  # what is decided to be filed, or was filed

    @property
    def undecided(self) -> tuple[UnitDifference, ...]:
        return tuple(case for case in self.cases if case.is_undecided)

    @property
    def without_paper(self) -> tuple[UnitDifference, ...]:
        return tuple(case for case in self.cases if case.record is None)

    @property
    def differing(self) -> tuple[UnitDifference, ...]:
        """Those with a paper, which says otherwise."""
        return tuple(case for case in self.cases if case.record is not None)

    @property
    def same(self) -> int:
        """Units whose paper says what the ledger counts."""
        return self.records - len(self.differing)

    @property
    def to_file(self) -> tuple[UnitDifference, ...]:
        return tuple(case for case in self.cases if case.is_to_file)

    @property
    def by_kind(self) -> dict[ErrorKind, int]:
        """How many units have a difference of each kind, in the order of the kinds."""
        kinds = [kind for case in self.cases for kind in case.kinds]
        return {kind: kinds.count(kind) for kind in ErrorKind if kind in kinds}

    @property
    def by_columns(self) -> dict[tuple[str, ...], int]:
        """In how many units with a paper which columns of the sheet differ, the most first."""
        changed = Counter(
            tuple(dict.fromkeys(cell.measure for one in case.differences for cell in one.cells))
            for case in self.differing
        )
        return dict(changed.most_common())

    def measure_of(self, contest: str) -> str:
        """What decides a contest."""
        return tally.deciding_measure(self.election, self.election.by_contest[contest])

    def case_of(self, code: str) -> UnitDifference | None:
        return next((case for case in self.cases if case.unit.code == code), None)


def compare_recanvass(parts: AppContext, number: int) -> Comparison:
    """Compares at this moment. Raises RecanvassError where there is no such recanvass."""
    with reading(parts.engine) as connection:
        found = known(recanvasses.find_recanvass(connection, number), number)
        return compare_all(parts, connection, found)


def compare_all(parts: AppContext, connection: Connection, found: Recanvass) -> Comparison:
    """The same in the caller's transaction."""
    election = parts.elections.of_ledger(connection, found.ledger_id)
    records = recanvasses.records_by_unit(connection, found.id)
    counted = _counted(reports.of_ledger(connection, found.ledger_id), records)
    sums = tally.recount(
        election, ((election.units[code], figures) for code, figures in counted.items())
    )
    codes = election.units if found.units is None else found.units
    cases = [
        case
        for code in codes
        if (case := _case(election, sums, code, counted.get(code), records.get(code)))
    ]
    cases.sort(key=lambda case: (-case.weight, case.unit.code))
    return Comparison(
        found,
        election,
        len(codes),
        len(records),
        tuple(cases),
        _change(election, sums, [case for case in cases if case.record is not None]),
        _change(election, sums, [case for case in cases if case.is_to_file]),
    )


def _counted(filed: list[Report], records: Mapping[str, Record]) -> dict[str, ByContest]:
    """What counts in each unit; of a unit whose record is filed, what counted until then."""
    found: dict[str, ByContest] = {}
    for report in filed:
        record = records.get(report.unit_code)
        if record is None or record.report_id is None:
            is_it = report.status is Status.COUNTED
        else:
            is_it = report.id == record.before_id
        if is_it:
            found[report.unit_code] = report.figures_by_contest()
    return found


def _case(
    election: Election, sums: Sums, code: str, counted: ByContest | None, record: Record | None
) -> UnitDifference | None:
    paper = None if record is None else record.figures_by_contest()
    differences = compare(election, code, counted, paper)
    if not differences:
        return None
    unit = election.units[code]
    gains = {
        contest.id: moved(election, contest, sums, (unit, counted, paper))
        for contest in election.contests
        if paper is not None
    }
    return UnitDifference(unit, counted, record, tuple(differences), gains)


def _change(
    election: Election, sums: Sums, cases: list[UnitDifference]
) -> tuple[TotalsChange, ...]:
    exchanges: list[Exchange] = [
        (case.unit, case.counted, case.record.figures_by_contest())
        for case in cases
        if case.record is not None
    ]
    return tuple(totals_change(election, sums, exchanged(election, sums, exchanges)))
