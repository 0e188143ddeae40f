"""A report of tables on paper: facts, then chapters of rows, on as many pages as it takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from hotline.paper.ink import Ink, PaperSize, line_height

TITLE_SIZE = 18.0
SIZE = 9.0
ROW = 5.2  # mm
GAP = 5.0
FOOT = 8.0
NO_NUMBER = "\N{EN DASH}"
_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?[\d,]+(\.\d+)?")


@dataclass(frozen=True)
class Chapter:
    """A table under a heading. `widths`: the share of the page of each column."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    note: str = ""  # a sentence above the table

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The places of columns that hold numbers and nothing else."""
        columns = [{*column} - {"", NO_NUMBER} for column in zip(*self.rows, strict=True)]
        return frozenset(
            place
            for place, column in enumerate(columns)
            if column and all(_NUMBER.fullmatch(cell) for cell in column)
        )


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """What the report says, from top to bottom."""

    title: str
    subtitle: str
    facts: Sequence[str]
    chapters: Sequence[Chapter]


def draw_report(report: ComparisonReport, made_at: datetime, size: PaperSize) -> bytes:
    """The report as PDF."""
    ink = Ink(f"{report.title}, {report.subtitle}", made_at, size)
    page = _Pages(ink, report, f"{made_at:%Y-%m-%d %H:%M} UTC")
    page.begin()
    for fact in report.facts:
        page.paragraph(fact)
    for chapter in report.chapters:
        page.chapter(chapter)
    return ink.finish()


class _Pages:
    """A pen that goes down the page, and begins another one where it is full."""

    def __init__(self, ink: Ink, report: ComparisonReport, made: str) -> None:
        self.ink = ink
        self.report = report
        self.made = made
        self.y = 0.0

    def begin(self) -> None:
        ink = self.ink
        ink.new_page()
        ink.text(ink.left, ink.top + 6, self.report.title, TITLE_SIZE, bold=True)
        ink.text(ink.left, ink.top + 12, self.report.subtitle, SIZE + 2)
        ink.text(ink.left, ink.bottom, f"Made {self.made}", SIZE)
        ink.text(ink.right, ink.bottom, f"{ink.pages}", SIZE, align="right")
        self.y = ink.top + 20

    def _need(self, height: float) -> bool:
        """Whether another page had to be begun for it."""
        if self.y + height <= self.ink.bottom - FOOT:
            return False
        self.begin()
        return True

    def paragraph(self, text: str, *, bold: bool = False) -> None:
        ink = self.ink
        self._need(line_height(SIZE) * ink.lines(text, ink.width, SIZE, bold=bold))
        self.y = ink.paragraph(ink.left, self.y, ink.width, text, SIZE, bold=bold) + 1

    def chapter(self, chapter: Chapter) -> None:
        self._need(4 * ROW + GAP)
        self.y += GAP
        self.paragraph(chapter.title, bold=True)
        if chapter.note:
            self.paragraph(chapter.note)
        if not chapter.rows:
            self.paragraph("None.")
            return
        self._head(chapter)
        about = ""  # what rows without a name of their own are about
        for row in chapter.rows:
            first, *others = row
            about = first or about
            if self._need(self._height(chapter, row)):
                self._head(chapter)
                first = first or f"{about}, continued"
            self._row(chapter, (first, *others), bold=False)

    def _head(self, chapter: Chapter) -> None:
        self.ink.box(self.ink.left, self.y - 3.6, self.ink.width, ROW, shaded=True, outlined=False)
        self._row(chapter, chapter.columns, bold=True)

    def _row(self, chapter: Chapter, row: Sequence[str], *, bold: bool) -> None:
        """Writes a row; long cells take several lines, numbers end where those above them do."""
        ink, x = self.ink, self.ink.left
        height = self._height(chapter, row, bold=bold)
        numbers = chapter.numbers
        for place, (cell, width) in enumerate(zip(row, self._widths(chapter), strict=True)):
            if place in numbers:
                ink.text(x + width - 5, self.y, cell, SIZE, bold=bold, align="right", fit=width - 6)
            else:
                ink.paragraph(x + 1, self.y, width - 2, cell, SIZE, bold=bold)
            x += width
        ink.rule(ink.left, self.y + height - ROW + 1.6, ink.right)
        self.y += height

    def _height(self, chapter: Chapter, row: Sequence[str], *, bold: bool = False) -> float:
        cells = zip(row, self._widths(chapter), strict=True)
        most = max(self.ink.lines(cell, width - 2, SIZE, bold=bold) for cell, width in cells)
        return ROW + (most - 1) * line_height(SIZE)

    def _widths(self, chapter: Chapter) -> list[float]:
        return [share * self.ink.width for share in chapter.widths]
