"""Paper records are taken in: from a file, or from the papers that two people keyed at the desk.

A record that says the same as the unit's last one changes nothing, so the same file may come again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from hotline.election.model import Figures
from hotline.election.recanvass.paper_records import read_paper_records
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.recanvass.refusal import RecanvassError, held
from hotline.operations.reports.filing import digest_of
from hotline.store.database import reading, transact
from hotline.store.desk import papers
from hotline.store.enums import PaperState, RecanvassState, Role
from hotline.store.recanvass import recanvasses
from hotline.store.recanvass.recanvasses import NewRecord
from hotline.store.reports import reports
from hotline.tables.problems import SHOWN, FileNote, FileProblem, FolderError, Problems

LARGEST = 64_000_000  # bytes of a file
NAMED = 1_000  # wrong lines of a file; a wrong file of that size could have millions
LONGEST_NAME = 80  # characters of a file's name that are kept


class PaperFileError(FolderError):
    """A file of paper records is refused, and nothing is taken in.

    It names a thousand things that are wrong, and counts the others.
    """

    @property
    def can_go_on(self) -> bool:
        """Whether the other units can be taken in without those that are wrong."""
        return not any(problem.is_of_the_file for problem in self.problems)


class ReadingError(ValueError):
    """Counts are written as no keypad writes them: somebody has to say that they were read right.

    Prints a line for each, 50 at the most; `notes` are all of them.
    """

    def __init__(self, notes: Sequence[FileNote]) -> None:
        self.notes = tuple(notes)
        shown = [str(note) for note in notes[:SHOWN]]
        if len(notes) > SHOWN:
            shown.append(f"… and {len(notes) - SHOWN} more")
        super().__init__("\n".join(shown))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file, or the desk, has brought.

    `skipped`: what is wrong with the rest of it, but for `more` that were only counted.
    """

    new: int = 0
    replaced: int = 0  # the unit's paper said otherwise before; it is to be decided on anew
    same: int = 0
    skipped: tuple[FileProblem, ...] = ()
    more: int = 0

    @property
    def in_words(self) -> str:
        counts = f"{self.new} new, {self.replaced} in place of another, {self.same} as before"
        left = len({problem.line for problem in self.skipped})
        least = "at least " if self.more else ""
        return (
            f"{counts}; {least}{left} wrong lines left out with their precincts" if left else counts
        )


def take_file(
    parts: AppContext,
    by: Actor,
    number: int,
    path: Path,
    *,
    name: str = "",
    skip_bad: bool = False,
    as_read: bool = False,
) -> Taken:
    """Takes in the records of a file, all in one transaction. For supervisors.

    Raises PaperFileError with what is wrong; with `skip_bad` units with wrong lines are left out
    where the others can be told from them. ReadingError where counts were read otherwise than they
    are written, until it is said that they are meant `as_read`. RecanvassError where records are
    not taken in any more.
    """
    require(by, Role.SUPERVISOR)
    name = "".join(c for c in name or path.name if c.isprintable())[-LONGEST_NAME:]
    if path.stat().st_size > LARGEST:
        raise RecanvassError(f"the file is too large: {LARGEST // 1_000_000} MB at most")
    election = parts.election().election
    with reading(parts.engine) as connection:
        recanvass = recanvasses.find_recanvass(connection, number)
    wanted = (
        election.units if recanvass is None or recanvass.units is None else set(recanvass.units)
    )
    problems = Problems(most=NAMED)
    read_in = read_paper_records(path, election, wanted, problems)
    wrong = [replace(problem, file=name) for problem in dict.fromkeys(problems.found)]
    wrong.sort(key=lambda problem: problem.line or 0)
    refused = PaperFileError(wrong, problems.more) if wrong else None
    if refused and not (skip_bad and refused.can_go_on):
        raise refused
    asked = [note for note in problems.notes if note.asks]
    if asked and not as_read:
        raise ReadingError([FileNote(name, note.line, note.text, True) for note in asked])
    new = [_record(row.unit, row.figures, f"{name}, line {row.line}") for row in read_in]
    return _put(parts, by, number, new, name, tuple(wrong), problems.more)


def take_papers(parts: AppContext, by: Actor, number: int) -> Taken:
    """Takes in what was keyed by two people at the desk and filed, the last paper of each unit.

    A unit that has a record already keeps it. Raises RecanvassError, NotAllowedError.
    """
    require(by, Role.SUPERVISOR)
    with reading(parts.engine) as connection:
        filed = {
            paper.unit_code: paper
            for paper in papers.listed(connection, parts.election().ledger_id)
            if paper.state is PaperState.FILED and paper.report_id is not None
        }
        filed_reports = {
            report.id: report
            for report in reports.of_ids(
                connection, [paper.report_id for paper in filed.values() if paper.report_id]
            )
        }
        has_one = recanvasses.records_by_unit(connection, number)
        recanvass = recanvasses.find_recanvass(connection, number)
    wanted = None if recanvass is None else recanvass.units
    new = [
        NewRecord(
            code,
            filed_reports[paper.report_id].figures,
            filed_reports[paper.report_id].digest,
            f"paper {paper.id}, keyed at the desk",
        )
        for code, paper in filed.items()
        if paper.report_id in filed_reports
        and code not in has_one
        and (wanted is None or code in wanted)
    ]
    return _put(parts, by, number, new, "papers keyed at the desk")


def _record(code: str, figures: Mapping[str, Figures], source: str) -> NewRecord:
    documents = {contest: counted.to_document() for contest, counted in figures.items()}
    return NewRecord(code, documents, digest_of(figures), source)


def _put(
    parts: AppContext,
    by: Actor,
    number: int,
    given: Iterable[NewRecord],
    whence: str,
    skipped: tuple[FileProblem, ...] = (),
    more: int = 0,
) -> Taken:
    brought = list(given)

    def work(connection: Connection) -> Taken:
        recanvass = held(parts, connection, number, RecanvassState.OPEN)
        if strange := [
            record.unit_code
            for record in brought
            if recanvass.units is not None and record.unit_code not in recanvass.units
        ]:
            raise RecanvassError(f"precinct {strange[0]} is not among those that are looked into")
        before = recanvasses.records_by_unit(connection, number)
        changed = [
            record
            for record in brought
            if record.unit_code not in before or before[record.unit_code].digest != record.digest
        ]
        replaced = [before[record.unit_code].id for record in changed if record.unit_code in before]
        recanvasses.put(connection, number, changed, replaced, by.name, parts.now())
        fresh, same = len(changed) - len(replaced), len(brought) - len(changed)
        taken = Taken(fresh, len(replaced), same, skipped, more)
        if changed or skipped:
            after = {"number": number, "from": whence, "records": taken.in_words}
            unit = changed[0].unit_code if len(changed) == 1 else ""
            kind = ActivityKind.RECANVASS_RECORDED
            log_activity(connection, parts, by, kind, unit=unit, after=after)
        return taken

    return transact(parts.engine, work)
