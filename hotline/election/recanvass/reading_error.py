"""What kind of slip makes one sheet out of another: how somebody misread, miskeyed or misplaced.

A kind says how the two sheets look side by side. It is a hint for whoever decides, and no proof:
the same numbers can come of two slips, and then the kind that moves more numbers is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.election.tally import ATTENDANCE, DELEGATES, FINAL, FIRST

EARLY = "early"

Column = Mapping[str, int]
"""Counts by line: a candidate, a line below them, or nothing where the column is one number."""
Sheet = Mapping[str, Column]


class ErrorKind(StrEnum):
    """How what the ledger has differs from what the paper says."""

    COLUMN_SHIFT = "column-shift"  # counts stand one line away from where they belong
    SWAPPED = "swapped"  # two candidates have each other's counts
    ALIGNMENTS_SWAPPED = "alignments-swapped"  # the first alignment stands as the final, and back
    ALIGNMENT_COPIED = "alignment-copied"  # one alignment stands in both places
    DIGIT_LOST = "digit-lost"
    DIGIT_ADDED = "digit-added"
    DIGITS_TRANSPOSED = "digits-transposed"  # two neighbouring digits of a count are swapped
    DIGIT_CHANGED = "digit-changed"  # one digit of a count is another
    AWARD = "award"  # the delegates alone
    ATTENDANCE = "attendance"  # how many came, alone
    MISSING_ON_PAPER = "missing-on-paper"  # the ledger counts it, and there is no paper
    MISSING_IN_LEDGER = "missing-in-ledger"  # there is a paper, and nothing of it counts
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a sheet that differs: its column, its line, and what either says."""

    measure: str
    line: str
    ledger: int
    paper: int


def kind_of(ledger: Sheet, paper: Sheet, differing: Sequence[Cell]) -> ErrorKind:
    """The kind of slip by which the ledger's sheet comes of the paper's. `differing`: not empty."""
    columns = {cell.measure for cell in differing}
    if columns <= {ATTENDANCE, EARLY}:
        return ErrorKind.ATTENDANCE
    if columns == {DELEGATES}:
        return ErrorKind.AWARD
    if kind := _alignments(ledger, paper, columns):
        return kind
    if kind := _moved(ledger, paper, differing):
        return kind
    counts = [cell for cell in differing if cell.measure != DELEGATES]
    if len(counts) == 1:
        return _digits(counts[0])
    return ErrorKind.OTHER


# --- One alignment for the other


def _alignments(ledger: Sheet, paper: Sheet, columns: set[str]) -> ErrorKind | None:
    if not columns <= {FIRST, FINAL, DELEGATES} or FIRST not in ledger:
        return None
    if ledger[FIRST] == paper[FINAL] and ledger[FINAL] == paper[FIRST]:
        return ErrorKind.ALIGNMENTS_SWAPPED
    if ledger[FIRST] != ledger[FINAL] or not columns & {FIRST, FINAL}:
        return None
    # A single count that differs is rather a slip of the finger than a whole column copied.
    copied = ledger[FIRST] in (paper[FIRST], paper[FINAL])
    several = sum(ledger[c][line] != paper[c][line] for c in (FIRST, FINAL) for line in ledger[c])
    return ErrorKind.ALIGNMENT_COPIED if copied and several > 1 else None


# --- The right counts in the wrong place


def _moved(ledger: Sheet, paper: Sheet, differing: Sequence[Cell]) -> ErrorKind | None:
    columns = [c for c in ledger if any(cell.measure == c for cell in differing)]
    if any(len(ledger[column]) < 2 for column in columns):
        return None
    pairs = [
        ([*ledger[column].values()], [*paper[column].values()], [*ledger[column]])
        for column in columns
    ]
    if any(all(_shifted(ours, theirs, by) for ours, theirs, _ in pairs) for by in (1, -1)):
        return ErrorKind.COLUMN_SHIFT
    lines = list(dict.fromkeys(cell.line for cell in differing))
    if len(lines) == 2 and all(_swapped(ledger[c], paper[c], lines) for c in columns):
        return ErrorKind.SWAPPED
    return None


def _shifted(ledger: Sequence[int], paper: Sequence[int], by: int) -> bool:
    """Whether a stretch of the paper's lines stands one line further down (1) or up (-1).

    The line that it left is empty; what stood where it came to is gone.
    """
    ours, theirs = (ledger, paper) if by == 1 else (ledger[::-1], paper[::-1])
    changed = [n for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    top, bottom = changed[0], changed[-1]
    if ours[top] or top == bottom:
        return False
    return list(ours[top + 1 : bottom + 1]) == list(theirs[top:bottom])


def _swapped(ledger: Column, paper: Column, lines: Sequence[str]) -> bool:
    one, other = lines
    return ledger[one] == paper[other] and ledger[other] == paper[one]


# --- One count misread or miskeyed


def _digits(cell: Cell) -> ErrorKind:
    ours, theirs = str(cell.ledger), str(cell.paper)
    if cell.ledger in _with_one_less(theirs):
        return ErrorKind.DIGIT_LOST
    if cell.paper in _with_one_less(ours):
        return ErrorKind.DIGIT_ADDED
    width = max(len(ours), len(theirs))
    a, b = ours.zfill(width), theirs.zfill(width)
    changed = [n for n in range(width) if a[n] != b[n]]
    if len(changed) == 1:
        return ErrorKind.DIGIT_CHANGED
    if len(changed) == 2 and changed[1] - changed[0] == 1 and sorted(a) == sorted(b):
        return ErrorKind.DIGITS_TRANSPOSED
    return ErrorKind.OTHER


def _with_one_less(digits: str) -> Iterator[int]:
    """What the number becomes when one of its digits is left out; a single digit becomes 0."""
    for n in range(len(digits)):
        yield int(digits[:n] + digits[n + 1 :] or "0")
