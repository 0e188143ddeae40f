"""A caucus of 2020: what is asked and told of it. Iowa's and Nevada's are its two variants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import Any, ClassVar

from hotline.election.finding import Check, Finding, Stage, found
from hotline.election.model import Contest, Election, Figures, Unit, UnitKind
from hotline.election.rules import caucus, caucus_checks, caucus_paper, caucus_tally
from hotline.election.rules.caucus_evidence import views
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.caucus_reach import CaucusReach
from hotline.election.rules.caucus_tally import ATTENDANCE, DELEGATES, FINAL, FIRST, SDE
from hotline.election.rules.evidence import COMMON_VIEWS
from hotline.election.rules.mistakes import Cell, ErrorKind, Sheet
from hotline.election.rules.oddities import is_rare
from hotline.election.rules.paper import Printed, Worksheet
from hotline.election.rules.reach import Open, Reach
from hotline.election.rules.rule import Rule
from hotline.election.rules.sheet import (
    Award,
    Column,
    Measure,
    Number,
    ResultsTable,
    Said,
    Text,
)
from hotline.election.sums import Contribution, Sums

FEWEST_TOGETHER = 3
"""Candidates of whom next to nobody is expected, from which on one question is for all of them."""
EARLY, EARLY_FIRST, EARLY_FINAL = "early", "early_first", "early_final"

VIABLE = Text("VIABLE", "Viable from {threshold}.")
_TOO_MANY = Text(
    "TOO_MANY_PEOPLE",
    "That is more than the {attendance} person who attends."
    "|That is more than the {attendance} people who attend.",
    counted_by=ATTENDANCE,
)
_TOO_MANY_EARLY = Text(
    "TOO_MANY_EARLY",
    "That is more than the {early} early vote.|That is more than the {early} early votes.",
    counted_by=EARLY,
)
_CHANGE_FIRST = Text("CHANGE_FIRST", "To change the first alignment, press {key}.")
_CHANGE_FINAL = Text("CHANGE_FINAL", "To change the final alignment, press {key}.")
_CHANGE_EARLY = Text("CHANGE_EARLY_FIRST", "To change their first choices, press {key}.")

_ATTENDANCE = Number(
    ATTENDANCE,
    label="Attendance",
    short="attend",
    ask=Text("ATTENDANCE", "How many attend? End with pound."),
    form="How many people attend? For nobody, key 0.",
    mend=Text("OR_FIRST_NUMBER", "To change how many attend, press 3."),
)
_EARLY = Number(
    EARLY,
    label="Early votes",
    short="early",
    ask=Text("EARLY", "How many early votes? End with pound."),
    form="How many early votes? For none, key 0.",
    mend=Text("OR_EARLY", "To change the early votes, press 3."),
)
_FIRST = Column(
    FIRST,
    "First alignment",
    "First",
    Text("FIRST", "First alignment."),
    Stage.FIRST,
    of=ATTENDANCE,
    over=_TOO_MANY,
    mend=_CHANGE_FIRST,
    mended_by=ATTENDANCE,
)
_EARLY_FIRST = Column(
    EARLY_FIRST,
    "Early votes, first choice",
    "Early, first",
    Text("EARLY_FIRST", "Early votes, first choice."),
    Stage.FIRST,
    of=EARLY,
    over=_TOO_MANY_EARLY,
    mend=_CHANGE_EARLY,
    mended_by=EARLY,
)
_FINAL = Column(
    FINAL,
    "Final alignment",
    "Final",
    Text("FINAL", "Final alignment."),
    Stage.FINAL,
    of=ATTENDANCE,
    over=_TOO_MANY,
    mend=_CHANGE_FINAL,
    mended_by=FIRST,
    is_open=True,
)
_EARLY_FINAL = Column(
    EARLY_FINAL,
    "Early votes, final choice",
    "Early, final",
    Text("EARLY_FINAL", "Early votes, final choice."),
    Stage.FINAL,
    of=EARLY,
    over=_TOO_MANY_EARLY,
    is_open=True,
)
_DELEGATES = Column(
    DELEGATES,
    "Delegates",
    "Delegates",
    Text("DELEGATES", "Delegates, as on your sheet."),
    Stage.DELEGATES,
    mend=Text("CHANGE_DELEGATES", "To change the delegates, press {key}."),
    mended_by=FINAL,
    is_awarded=True,
)

_DELEGATE_UNITS = ("delegate", "delegates")


class Caucus(Rule):
    """Attendance, two alignments, and delegates that follow from them.

    `is_capped`: of more viable groups than delegates, the largest have one each (rules.md, 3).
    `has_early`: ballots that were cast before stand apart from those in the room.
    """

    family = "caucuses"
    figures = CaucusFigures
    told = FINAL
    remarks = (VIABLE,)
    table = ResultsTable("candidate", (FIRST, FINAL, DELEGATES), ("",))
    elects_delegates: ClassVar[bool] = True
    how_to_key = Printed(
        "Key the attendance and #, then each count and #, in the worksheet's order."
    )
    nist = "caucus"
    measures = (
        Measure(ATTENDANCE, "Attendance"),
        Measure(FIRST, "First alignment", nist="first-alignment", round=1),
        Measure(FINAL, "Final alignment", nist="final-alignment", round=2),
        Measure(
            SDE,
            "State delegates",
            ("state delegate", "state delegates"),
            Text("STATE_DELEGATES", "State delegates: {groups}."),
            places=4,
            nist="state-delegate-equivalents",
        ),
        Measure(
            DELEGATES,
            "Delegates",
            _DELEGATE_UNITS,
            Text("STANDING_DELEGATES", "Delegates: {groups}."),
            nist="county-delegates",
        ),
    )

    def __init__(
        self,
        name: str,
        lot: str,
        lot_asked: Text,
        tie_on_paper: Printed,
        *,
        is_capped: bool,
        has_early: bool,
    ) -> None:
        self.name, self.lot, self.lot_asked = name, lot, lot_asked
        self.tie_on_paper = tie_on_paper
        self.is_capped, self.has_early = is_capped, has_early
        self.views = views(self.award)
        self.checks = frozenset(COMMON_VIEWS) | self.views.keys()
        self.numbers = (_ATTENDANCE, _EARLY) if has_early else (_ATTENDANCE,)
        self.columns = (
            (_FIRST, _EARLY_FIRST, _FINAL, _EARLY_FINAL, _DELEGATES)
            if has_early
            else (_FIRST, _FINAL, _DELEGATES)
        )

    # --- The figures

    def decode(self, document: Mapping[str, Any]) -> CaucusFigures:
        return CaucusFigures(**{**document, "toss": tuple(document.get("toss", ()))})

    # --- The questions

    def sequence(self, figures: Figures) -> tuple[Column, ...]:
        """Early ballots are asked about where there are any."""
        early = _caucus(figures).early > 0
        return tuple(c for c in super().sequence(figures) if early or c.of != EARLY)

    def asked(self, contest: Contest, figures: Figures, column: Column) -> tuple[str, ...]:
        """After the first alignment only those who had anyone; where that leaves nobody, all."""
        everyone = self.order(contest)
        if column.key not in _COUNTED_BEFORE:
            return everyone
        before = _COUNTED_BEFORE[column.key](_caucus(figures))
        return tuple(c for c in everyone if before.get(c)) or everyone

    def order(self, contest: Contest) -> tuple[str, ...]:
        """Those of whom next to nobody is expected come last, where they are several."""
        rare = _rare(contest)
        return (*(id_ for id_ in contest.by_id if id_ not in rare), *rare)

    def together(self, contest: Contest, column: Column) -> tuple[str, ...]:
        return _rare(contest) if column.key in (FIRST, EARLY_FIRST) else ()

    def remark(self, contest: Contest, unit: Unit, figures: Figures, column: Column) -> Said | None:
        """Once, the threshold, where there is one."""
        voters = _caucus(figures).voters
        due = self.due(unit, voters)
        if column.key != FIRST or due == 1:
            return None
        return Said(VIABLE, {"threshold": caucus.threshold(voters, due)})

    def award(self, contest: Contest, unit: Unit, figures: Figures) -> Award | None:
        counted, ids = _caucus(figures), tuple(contest.by_id)
        sizes = [counted.final_total.get(id, 0) for id in ids]
        due = self.due(unit, counted.voters)
        found = caucus.apportion(due, counted.voters, sizes, is_capped=self.is_capped)
        if found is None:
            return None
        certain = {id: n for id, n in zip(ids, found.certain, strict=True) if n}
        return Award(certain, tuple(ids[group] for group in found.tied), found.drawn)

    def due(self, unit: Unit, people: int) -> int:
        return caucus.delegates_due(unit, people)

    def worksheet(self, contest: Contest, unit: Unit) -> Worksheet:
        return caucus_paper.worksheet(unit, has_early=self.has_early, tie=self.tie_on_paper)

    # --- The checks

    def examine(
        self, election: Election, contest: Contest, unit: Unit, figures: Figures, stage: Stage
    ) -> Iterator[Finding]:
        counted = _caucus(figures)
        if not counted.voters and stage is Stage.ATTENDANCE:
            yield found(Check.NOBODY_CAME, contest.id)
            return
        room = caucus_checks.CaucusCase(election, contest, unit, counted, self.is_capped)
        if stage in _EXAMINED:
            yield from _EXAMINED[stage](room)

    def misread(self, ledger: Sheet, paper: Sheet, differing: Sequence[Cell]) -> ErrorKind | None:
        columns = {cell.measure for cell in differing}
        if columns <= {ATTENDANCE, EARLY}:
            return ErrorKind.ATTENDANCE
        if columns == {DELEGATES}:
            return ErrorKind.AWARD
        if not columns <= {FIRST, FINAL, DELEGATES}:
            return None
        if ledger[FIRST] == paper[FINAL] and ledger[FINAL] == paper[FIRST]:
            return ErrorKind.ALIGNMENTS_SWAPPED
        if ledger[FIRST] != ledger[FINAL] or not columns & {FIRST, FINAL}:
            return None
        # A single count that differs is rather a slip of the finger than a whole column copied.
        copied = ledger[FIRST] in (paper[FIRST], paper[FINAL])
        several = sum(
            ledger[column][line] != paper[column][line]
            for column in (FIRST, FINAL)
            for line in ledger[column]
        )
        return ErrorKind.ALIGNMENT_COPIED if copied and several > 1 else None

    # --- The tally

    def contributed(self, unit: Unit, figures: Figures) -> Mapping[str, Mapping[str, int]]:
        return caucus_tally.contributed(unit, _caucus(figures))

    def shown(self, election: Election) -> tuple[str, ...]:
        """`sde` decides; `delegates` where the folder has no counties."""
        has_sde = caucus_tally.has_state_delegates(election)
        return (FIRST, FINAL, SDE if has_sde else DELEGATES)

    def accounts(self, election: Election, contest: Contest) -> dict[str, tuple[str, ...]]:
        kept: dict[str, tuple[str, ...]] = {ATTENDANCE: ("",)}
        kept |= dict.fromkeys((FIRST, FINAL, DELEGATES), tuple(contest.by_id))
        if caucus_tally.has_state_delegates(election):
            kept[SDE] = tuple(contest.by_id)
        return kept

    def amounts(
        self, election: Election, contest: Contest, measure: str, scope: str, kept: Contribution
    ) -> Mapping[str, Fraction] | Mapping[str, int]:
        if measure == SDE:
            return caucus_tally.sde_of_scope(election, contest, scope, kept)
        return super().amounts(election, contest, measure, scope, kept)

    def kept_as(self, election: Election, unit: Unit, measure: str) -> tuple[str, Fraction] | None:
        if measure != SDE:
            return measure, Fraction(1)
        if unit.kind is UnitKind.SATELLITE:
            return None
        return DELEGATES, caucus_tally.worth(election, unit.county)

    def standing(
        self, election: Election, contest: Contest, measure: str, sums: Sums
    ) -> dict[str, Fraction] | dict[str, int]:
        if measure != SDE:
            return super().standing(election, contest, measure, sums)
        total = {candidate: Fraction(0) for candidate in contest.by_id}
        for scope, kept in sums.items():
            in_scope = caucus_tally.sde_of_scope(election, contest, scope, kept)
            for candidate, equivalents in in_scope.items():
                total[candidate] += equivalents
        return total

    # --- The outlook

    def reach(self, given: Open) -> Reach:
        return CaucusReach(given)

    def all_to(self, unit: Unit, candidate: str, people: int) -> CaucusFigures:
        everybody = {candidate: people}
        return CaucusFigures(people, everybody, everybody, {candidate: self.due(unit, people)})

    # --- Files

    def misfit(self, contest: Contest, choices: Mapping[str, Sequence[int]]) -> str:
        if "" in choices and (len(choices) > 1 or any(choices[""])):
            return "has a row without a candidate, which says that nobody came, and others"
        return ""

    def reported(self, choices: Mapping[str, Sequence[int]]) -> CaucusFigures:
        """The public record has no attendance: the sum of the first alignment stands for it."""
        first, final, delegates = (
            {choice: counts[column] for choice, counts in choices.items() if counts[column]}
            for column in range(3)
        )
        return CaucusFigures(sum(first.values()), first, final, delegates)

    def on_paper(
        self, numbers: Mapping[str, int], columns: Mapping[str, Mapping[str, int]]
    ) -> Figures:
        """A paper that does not say how many came is taken at its first alignment."""
        came = sum(columns.get(FIRST, {}).values())
        return super().on_paper({ATTENDANCE: came, **numbers}, columns)

    def keyable(self, figures: Figures) -> Figures:
        """Four reports of Iowa have a group in the final that is larger than the whole first.

        The line does not take that: their chairs name as many attending as the final has.
        """
        counted = _caucus(figures)
        if max(counted.final.values(), default=0) <= counted.attendance:
            return counted
        return self.decode({**counted.to_document(), ATTENDANCE: sum(counted.final.values())})


def _rare(contest: Contest) -> tuple[str, ...]:
    """Those who are asked for together: for fewer, one question more would cost time."""
    rare = tuple(candidate.id for candidate in contest.candidates if is_rare(candidate))
    return rare if FEWEST_TOGETHER <= len(rare) < len(contest.candidates) else ()


def _caucus(figures: Figures) -> CaucusFigures:
    if not isinstance(figures, CaucusFigures):
        raise TypeError("figures of another rule than that of a caucus")
    return figures


_COUNTED_BEFORE: Mapping[str, Callable[[CaucusFigures], Mapping[str, int]]] = {
    FINAL: attrgetter("first_total"),
    EARLY_FINAL: attrgetter("early_first"),
    DELEGATES: attrgetter("final_total"),
}
_EXAMINED = {
    Stage.FIRST: caucus_checks.first,
    Stage.FINAL: caucus_checks.final,
    Stage.DELEGATES: caucus_checks.delegates,
    Stage.WHOLE: caucus_checks.whole,
}
