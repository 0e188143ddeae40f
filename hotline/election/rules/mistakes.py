"""What may have gone wrong between a paper and what was keyed from it: numbers, and their slips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Counts = Mapping[str, int]
"""Counts by line: a candidate, a line below them, or nothing where the column is one number."""
Sheet = Mapping[str, Counts]


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
