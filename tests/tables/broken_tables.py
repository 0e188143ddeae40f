"""Sixty broken spreadsheets: ten things that happen to each table that people bring.

    python -m tests.tables.broken_tables

Each is read as meant, or refused with its line and a reason; misread it must never be. What is
meant is known, as every file is broken out of a right one.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from openpyxl import Workbook

from hotline.election.folder.folder import read_folder
from hotline.election.folder.new_folder import NewElection, make_folder
from hotline.election.folder.own_candidates import read_nominees
from hotline.election.model import Election
from hotline.election.recanvass.declared import read_declared
from hotline.election.recanvass.paper_records import read_paper_records
from hotline.guard.blocking import BlockingError, as_written
from hotline.operations.admission.block_files import read_blocks
from hotline.operations.roster.roster_file import examine_roster
from hotline.tables.problems import Problems

IOWA = Path(__file__).parents[2] / "config/elections/iowa-2020"

Table = list[list[str]]
"""The head and the rows."""


class Outcome(StrEnum):
    READ = "read as meant"
    REFUSED = "refused rightly"
    REFUSED_WRONGLY = "refused, though it has one reading"
    MISREAD = "misread"


@dataclass(frozen=True)
class Import:
    """A kind of table. `right`: one that is as it should be. `spoiled`: row, column and what a
    spreadsheet leaves of that cell when nobody can know any more what was in it. `again`: what a
    row that is there twice means: refused, or nothing more."""

    name: str
    right: Table
    read: Callable[[Path, Problems], object]
    spoiled: tuple[int, int, str]
    again: Outcome
    slip: str  # the first heading, misspelled


@dataclass(frozen=True)
class BrokenFile:
    """`wanted`: what has to become of it."""

    kind: str
    name: str
    content: bytes
    wanted: Outcome


@dataclass(frozen=True)
class Tried:
    table: str
    kind: str
    outcome: Outcome
    said: str  # the first refusal


def imports(iowa: Election) -> list[Import]:
    return [
        Import(
            "precincts",
            [
                ["Precinct ID", "Precinct name", "County", "Delegates"],
                ["101", "Ames 1-1, Senior Center", "Story", "6"],
                ["WARD 3-2", "Señora Hall", "Story", "4"],
                ["0103", "Nevada", "Story", "12"],
            ],
            _precincts,
            (1, 0, "3-Feb"),
            Outcome.REFUSED,
            "Precinct nmae",
        ),
        Import(
            "candidates",
            [
                ["Candidate", "Office"],
                ["Ana Núñez", "Mayor"],
                ["Baker, Bo", "Mayor"],
                ["Cy O'Connor (I)", "Council"],
            ],
            lambda path, problems: [
                (one.contest, one.name, one.surname)
                for one in read_nominees(path, "plurality", problems)
            ],
            (2, 0, "#N/A"),
            Outcome.REFUSED,
            "Candidaet",
        ),
        Import(
            "roster",
            [
                ["code", "name", "phones"],
                ["00011", "José Núñez", "+15155550142"],
                ["00024", "Ann O'Hara", "+15155550143"],
                ["00030", "Pat Doe", "+15155550144"],
            ],
            lambda path, problems: _roster(path, problems, iowa),
            (2, 2, "5.15555E+09"),
            Outcome.READ,
            "coed",
        ),
        Import(
            "blocks",
            [
                ["pattern", "reason"],
                ["+15155550160", "sings, señor"],
                ["+15155550161", "laughs"],
                ["+15155550162", "breathes"],
            ],
            _blocks,
            (2, 0, "5.15555E+09"),
            Outcome.REFUSED,
            "pattren",
        ),
        Import(
            "paper records",
            [
                ["code", "candidate", "first", "final", "delegates"],
                ["00011", "biden", "6", "6", "1"],
                ["00011", "sanders", "1020", "4", "1"],
                ["00024", "warren", "12", "12", "2"],
            ],
            lambda path, problems: [
                (record.unit, record.figures)
                for record in read_paper_records(path, iowa, iowa.units, problems)
            ],
            (2, 2, "1.000"),
            Outcome.REFUSED,
            "coed",
        ),
        Import(
            "printed totals",
            [
                ["contest", "measure", "choice", "value"],
                ["president", "first", "biden", "26291"],
                ["president", "first", "sanders", "43581"],
                ["president", "final", "sanders", "45652"],
            ],
            lambda path, problems: [*read_declared(path, iowa, problems)],
            (1, 3, "2.63E+04"),
            Outcome.REFUSED,
            "contset",
        ),
    ]


def _precincts(path: Path, problems: Problems) -> object:
    wanted = NewElection(path.parent / "own-2028", path, "iowa-caucus-2020")
    made = make_folder(wanted, date(2028, 2, 7), problems)
    return made and [(one.id, one.county, one.name, one.delegates) for one in made.precincts]


def _blocks(path: Path, problems: Problems) -> object:
    found = []
    for row, block in read_blocks(path, problems, False, "US"):
        try:
            found.append((str(as_written(block.pattern, "US")), block.reason))
        except BlockingError as error:  # as it is when the block is made
            row.refuse(str(error), "pattern")
    return found


def _roster(path: Path, problems: Problems, iowa: Election) -> object:
    found = examine_roster(path, iowa)
    problems.found += found.problems
    return found.chairs


# --- What happens to a table


def broken(table: Import) -> Iterator[BrokenFile]:
    right = table.right
    yield BrokenFile(
        "semicolons, Windows-1252", "t.csv", _csv(right, ";").encode("cp1252"), Outcome.READ
    )
    yield BrokenFile(
        "blank rows and an empty column",
        "t.csv",
        "\ufeff".encode() + _csv(_with_blanks(right)).encode(),
        Outcome.READ,
    )
    shouted = [
        ["Our list, as of today"],
        [],
        [f" {head.upper()} " for head in right[0]],
        *right[1:],
    ]
    yield BrokenFile("a title, and headings shouted", "t.csv", _csv(shouted).encode(), Outcome.READ)
    padded = [[f"\xa0{cell} " for cell in row] for row in right]
    yield BrokenFile("tabs and spaces", "t.txt", _csv(padded, "\t").encode(), Outcome.READ)
    yield BrokenFile("numbers in a workbook", "t.xlsx", _workbook(right), Outcome.READ)
    total = [*right, ["Total", *[""] * (len(right[0]) - 1)]]
    yield BrokenFile("a row of totals", "t.csv", _csv(total).encode(), Outcome.READ)
    row, column, left = table.spoiled
    spoiled = [list(cells) for cells in right]
    spoiled[row][column] = left
    yield BrokenFile("a cell that is lost", "t.csv", _csv(spoiled).encode(), Outcome.REFUSED)
    yield BrokenFile("a row twice", "t.csv", _csv([*right, right[2]]).encode(), table.again)
    slipped = [[table.slip, *right[0][1:]], *right[1:]]
    if table.name == "precincts":
        slipped = [[right[0][0], table.slip, *right[0][2:]], *right[1:]]
    yield BrokenFile("a heading misspelled", "t.csv", _csv(slipped).encode(), Outcome.REFUSED)
    lines = _csv(right).splitlines()
    lines[2] = '"' + lines[2].replace('"', "")
    text = "\n".join([*lines, ""])
    yield BrokenFile("a quotation mark not closed", "t.csv", text.encode(), Outcome.REFUSED)


def _csv(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _with_blanks(rows: Table) -> Table:
    blank = [""] * (len(rows[0]) + 1)
    return [line for row in rows for line in ([*row, ""], blank)]


def _workbook(rows: Table) -> bytes:
    """Whatever looks like a number is one, as when it is typed: without its zeros and its plus."""
    book = Workbook()
    for row in rows:
        book.active.append(
            [int(cell) if cell.removeprefix("+").isdecimal() else cell for cell in row]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- What becomes of them


def trials() -> Iterator[Tried]:
    iowa = read_folder(IOWA)
    with tempfile.TemporaryDirectory() as folder:
        for table in imports(iowa):
            meant = _meant(table, Path(folder))
            for file in broken(table):
                path = Path(folder) / file.name
                path.write_bytes(file.content)
                problems = Problems()
                found = table.read(path, problems)
                said = str(problems.found[0]) if problems.found else ""
                yield Tried(table.name, file.kind, _outcome(file, problems, found, meant), said)


def _meant(table: Import, folder: Path) -> object:
    path = folder / "right.csv"
    path.write_text(_csv(table.right), encoding="utf-8")
    problems = Problems()
    found = table.read(path, problems)
    if problems.found or not found:
        raise AssertionError(f"{table.name}: {problems.found}")
    return found


def _outcome(file: BrokenFile, problems: Problems, found: object, meant: object) -> Outcome:
    if problems.found:
        named = all(problem.reason for problem in problems.found)
        rightly = file.wanted is Outcome.REFUSED and named
        return Outcome.REFUSED if rightly else Outcome.REFUSED_WRONGLY
    if file.wanted is Outcome.READ and _plain(found) == _plain(meant):
        return Outcome.READ
    return Outcome.MISREAD


def _plain(found: object) -> object:
    """An id that is a number has lost its zeros in a workbook, where nobody can count them."""
    if isinstance(found, list) and found and isinstance(found[0], tuple):
        return [tuple(part.lstrip("0") if isinstance(part, str) else part for part in one)
                for one in found]  # fmt: skip
    return found


def main() -> None:
    tried = list(trials())
    for one in tried:
        if one.outcome in (Outcome.MISREAD, Outcome.REFUSED_WRONGLY):
            print(f"{one.outcome}: {one.table}, {one.kind}: {one.said}")
    print(f"{len(tried)} broken spreadsheets, ten of each kind of table")
    for outcome, count in Counter(one.outcome for one in tried).most_common():
        print(f"{count:3}  {outcome}")


if __name__ == "__main__":
    main()
