"""An ordinary contest: most votes win, one seat or several (rules.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from hotline.election.finding import Check, Finding, Stage, found
from hotline.election.model import Contest, Election, Figures, Unit, add_columns
from hotline.election.rules.evidence import COMMON_VIEWS, Cell, FindingCase, view
from hotline.election.rules.oddities import landslide, rare_candidate, unusual
from hotline.election.rules.paper import Printed, Worksheet
from hotline.election.rules.rule import Rule
from hotline.election.rules.sheet import Below, Column, Measure, Number, ResultsTable, Text

VOTES = "votes"
BALLOTS = "ballots"
WRITE_INS = "write-ins"
UNDERVOTES = "undervotes"
OVERVOTES = "overvotes"
OTHER_LINES = (WRITE_INS, UNDERVOTES, OVERVOTES)
"""Lines of the sheet below the candidates; a candidate's id is never one of these."""


@dataclass(frozen=True, slots=True)
class PluralityFigures(Figures):
    """What one polling place reports for one contest. Everything counts votes, but `ballots`."""

    ballots: int
    votes: Mapping[str, int]
    write_ins: int = 0
    undervotes: int = 0
    overvotes: int = 0

    @property
    def numbers(self) -> Mapping[str, int]:
        return {
            "ballots": self.ballots,
            "write_ins": self.write_ins,
            "undervotes": self.undervotes,
            "overvotes": self.overvotes,
        }

    @property
    def columns(self) -> Mapping[str, Mapping[str, int]]:
        return {"votes": self.votes}

    @property
    def people(self) -> int:
        return self.ballots

    @property
    def counted(self) -> Mapping[str, int]:
        return self.votes

    def to_document(self) -> dict[str, Any]:
        return {
            "ballots": self.ballots,
            "votes": add_columns(self.votes),
            "write_ins": self.write_ins,
            "undervotes": self.undervotes,
            "overvotes": self.overvotes,
        }


def votes_due(contest: Contest, ballots: int) -> int:
    """Votes that the lines of the sheet have to add up to: one for each ballot and seat."""
    return ballots * contest.seats


def votes_found(figures: PluralityFigures) -> int:
    """What the lines do add up to: candidates, write-ins, undervotes and overvotes."""
    below = figures.write_ins + figures.undervotes + figures.overvotes
    return sum(figures.votes.values()) + below


def adds_up(contest: Contest, figures: PluralityFigures) -> bool:
    """Whether candidates + write-ins + undervotes + overvotes = ballots x seats."""
    return votes_found(figures) == votes_due(contest, figures.ballots)


@dataclass(frozen=True, slots=True)
class Winners:
    """Candidates in front, by votes. A tie for the last seats is told, never broken.

    `seats_tied` of the candidates in `tied` are elected too, which ones no count can say. A
    candidate without a single vote wins nothing.
    """

    elected: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    seats_tied: int = 0


def winners(contest: Contest, votes: Mapping[str, int]) -> Winners:
    """Who has most votes, as many as there are seats; in the order of votes, then of the ballot.

    Only candidates of the contest are looked at: write-ins, counted together, are not a person.
    """
    running = [c.id for c in contest.candidates if votes.get(c.id, 0) > 0]
    ranked = sorted(running, key=lambda candidate: -votes[candidate])
    if len(ranked) <= contest.seats:
        return Winners(tuple(ranked))
    last_in = votes[ranked[contest.seats - 1]]
    level = tuple(candidate for candidate in ranked if votes[candidate] == last_in)
    ahead = tuple(candidate for candidate in ranked if votes[candidate] > last_in)
    if len(ahead) + len(level) == contest.seats:
        return Winners(ahead + level)
    return Winners(ahead, level, contest.seats - len(ahead))


def _off(case: FindingCase) -> tuple[Cell, ...]:
    counted = _plurality(case.figures)
    expected, lines = votes_due(case.contest, counted.ballots), votes_found(counted)
    return lines, expected, abs(lines - expected)


def _ballots(case: FindingCase) -> tuple[Cell, ...]:
    here = _plurality(case.figures).ballots
    others = int(case.finding.details.get("others", here))
    return here, others, abs(here - others)


VIEWS = {
    Check.BALLOTS_DIFFER: view(
        _ballots, {}, {"here": "Ballots", "others": "In another contest", "off": "Difference"}
    ),
    Check.BALLOTS_DO_NOT_ADD_UP: view(
        _off, {}, {"found": "Lines add up to", "expected": "Ballots make", "off": "Difference"}
    ),
}

