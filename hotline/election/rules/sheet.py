"""What a rule says of its sheet, as values that voice, forms and paper draw in their own ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.election.finding import Stage


@dataclass(frozen=True, slots=True)
class Text:
    """An English text that is spoken or printed: its key in the catalogues of other languages.

    Braces are filled in; `one|many` counts what `counted_by` names.
    """

    name: str  # in capitals; a recording of it is called by it
    value: str
    counted_by: str = "n"


@dataclass(frozen=True, slots=True)
class Said:
    """A text with what fills its braces."""

    text: Text
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Number:
    """A single number that is asked before the counts: how many came, or ballots.

    `key` names it in the figures, in `Figures.numbers` and in a paper record.
    """

    key: str
    label: str  # what it is called in lists and forms: "Ballots cast"
    short: str  # as a button names it, after the number: "ballots"
    ask: Text  # the question on the telephone; up to its question mark, that of the desk
    form: str  # what is said of a field that was left empty
    mend: Text | None = None  # the key that lets it be keyed again, where it may be what is wrong
    is_on_paper: bool = False  # without it, a typed paper is refused

    @property
    def question(self) -> str:
        """The question alone: "How many ballots were cast?"."""
        return self.ask.value.partition("?")[0] + "?"


@dataclass(frozen=True, slots=True)
class Below:
    """A line below the candidates: a number of its own in the figures, a line in the totals."""

    key: str  # in the figures
    choice: str  # in totals, results.csv and paper records; never a candidate's id
    label: str
    said: Text


@dataclass(frozen=True, slots=True)
class Column:
    """Counts by candidate, and lines below them. `key` names it in the figures."""

    key: str
    label: str
    short: str
    ask: Text
    stage: Stage  # whose checks run once it is confirmed
    below: tuple[Below, ...] = ()
    of: str = ""  # the number that no count may exceed; for a line below, once for each seat
    over: Text | None = None  # said of a count that does; else that it is too large
    mend: Text | None = None  # the `{key}` that changes it, where it does not fit another
    mended_by: str = ""  # the number, or column before, that may be wrong where this does not fit
    is_open: bool = False  # somebody may stand in it who is not asked for: the line asks for them
    is_awarded: bool = False  # follows from the others by the rule: keyed only if the sheet differs

    def lines(self, candidates: tuple[str, ...]) -> tuple[str, ...]:
        """Its lines in the order of the sheet, by the names that figures have for them."""
        return (*candidates, *(line.key for line in self.below))


@dataclass(frozen=True, slots=True)
class Measure:
    """What totals are in. The same `key` is the same measure under every rule."""

    key: str
    label: str
    units: tuple[str, str] = ("vote", "votes")
    said: Text = Text("VOTE_TOTALS", "Votes: {groups}.")
    places: int = 0  # after the point, where it is published
    nist: str = ""  # its name in NIST SP 1500-100 (OtherType); empty: a total of votes
    round: int | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """What a rule awards, by candidate without zeros: `certain`, and `drawn` more by lot.

    Each of the `drawn` winners is another of the `tied` candidates and gets one.
    """

    certain: Mapping[str, int]
    tied: tuple[str, ...] = ()
    drawn: int = 0

    def admits(self, won: Mapping[str, int]) -> bool:
        """Whether this is one of the awards that the rule admits."""
        lines = {*self.certain, *self.tied, *won}
        total = sum(self.certain.values()) + self.drawn
        return sum(won.values()) == total and all(
            self.admits_for(line, won.get(line, 0)) for line in lines
        )

    def admits_for(self, line: str, won: int) -> bool:
        """Whether a candidate may have so many, whatever others have."""
        sure = self.certain.get(line, 0)
        return won == sure or (line in self.tied and won == sure + 1)


@dataclass(frozen=True, slots=True)
class ResultsTable:
    """How `results.csv` has reports: the column that names the choice, and those of its counts.

    `others`: choices that are no candidates.
    """

    choice: str
    counts: tuple[str, ...]
    others: tuple[str, ...] = ()
