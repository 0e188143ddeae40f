"""What is played in a rehearsal, and what must come out."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from hotline.calls.names import spoken_unit
from hotline.election import tally
from hotline.election.folder import folder
from hotline.election.folder.folder import UnitReturns
from hotline.election.model import Election
from hotline.election.recanvass.paper_records import read_paper_records
from hotline.election.rules.registry import rule_of
from hotline.rehearsal.chair import CallSheet
from hotline.tables.problems import Problems

EXPECTED = "expected.csv"
RECOUNT = "recount.csv"
NOBODYS = ""

Totals = Mapping[str, Mapping[str, Any]]
"""By contest id what /results.json has as `totals`: measure to choice to number."""


class RehearsalError(ValueError):
    """The rehearsal cannot be played; the message says why."""


@dataclass(frozen=True)
class Assignment:
    """One report to be phoned in."""

    sheet: CallSheet
    phone: str  # of the unit's own, E.164; NOBODYS where the roster names none


@dataclass(frozen=True)
class ReleaseStage:
    """The calls up to one release, and the totals that must stand when they are through."""

    release: str
    assignments: tuple[Assignment, ...]
    totals: Totals
    known: Mapping[tuple[str, str, str], str]  # (contest, measure, candidate) as on public record


def read_reports(directory: Path, election: Election, units: int | None) -> list[UnitReturns]:
    """The reports to play, `units` of them spread over the night. RehearsalError if there is none.

    FolderError where the folder's results are not right.
    """
    reports = list(folder.read_results(directory, election))
    if not reports:
        raise RehearsalError(f"{directory}: has no results.csv, so there is nothing to rehearse")
    if units is None or units >= len(reports):
        return reports
    step = len(reports) / units
    return [reports[int(place * step)] for place in range(units)]


def stages(
    election: Election,
    reports: Sequence[UnitReturns],
    pins: Mapping[str, str],
    phones: Mapping[str, str],
    known: Mapping[str, Mapping[tuple[str, str, str], str]],
) -> list[ReleaseStage]:
    """The night, release by release. `pins` and `phones` (E.164) are by unit."""
    found: list[ReleaseStage] = []
    so_far: list[UnitReturns] = []
    for release, group in groupby(reports, lambda report: report.release):
        played = list(group)
        so_far += played
        sums = tally.recount(election, [(election.units[r.code], r.figures) for r in so_far])
        assignments = tuple(
            Assignment(_sheet(election, report, pins[report.code]), phones[report.code])
            for report in played
        )
        found.append(
            ReleaseStage(
                release, assignments, tally.summarise(election, sums), known.get(release, {})
            )
        )
    return found


@dataclass(frozen=True)
class RecountStage:
    """The recount after the last release: its records, and the totals that they must make."""

    path: Path
    totals: Totals


def recount_stage(
    directory: Path, election: Election, reports: Sequence[UnitReturns]
) -> RecountStage | None:
    """The folder's recount over all of its reports; None where it has none.

    FolderError where its records are not right.
    """
    path = directory / RECOUNT
    if not path.exists():
        return None
    problems = Problems()
    records = read_paper_records(path, election, election.units, problems)
    problems.refuse_if_any()
    figures = {report.code: report.figures for report in reports}
    figures |= {record.unit: record.figures for record in records}
    sums = tally.recount(election, [(election.units[code], each) for code, each in figures.items()])
    return RecountStage(path, tally.summarise(election, sums))


def _sheet(election: Election, report: UnitReturns, pin: str) -> CallSheet:
    unit = election.units[report.code]
    figures = {
        id: rule_of(election.by_contest[id]).keyable(each) for id, each in report.figures.items()
    }
    return CallSheet(unit.code, pin, spoken_unit(unit), figures)


def read_expected(directory: Path) -> dict[str, dict[tuple[str, str, str], str]]:
    """The totals on public record, by release; empty where the folder has none.

    `expected.csv` has the columns release, contest, measure, candidate, value; a row without a
    candidate is the sum over all of them.
    """
    path = directory / EXPECTED
    if not path.exists():
        return {}
    found: dict[str, dict[tuple[str, str, str], str]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["contest"], row["measure"], row["candidate"])
            found.setdefault(row["release"], {})[key] = row["value"]
    return found


def differences(stage: ReleaseStage, published: Totals, *, whole: bool) -> list[str]:
    """Where what was published is not what must come out, each in a line.

    `whole` says that every unit of the release was played, so that the public record applies.
    """
    wrong = [
        f"{contest} {measure} {choice}: published {published_value(published, *key)}, expected {n}"
        for contest, measures in stage.totals.items()
        for measure, choices in measures.items()
        for choice, n in _choices(choices)
        if published_value(published, *(key := (contest, measure, choice))) != str(n)
    ]
    if whole:
        wrong += [
            f"{' '.join(key)}: published {published_value(published, *key)}, on record {value}"
            for key, value in stage.known.items()
            if published_value(published, *key) != value
        ]
    return wrong


def _choices(choices: Any) -> list[tuple[str, Any]]:
    """A measure of one number (ballots) has no choices."""
    return list(choices.items()) if isinstance(choices, Mapping) else [("", choices)]


def published_value(published: Totals, contest: str, measure: str, choice: str) -> str:
    """A published number as text; without a choice, the sum."""
    numbers: Any = published.get(contest, {}).get(measure, {})
    if not isinstance(numbers, Mapping):
        return str(numbers)
    if not choice:
        return str(sum(numbers.values()))
    return str(numbers.get(choice, "nothing"))
