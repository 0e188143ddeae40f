"""What is wrong with a file that somebody brought, and what was mended or left out of it.

Nothing stops at the first mistake: problems are collected, so that a file is mended in one go.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SHOWN = 50  # problems that a refusal lists; a wrong column would give thousands
MOST_NOTES = 1_000


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing that is wrong with a file. `line` counts from 1; None: the file as a whole.

    `column` and `value` are the cell's, `heading` what the file calls that column; `right` says
    what would be right.
    """

    file: str
    line: int | None
    reason: str
    column: str = ""
    value: str = ""
    right: str = ""
    heading: str = ""
    spoils_file: bool = False

    @property
    def is_of_the_file(self) -> bool:
        """Whether it spoils the file as a whole, and not only the row in which it stands."""
        return self.line is None or self.spoils_file

    @property
    def said(self) -> str:
        """The reason, with the heading where the file has another than we, and what is right."""
        place = f"under {quoted(self.heading)}, " if self.heading else ""
        return f"{place}{self.reason}{f'; {self.right}' if self.right else ''}"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.said}"


@dataclass(frozen=True, slots=True)
class FileNote:
    """What was read otherwise than it is written, or left out. `asks`: it has to be confirmed."""

    file: str
    line: int | None
    text: str
    asks: bool = False

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.text}"


class FolderError(ValueError):
    """A file or an election folder is refused. Prints a line for each problem, 50 at the most.

    `problems` holds all of them, but for `more` that were only counted; `file`, `line` and
    `reason` are those of the first.
    """

    def __init__(self, problems: Sequence[FileProblem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.many = len(problems) + more
        self.file, self.line, self.reason = (
            problems[0].file,
            problems[0].line,
            problems[0].reason,
        )
        shown = [str(problem) for problem in self.problems[:SHOWN]]
        if self.many > len(shown):
            shown.append(f"… and {self.many - len(shown)} more")
        super().__init__("\n".join(shown))


@dataclass
class Problems:
    """The problems found so far, and the notes.

    `most`: so many are kept, and those that spoil the file; `more` counts the others. `unread`
    counts the rows of which nobody can say what they are about; `totals` are rows of sums, each
    with its line and its cells by column, which count nothing.
    """

    found: list[FileProblem] = field(default_factory=list)
    most: int = sys.maxsize
    more: int = 0
    unread: int = 0
    notes: list[FileNote] = field(default_factory=list)
    more_notes: int = 0
    totals: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)

    def add(self, file: str, line: int | None, reason: str, right: str = "") -> None:
        self.put(FileProblem(file, line, reason, right=right))

    def spoil(self, file: str, line: int | None, reason: str, right: str = "") -> None:
        """Something of which no row is free."""
        self.put(FileProblem(file, line, reason, right=right, spoils_file=True))

    def put(self, problem: FileProblem) -> None:
        if len(self.found) < self.most or problem.is_of_the_file:
            self.found.append(problem)
        else:
            self.more += 1

    def note(self, file: str, line: int | None, text: str, asks: bool = False) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(FileNote(file, line, text, asks))
        else:
            self.more_notes += 1

    def refuse_if_any(self) -> None:
        """FolderError where something was found."""
        if self.found:
            # A cell that is read twice is wrong twice.
            raise FolderError(list(dict.fromkeys(self.found)))


def quoted(text: str) -> str:
    """A cell as a message shows it: short, and on one line."""
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
