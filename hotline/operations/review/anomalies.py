"""What the checks found in all reports of the open ledger: counts by check, and lists.

Findings are read as they were stored with the reports: nothing is examined anew. Only twins are
looked up, as the first of two that report the same had none when it was filed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hotline.election.finding import Check, Finding, found
from hotline.election.model import Election
from hotline.election.review.evidence import checks_of, view_of
from hotline.election.rules.evidence import Cell, FindingCase
from hotline.election.rules.registry import decode
from hotline.operations.context import AppContext
from hotline.operations.desk.words import unit_name
from hotline.store.database import reading
from hotline.store.enums import Status
from hotline.store.review import findings
from hotline.store.review.findings import DoubtedReport


@dataclass(frozen=True, slots=True)
class FindingCount:
    """In how many reports a check found something, by what has become of them."""

    check: Check
    by_status: Mapping[Status, int]

    @property
    def reports(self) -> int:
        return sum(self.by_status.values())


@dataclass(frozen=True, slots=True)
class Twin:
    """Another unit's version with the same figures."""

    code: str
    name: str
    version: int
    status: Status


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What checks found in one contest of a version. `cells`: as the check's view has columns."""

    code: str
    id: str  # the party's own; empty where it has none
    name: str
    area: str
    version: int
    status: Status
    checks: tuple[Check, ...]
    cells: tuple[Cell, ...]
    twins: tuple[Twin, ...]  # of TWIN alone


def counts(parts: AppContext) -> Sequence[FindingCount]:
    """Every check that can find something in a report of this election, with what it found."""
    active = parts.election()
    seen: dict[Check, Counter[Status]] = {}
    for one in _doubted(parts, active.ledger_id):
        for check in {finding.check for finding in _findings(one)}:
            seen.setdefault(check, Counter())[one.status] += 1
    return [FindingCount(check, seen.get(check, {})) for check in checks_of(active.election)]


def found_by(parts: AppContext, checks: AbstractSet[Check]) -> Sequence[Anomaly]:
    """What these checks, which share a view, found: one line a version and contest.

    A check that found several things in one contest is listed with the first of them.
    """
    active = parts.election()
    doubted = _doubted(parts, active.ledger_id)
    twins = _by_key(doubted) if Check.TWIN in checks else {}
    return [
        anomaly for one in doubted for anomaly in _anomalies(active.election, one, checks, twins)
    ]


def _doubted(parts: AppContext, ledger_id: int) -> list[DoubtedReport]:
    with reading(parts.engine) as connection:
        return findings.doubted(connection, ledger_id)


def _findings(one: DoubtedReport) -> Iterator[Finding]:
    """Those that are stored; and that of a twin, which only the later one has."""
    stored = [Finding.from_document(document) for document in one.findings]
    yield from stored
    if one.twin_key and not any(finding.check is Check.TWIN for finding in stored):
        yield found(Check.TWIN, next(iter(one.figures)))


def _by_key(doubted: Iterable[DoubtedReport]) -> dict[str, list[DoubtedReport]]:
    alike: dict[str, list[DoubtedReport]] = {}
    for one in doubted:
        if one.twin_key:
            alike.setdefault(one.twin_key, []).append(one)
    return alike


def _anomalies(
    election: Election,
    one: DoubtedReport,
    checks: AbstractSet[Check],
    twins: Mapping[str, Sequence[DoubtedReport]],
) -> Iterator[Anomaly]:
    unit = election.units[one.unit_code]
    wanted: dict[str, list[Finding]] = {}
    for finding in _findings(one):
        if finding.check in checks and finding.contest in one.figures:
            wanted.setdefault(finding.contest, []).append(finding)
    for id, of_contest in wanted.items():
        contest, first = election.by_contest[id], of_contest[0]
        case = FindingCase(unit, contest, decode(one.figures[id]), first)
        yield Anomaly(
            code=unit.code,
            id=unit.id,
            name=unit_name(election, unit.code),
            area=election.area_of(unit),
            version=one.version,
            status=one.status,
            checks=tuple(dict.fromkeys(finding.check for finding in of_contest)),
            cells=view_of(first.check).cells(case),
            twins=tuple(_others(election, one, twins.get(one.twin_key or "", ()))),
        )


def _others(
    election: Election, one: DoubtedReport, alike: Iterable[DoubtedReport]
) -> Iterator[Twin]:
    for other in alike:
        if other.unit_code != one.unit_code:
            name = unit_name(election, other.unit_code)
            yield Twin(other.unit_code, name, other.version, other.status)