_BALLOTS = Number(
    BALLOTS,
    label="Ballots cast",
    short="ballots",
    ask=Text("BALLOTS", "How many ballots were cast? End with pound."),
    form="How many ballots were cast? For none, key 0.",
    mend=Text("OR_BALLOTS", "To change the ballots, press 3."),
    is_on_paper=True,
)
_VOTES = Column(
    VOTES,
    "Votes",
    "Votes",
    Text("VOTES", "Votes, line by line."),
    Stage.WHOLE,
    below=(
        Below("write_ins", WRITE_INS, "All write-ins", Text("WRITE_INS", "All write-ins")),
        Below("undervotes", UNDERVOTES, "Undervotes", Text("UNDERVOTES", "Undervotes")),
        Below("overvotes", OVERVOTES, "Overvotes", Text("OVERVOTES", "Overvotes")),
    ),
    of=BALLOTS,
    over=Text(
        "TOO_MANY_VOTES",
        "That is more than the {ballots} ballot cast allows."
        "|That is more than the {ballots} ballots cast allow.",
        counted_by=BALLOTS,
    ),
    mend=Text("CHANGE_VOTES", "To change the votes, press {key}."),
    mended_by=BALLOTS,
)


class Plurality(Rule):
    """Ballots cast, and votes line by line; one seat or several."""

    name = "plurality"
    family = "pluralities"
    figures = PluralityFigures
    numbers = (_BALLOTS,)
    columns = (_VOTES,)
    told = VOTES
    measures = (Measure(VOTES, "Votes"), Measure(BALLOTS, "Ballots"))
    table = ResultsTable("choice", (VOTES,), (BALLOTS, *OTHER_LINES))
    views = VIEWS
    checks = frozenset(COMMON_VIEWS) | VIEWS.keys()
    has_seats: ClassVar[bool] = True
    which = Text(
        "WHICH_LINE",
        "Which line? Key the number on your sheet, then pound. "
        "All write-ins are {write_ins}, undervotes {undervotes}, overvotes {overvotes}.",
    )
    totals_of = (BALLOTS,)

    def decode(self, document: Mapping[str, Any]) -> PluralityFigures:
        return PluralityFigures(**document)

    def examine(
        self, election: Election, contest: Contest, unit: Unit, figures: Figures, stage: Stage
    ) -> Iterator[Finding]:
        counted = _plurality(figures)
        if stage is Stage.ATTENDANCE and not counted.ballots:
            yield found(Check.NOBODY_CAME, contest.id)
        if stage is Stage.WHOLE:
            yield from _lines(contest, counted)

    def beside(
        self, contest: Contest, figures: Figures, earlier: Sequence[Figures], stage: Stage
    ) -> Iterator[Finding]:
        """BALLOTS_DIFFER: whoever has a ballot has it for every contest on it."""
        ballots = _plurality(figures).ballots
        others = [each.ballots for each in earlier if isinstance(each, PluralityFigures)]
        # Nobody came? asks about the same number already.
        if stage is Stage.ATTENDANCE and ballots and others and ballots not in others:
            yield found(Check.BALLOTS_DIFFER, contest.id, ballots=ballots, others=others[-1])

    def worksheet(self, contest: Contest, unit: Unit) -> Worksheet:
        foot = (
            Printed("The total must equal the ballots cast.")
            if contest.seats == 1
            else Printed(
                "The total must equal the ballots cast × {seats}.", {"seats": contest.seats}
            )
        )
        return Worksheet((Printed("Ballots cast"),), (Printed("Votes"),), foot=foot)

    def in_front(self, contest: Contest, standing: Mapping[str, Fraction]) -> list[str]:
        """Whoever has a seat."""
        result = winners(contest, {id: int(votes) for id, votes in standing.items()})
        return [] if result.tied else [*result.elected]

    def misfit(self, contest: Contest, choices: Mapping[str, Sequence[int]]) -> str:
        if BALLOTS in choices:
            return ""
        return f"has no line “{BALLOTS}” in contest “{contest.id}”"

    def reported(self, choices: Mapping[str, Sequence[int]]) -> PluralityFigures:
        lines = {choice: counts[0] for choice, counts in choices.items()}
        return PluralityFigures(
            ballots=lines.pop(BALLOTS, 0),
            write_ins=lines.pop(WRITE_INS, 0),
            undervotes=lines.pop(UNDERVOTES, 0),
            overvotes=lines.pop(OVERVOTES, 0),
            votes={candidate: votes for candidate, votes in lines.items() if votes},
        )


def _plurality(figures: Figures) -> PluralityFigures:
    if not isinstance(figures, PluralityFigures):
        raise TypeError("figures of another rule than that of a ballot")
    return figures


def _lines(contest: Contest, figures: PluralityFigures) -> Iterator[Finding]:
    if not adds_up(contest, figures):
        yield found(
            Check.BALLOTS_DO_NOT_ADD_UP,
            contest.id,
            sum=votes_found(figures),
            expected=votes_due(contest, figures.ballots),
            ballots=figures.ballots,
        )
    votes = add_columns(figures.votes)
    yield from rare_candidate(contest, unusual(contest, votes, figures.ballots))
    if len(contest.candidates) > contest.seats:
        yield from landslide(contest, votes, figures.ballots)


RULE = Plurality()
