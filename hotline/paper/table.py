"""A blank table to be filled in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.paper.ink import Ink

ROW = 9.0  # mm, where there is room
LEAST_ROW = 8.4  # a third of an inch: a number written by hand is as high
HEAD_ROW = 12.4  # two lines
NUMBER_WIDTH = 12.0
TEXT = 14.0  # points


@dataclass(frozen=True, slots=True)
class SheetTable:
    """Lines with the number that is keyed for each, blank columns, and a line for the sums."""

    lines: Sequence[tuple[int, str]]
    columns: Sequence[str]
    column_width: float
    over_lines: str
    total: str  # no line for the sums where it is empty

    @property
    def rows(self) -> int:
        return len(self.lines) + bool(self.total)

    @property
    def least_height(self) -> float:
        return HEAD_ROW + LEAST_ROW * self.rows

    def split(self, room: float) -> tuple[SheetTable, SheetTable | None]:
        """As much of the table as fits into `room` mm, and what is left for the next page."""
        if self.least_height <= room:
            return self, None
        fits = max(1, int((room - HEAD_ROW) / LEAST_ROW))
        first = replace(self, lines=self.lines[:fits], total="")
        return first, replace(self, lines=self.lines[fits:])

    def draw(self, ink: Ink, x: float, y: float, width: float, room: float) -> float:
        """Draws it with rows as high as `room` allows. Returns where it ends."""
        row = max(LEAST_ROW, min(ROW, (room - HEAD_ROW) / self.rows))
        bottom = y + HEAD_ROW + row * self.rows
        edges = [x + width - self.column_width * n for n in range(len(self.columns), -1, -1)]
        self._draw_head(ink, x, y, width, edges)
        for n, (number, name) in enumerate(self.lines):
            middle = y + HEAD_ROW + row * (n + 0.5)
            ink.text(
                x + NUMBER_WIDTH / 2, middle + 1.8, f"{number}", TEXT, bold=True, align="middle"
            )
            room_for_name = edges[0] - x - NUMBER_WIDTH - 4
            ink.text(x + NUMBER_WIDTH + 2, middle + 1.8, name, TEXT, fit=room_for_name)
            ink.rule(x, y + HEAD_ROW + row * (n + 1), x + width)
        if self.total:
            base = bottom - row / 2 + 1.8
            ink.text(edges[0] - 3, base, self.total, TEXT, bold=True, align="right")
        for edge in (x, x + NUMBER_WIDTH, *edges):
            sums = row if self.total and edge == x + NUMBER_WIDTH else 0
            ink.upright(edge, y, bottom - sums)
        ink.rule(x, bottom, x + width)
        return bottom

    def _draw_head(self, ink: Ink, x: float, y: float, width: float, edges: list[float]) -> None:
        ink.box(x, y, width, HEAD_ROW, shaded=True)
        ink.text(x + NUMBER_WIDTH + 2, y + 8.3, self.over_lines, TEXT, bold=True)
        for edge, name in zip(edges, self.columns, strict=False):
            middle, fit = edge + self.column_width / 2, self.column_width - 2
            first, rest = ink.in_two(name, fit, TEXT)
            base = y + (5.3 if rest else 8.3)
            ink.text(middle, base, first, TEXT, bold=True, align="middle", fit=fit)
            ink.text(middle, y + 11, rest, TEXT, bold=True, align="middle", fit=fit)
