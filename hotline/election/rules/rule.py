"""What a rule set says: the one interface behind which contests are counted.

A rule is one value, `RULE`, of a module of this folder; `registry` finds it there. Every other part
of the program asks the rule of a contest, and never which rule it is: it draws what the rule
describes (`sheet`) on the telephone, in forms, on paper and in results. Whoever adds a rule writes
its module, its tests, a line of docs/rule-sets.md and an election to try it with.

Rules are pure: they know neither calls nor pages, and nothing that they are given changes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from hotline.election.finding import Check, Finding, Stage
from hotline.election.model import Contest, Election, Figures, Unit
from hotline.election.rules.evidence import FindingView
from hotline.election.rules.mistakes import Cell, ErrorKind, Sheet
from hotline.election.rules.paper import Printed, Worksheet
from hotline.election.rules.reach import Open, Reach
from hotline.election.rules.sheet import (
    Award,
    Below,
    Column,
    Measure,
    Number,
    ResultsTable,
    Said,
    Text,
)
from hotline.election.sums import (
    Contribution,
    Sums,
    Totals,
    everywhere,
    four_places,
    of_line,
    of_scope,
)

MOST = 99
"""Of what is awarded; nobody keys more."""


class Rule(ABC):
    """One way to count a contest. What is not said otherwise is that of a ballot count."""

    name: str
    """As `election.toml`, published documents and the ledger's definition have it."""
    family: str
    """What contests of this kind are, in the plural: "caucuses"."""
    figures: type[Figures]
    """The kind of figures that a report of it has."""
    numbers: tuple[Number, ...]
    """Asked first, in this order: at least one, whose zero says that nobody came."""
    columns: tuple[Column, ...]
    """Asked after the numbers, in this order, one stage after the other."""
    told: str
    """The column that says the outcome, where a report is told in short."""
    measures: tuple[Measure, ...]
    """All that its totals may be in."""
    table: ResultsTable
    """How results.csv has its reports."""
    checks: frozenset[Check]
    """The checks that may find something in its reports."""
    views: Mapping[Check, FindingView]
    """How those of its findings are listed that are not listed alike under every rule."""

    has_seats: ClassVar[bool] = False
    """Whether its contests may fill several seats, for each of which a ballot has a vote."""
    elects_delegates: ClassVar[bool] = False
    """Whether its units elect delegates, which the election's folder has to allot."""
    lot: str = "lot"
    """What decides a tie in the room."""
    lot_asked: Text = Text("LOT", "If {candidate} won the lot, press {number}.")
    """Asks whether the first of those who are tied won it; the others follow."""
    which: Text | None = None
    """Asks for the line to be changed; lines below the candidates fill its braces with their
    numbers. None: candidates alone are asked for."""
    remarks: tuple[Text, ...] = ()
    """All that `remark` may say."""
    totals_of: tuple[str, ...] = ()
    """The single numbers that are part of the published totals."""
    how_to_key: Printed = Printed(
        "Key the ballots cast and #, then each count and #, in the worksheet's order."
    )
    """How a report of it is keyed, as the call sheet tells it."""
    nist: str = ""
    """What an election of it is in NIST SP 1500-100 (OtherType), where that has no name for it."""

    # --- The figures

    @abstractmethod
    def decode(self, document: Mapping[str, Any]) -> Figures:
        """The figures that `Figures.to_document` wrote. KeyError, TypeError, ValueError else."""

    def reads(self, document: Mapping[str, Any]) -> bool:
        """Whether a document has figures of this kind."""
        return self.numbers[0].key in document and self.columns[0].key in document

    def so_far(self, document: Mapping[str, Any]) -> Figures:
        """The figures keyed so far; what was not asked yet is empty."""
        blank: dict[str, Any] = {self.numbers[0].key: 0}
        blank |= {column.key: {} for column in self.columns}
        return self.decode({**blank, **document})

    def column(self, key: str) -> Column:
        """The column of that key. KeyError where the rule has none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    @property
    def below(self) -> tuple[Below, ...]:
        """All lines below the candidates."""
        return tuple(line for column in self.columns for line in column.below)

    @property
    def awarded(self) -> Column | None:
        """The column that follows from the others by the rule."""
        return next((column for column in self.columns if column.is_awarded), None)

    def sheet(self, contest: Contest, figures: Figures) -> Sheet:
        """Every number of the sheet, by number or column, and by line as totals have it."""
        found: dict[str, Mapping[str, int]] = {
            number.key: {"": figures.numbers[number.key]} for number in self.numbers
        }
        for column in self.columns:
            counts = figures.columns[column.key]
            found[column.key] = {
                **{candidate: counts.get(candidate, 0) for candidate in contest.by_id},
                **{line.choice: figures.numbers[line.key] for line in column.below},
            }
        return found

    # --- The questions

    def sequence(self, figures: Figures) -> tuple[Column, ...]:
        """The columns to be keyed, given the numbers; without the one that is awarded."""
        return tuple(column for column in self.columns if not column.is_awarded)

    def order(self, contest: Contest) -> tuple[str, ...]:
        """The candidates in the order of the sheet."""
        return tuple(contest.by_id)

    def asked(self, contest: Contest, figures: Figures, column: Column) -> tuple[str, ...]:
        """The lines that are asked for in a column, in the order of the sheet."""
        return column.lines(self.order(contest))

    def together(self, contest: Contest, column: Column) -> tuple[str, ...]:
        """The last lines of a column, where one question asks whether any of them has a count."""
        return ()

    def most(self, contest: Contest, figures: Figures, column: Column, line: str) -> int:
        """The largest count that a line can have (checks.md, OUT_OF_RANGE)."""
        if not column.of:
            return MOST
        of = figures.numbers[column.of]
        return of * contest.seats if any(line == one.key for one in column.below) else of

    def remark(self, contest: Contest, unit: Unit, figures: Figures, column: Column) -> Said | None:
        """What the chair hears after a column is read back: what follows from it."""
        return None

    def award(self, contest: Contest, unit: Unit, figures: Figures) -> Award | None:
        """What the rule awards for these figures; None where nothing follows from it."""
        return None

    def due(self, unit: Unit, people: int) -> int:
        """Delegates that a unit elects, if so many came."""
        return 0

    def worksheet(self, contest: Contest, unit: Unit) -> Worksheet:
        """The sheet on paper that a chair fills in before calling."""
        return Worksheet(
            boxes=tuple(Printed(number.label) for number in self.numbers),
            columns=tuple(Printed(column.label) for column in self.columns),
        )

    # --- The checks

    @abstractmethod
    def examine(
        self, election: Election, contest: Contest, unit: Unit, figures: Figures, stage: Stage
    ) -> Iterable[Finding]:
        """What becomes visible at this stage. Columns of later stages are not looked at."""

    def beside(
        self, contest: Contest, figures: Figures, earlier: Sequence[Figures], stage: Stage
    ) -> Iterable[Finding]:
        """What does not fit the contests that the same report has before this one."""
        return ()

    def misread(self, ledger: Sheet, paper: Sheet, differing: Sequence[Cell]) -> ErrorKind | None:
        """The slip, of those that only this kind of sheet knows, that explains what differs."""
        return None

    # --- The tally

    def contributed(self, unit: Unit, figures: Figures) -> Mapping[str, Mapping[str, int]]:
        """What is kept of a report, by measure and line. Whole numbers that can be added up."""
        found: dict[str, Mapping[str, int]] = {
            number.key: {"": figures.numbers[number.key]} for number in self.numbers
        }
        for column in self.columns:
            below = {line.choice: figures.numbers[line.key] for line in column.below}
            found[column.key] = {**figures.columns[column.key], **below}
        return found

    def shown(self, election: Election) -> tuple[str, ...]:
        """The measures that are published, the one that decides who leads last."""
        return tuple(column.key for column in self.columns)

    def accounts(self, election: Election, contest: Contest) -> dict[str, tuple[str, ...]]:
        """Every total that is kept or worked out: its lines by measure, in order."""
        found: dict[str, tuple[str, ...]] = {}
        for column in self.columns:
            found[column.key] = (*contest.by_id, *(line.choice for line in column.below))
        return found | {number.key: ("",) for number in self.numbers}

    def amounts(
        self, election: Election, contest: Contest, measure: str, scope: str, kept: Contribution
    ) -> Mapping[str, Fraction] | Mapping[str, int]:
        """A measure by candidate in one scope, exactly; every candidate of the contest present."""
        return of_scope(contest, measure, kept)

    def kept_as(self, election: Election, unit: Unit, measure: str) -> tuple[str, Fraction] | None:
        """What is kept of a measure for a unit, in whole numbers, and what one of it is worth.

        None where another unit of its scope moves what it is worth: then nothing but the scope as a
        whole can be compared.
        """
        return measure, Fraction(1)

    def totals(self, election: Election, contest: Contest, sums: Sums) -> Totals:
        """The contest's `totals` (interfaces.md), lines below the candidates among them."""
        found: Totals = {}
        for measure in self.shown(election):
            exact = self.standing(election, contest, measure, sums)
            found[measure] = {id: self._published(measure, n) for id, n in exact.items()} | {
                line.choice: of_line(contest, measure, line.choice, sums)
                for column in self.columns
                if column.key == measure
                for line in column.below
            }
        return found | {key: of_line(contest, key, "", sums) for key in self.totals_of}

    def _published(self, measure: str, value: Fraction | int) -> int | str:
        places = next((known.places for known in self.measures if known.key == measure), 0)
        return four_places(Fraction(value)) if places else int(value)

    def standing(
        self, election: Election, contest: Contest, measure: str, sums: Sums
    ) -> dict[str, Fraction] | dict[str, int]:
        """A measure by candidate over all scopes, exactly; every candidate present."""
        return everywhere(contest, measure, sums)

    def besides(self, totals: Totals) -> dict[str, int]:
        """What the ballots held besides, as documents have it under `ballots`; else nothing."""
        found: dict[str, int] = {}
        for key in self.totals_of:
            if isinstance(number := totals.get(key), int):
                found[key] = number
        for column in self.columns:
            if isinstance(counts := totals.get(column.key), dict):
                found |= {line.key: int(counts[line.choice]) for line in column.below}
        return found

    # --- The outlook

    def in_front(self, contest: Contest, standing: Mapping[str, Fraction]) -> list[str]:
        """Who would be elected as it stands, most first; nobody where that is tied."""
        most = max(standing.values(), default=Fraction(0))
        ahead = [candidate for candidate, value in standing.items() if value == most]
        return ahead if most > 0 and len(ahead) == 1 else []

    def reach(self, given: Open) -> Reach:
        """How far what is open can move the margin between two candidates."""
        return Reach(given, self.numbers[0].key)

    def all_to(self, unit: Unit, candidate: str, people: int) -> Figures:
        """The report of a unit in which everybody is for one candidate."""
        document: dict[str, Any] = {self.numbers[0].key: people}
        return self.so_far(document | {self.columns[0].key: {candidate: people}})

    # --- Files

    def misfit(self, contest: Contest, choices: Mapping[str, Sequence[int]]) -> str:
        """What is wrong with a unit's rows of results.csv as a whole; empty if nothing is."""
        return ""

    @abstractmethod
    def reported(self, choices: Mapping[str, Sequence[int]]) -> Figures:
        """The figures of a unit's rows of results.csv, by choice, as `table` has them."""

    def on_paper(
        self, numbers: Mapping[str, int], columns: Mapping[str, Mapping[str, int]]
    ) -> Figures:
        """The figures of a typed paper: its numbers and columns as far as it says them."""
        below = {
            line.key: columns.get(column.key, {}).get(line.choice, 0)
            for column in self.columns
            for line in column.below
        }
        choices = {line.choice for line in self.below}
        counts = {
            key: {line: n for line, n in column.items() if line not in choices}
            for key, column in columns.items()
        }
        return self.so_far({**numbers, **below, **counts})

    def keyable(self, figures: Figures) -> Figures:
        """Figures of public record as the line takes them, where the record lacks a number."""
        return figures
