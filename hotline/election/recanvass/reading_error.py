"""What kind of slip makes one sheet out of another: how somebody misread, miskeyed or misplaced.

A kind says how the two sheets look side by side. It is a hint for whoever decides, and no proof:
the same numbers can come of two slips, and then the kind that moves more numbers is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hotline.election.rules.mistakes import Cell, Counts, ErrorKind, Sheet
from hotline.election.rules.rule import Rule


def kind_of(rule: Rule, ledger: Sheet, paper: Sheet, differing: Sequence[Cell]) -> ErrorKind:
    """The kind of slip by which the ledger's sheet comes of the paper's. `differing`: not empty."""
    if kind := rule.misread(ledger, paper, differing) or _moved(ledger, paper, differing):
        return kind
    awarded = rule.awarded.key if rule.awarded else ""
    counts = [cell for cell in differing if cell.measure != awarded]
    if len(counts) == 1:
        return _digits(counts[0])
    return ErrorKind.OTHER


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


def _swapped(ledger: Counts, paper: Counts, lines: Sequence[str]) -> bool:
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
