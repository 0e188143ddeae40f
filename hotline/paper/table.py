"""A blank table to be filled in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.paper.ink import Ink

ROW = 9.0  # mm, where there is room
LEAST_ROW = 5.4  # below this nobody can write in it
HEAD_ROW = 6.5
NUMBER_WIDTH = 10.0


@dataclass(frozen=True, slots=True)
class Table:
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

    def split(self, room: float) -> tuple[Table, Table | None]:
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
            ink.text(x + NUMBER_WIDTH / 2, middle + 1.6, f"{number}", 12, bold=True, align="middle")
            _name(ink, x + NUMBER_WIDTH + 2, middle, edges[0] - x - NUMBER_WIDTH - 4, name)
            ink.rule(x, y + HEAD_ROW + row * (n + 1), x + width)
        if self.total:
            ink.text(edges[0] - 3, bottom - row / 2 + 1.6, self.total, 12, bold=True, align="right")
        for edge in (x, x + NUMBER_WIDTH, *edges):
            sums = row if self.total and edge == x + NUMBER_WIDTH else 0
            ink.upright(edge, y, bottom - sums)
        ink.rule(x, bottom, x + width)
        return bottom

    def _draw_head(self, ink: Ink, x: float, y: float, width: float, edges: list[float]) -> None:
        ink.box(x, y, width, HEAD_ROW, shaded=True)
        ink.text(x + NUMBER_WIDTH + 2, y + 4.6, self.over_lines, 10, bold=True)
        for edge, name in zip(edges, self.columns, strict=False):
            middle = edge + self.column_width / 2
            ink.text(
                middle, y + 4.6, name, 10, bold=True, align="middle", fit=self.column_width - 2
            )


def _name(ink: Ink, x: float, middle: float, width: float, name: str) -> None:
    """A name in one line, or a long one in two small ones."""
    first, rest = ink.in_two(name, width, 9)
    if not rest:
        ink.text(x, middle + 1.5, name, 12, fit=width)
    else:
        ink.text(x, middle - 0.4, first, 7.5, fit=width)
        ink.text(x, middle + 2.2, rest, 7.5, fit=width)
