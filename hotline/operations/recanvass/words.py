"""A recanvass in words: kinds of difference, numbers, names, for pages, files and the log."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from hotline.election.model import Contest
from hotline.election.recanvass.totals_change import Lead, TotalsChange
from hotline.election.rules.mistakes import ErrorKind
from hotline.election.rules.registry import columns, measure_of, numbers, rule_of
from hotline.store.enums import RecanvassKind, RecanvassState, RecordDecision

KINDS = {
    ErrorKind.COLUMN_SHIFT: "Counts one line off",
    ErrorKind.SWAPPED: "Two candidates swapped",
    ErrorKind.ALIGNMENTS_SWAPPED: "First and final swapped",
    ErrorKind.ALIGNMENT_COPIED: "One alignment in both places",
    ErrorKind.DIGIT_LOST: "A digit lost",
    ErrorKind.DIGIT_ADDED: "A digit too many",
    ErrorKind.DIGITS_TRANSPOSED: "Two digits transposed",
    ErrorKind.DIGIT_CHANGED: "A digit is another",
    ErrorKind.AWARD: "Delegates alone",
    ErrorKind.ATTENDANCE: "Attendance alone",
    ErrorKind.MISSING_ON_PAPER: "No paper",
    ErrorKind.MISSING_IN_LEDGER: "Nothing counts in the ledger",
    ErrorKind.OTHER: "Other",
}
NAMES = {RecanvassKind.RECANVASS: "Recanvass", RecanvassKind.RECOUNT: "Recount"}
STATES = {
    RecanvassState.OPEN: "open",
    RecanvassState.DECIDED: "decided, to be filed",
    RecanvassState.FILED: "filed",
    RecanvassState.CLOSED: "closed, nothing filed",
}
DECISIONS = {
    RecordDecision.FILE: "file what the paper says",
    RecordDecision.KEEP: "keep the ledger",
}
PLACES = 4


def line_name(contest: Contest, line: str) -> str:
    """A candidate's name, or what a line below them is."""
    candidate = contest.by_id.get(line)
    below = {one.choice: one.label for one in rule_of(contest).below}
    return candidate.name if candidate else below.get(line, line)


def measure_name(key: str) -> str:
    """A measure of the totals, or a number or column of the sheet."""
    on_sheet = numbers().get(key) or columns().get(key)
    return on_sheet.label if on_sheet else measure_of(key).label


def amount(number: Fraction, measure: str) -> str:
    """A total, or what it moves by: whole, or with four places where it is published so."""
    if not measure_of(measure).places:
        return f"{number.numerator:,}"
    return to_places(number, PLACES)


def to_places(number: Fraction, places: int) -> str:
    """With so many decimals, rounded half up away from zero: `1,234.5678`."""
    least = floor(abs(number) * 10**places + Fraction(1, 2))
    sign = "-" if number < 0 else ""
    after = f".{least % 10**places:0{places}d}" if places else ""
    return f"{sign}{least // 10**places:,}{after}"


def signed(number: Fraction, measure: str) -> str:
    """The same with its sign."""
    return ("+" if number > 0 else "") + amount(number, measure).replace("-", "−")


def exact(number: Fraction) -> str:
    """A number as it is: `12` or `4633/26`."""
    return str(number)


def lead_in_words(contest: Contest, measure: str, lead: Lead) -> str:
    if not lead.leader:
        return "nobody is ahead"
    leader, following = contest.by_id[lead.leader], contest.by_id[lead.next]
    return f"{leader.surname} is ahead of {following.surname} by {amount(lead.margin, measure)}"


def totals_in_words(
    changes: Iterable[TotalsChange],
) -> tuple[dict[str, str], dict[str, str]]:
    """The totals that change, before and after, exactly: by `contest measure line`."""
    before, after = {}, {}
    for change in changes:
        for number in change.changed:
            name = " ".join(part for part in (change.contest, number.measure, number.line) if part)
            before[name], after[name] = exact(number.before), exact(number.after)
    return before, after
