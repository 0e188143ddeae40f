"""A rule set that exists in tests only, and an election to try it with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotline.election.finding import Check, Finding, Stage, found
from hotline.election.model import Contest, Election, Figures, Unit, add_columns
from hotline.election.rules import registry
from hotline.election.rules.evidence import COMMON_VIEWS
from hotline.election.rules.rule import Rule
from hotline.election.rules.sheet import Below, Column, Measure, Number, ResultsTable, Text

NAME = "yes-no-measure"
QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Answers(Figures):
    """Ballots handed in, and how they answered; blank ones stand apart."""

    slips: int
    answers: Mapping[str, int]
    blank: int = 0

    @property
    def numbers(self) -> Mapping[str, int]:
        return {"slips": self.slips, "blank": self.blank}

    @property
    def columns(self) -> Mapping[str, Mapping[str, int]]:
        return {"answers": self.answers}

    @property
    def people(self) -> int:
        return self.slips

    @property
    def counted(self) -> Mapping[str, int]:
        return self.answers

    def to_document(self) -> dict[str, Any]:
        return {"slips": self.slips, "answers": add_columns(self.answers), "blank": self.blank}


class YesNo(Rule):
    """A question that is answered with yes or no, or left blank."""

    name = NAME
    family = "questions"
    figures = Answers
    numbers = (
        Number(
            "slips",
            label="Slips handed in",
            short="slips",
            ask=Text("SLIPS", "How many slips were handed in? End with pound."),
            form="How many slips were handed in? For none, key 0.",
            mend=Text("OR_SLIPS", "To change the slips, press 3."),
        ),
    )
    columns = (
        Column(
            "answers",
            "Answers",
            "Answers",
            Text("ANSWERS", "Answers, one by one."),
            Stage.WHOLE,
            below=(Below("blank", "left-blank", "Left blank", Text("LEFT_BLANK", "Left blank")),),
            of="slips",
            mended_by="slips",
        ),
    )
    told = "answers"
    measures = (
        Measure(
            "answers", "Answers", ("answer", "answers"), Text("ALL_ANSWERS", "Answers: {groups}.")
        ),
        Measure("slips", "Slips"),
    )
    table = ResultsTable("choice", ("count",), ("slips", "left-blank"))
    checks = frozenset(COMMON_VIEWS) | {Check.BALLOTS_DO_NOT_ADD_UP}
    which = Text("WHICH_ANSWER", "Which line? Key its number, then pound. Left blank is {blank}.")
    totals_of = ("slips",)

    def __init__(self) -> None:
        self.views: Mapping[Check, Any] = {}

    def decode(self, document: Mapping[str, Any]) -> Answers:
        return Answers(**document)

    def examine(
        self, election: Election, contest: Contest, unit: Unit, figures: Figures, stage: Stage
    ) -> Iterator[Finding]:
        if stage is Stage.ATTENDANCE and not figures.people:
            yield found(Check.NOBODY_CAME, contest.id)
        lines = sum(figures.columns["answers"].values()) + figures.numbers["blank"]
        if stage is Stage.WHOLE and lines != figures.people:
            slips = figures.people
            yield found(
                Check.BALLOTS_DO_NOT_ADD_UP, contest.id, sum=lines, expected=slips, ballots=slips
            )

    def reported(self, choices: Mapping[str, Sequence[int]]) -> Answers:
        lines = {choice: counts[0] for choice, counts in choices.items()}
        return Answers(lines.pop("slips", 0), blank=lines.pop("left-blank", 0), answers=lines)


@contextmanager
def registered() -> Iterator[Rule]:
    """The rule is known for a while."""
    rule = YesNo()
    registry.all_rules()
    registry.register(rule)
    try:
        yield rule
    finally:
        registry.unregister(NAME)


def written(tmp_path: Path) -> Path:
    """The folder of an election by this rule."""
    folder = tmp_path / "town-meeting"
    folder.mkdir()
    (folder / "election.toml").write_text(
        'id = "town-meeting"\ntitle = "Town meeting"\ndate = 2026-06-02\n'
        'timezone = "America/Chicago"\nlanguages = ["en"]\n\n'
        f'[[contests]]\nid = "{QUESTION}"\ntitle = "A new school"\nrule = "{NAME}"\n'
    )
    (folder / "candidates.csv").write_text("number,id,name,surname\n1,yes,Yes,Yes\n2,no,No,No\n")
    (folder / "precincts.csv").write_text(
        "code,county,name\n20012,Sapling,Town Hall\n20020,Sapling,Old Mill\n"
    )
    (folder / "results.csv").write_text(
        "code,release,choice,count\n"
        "20012,1,slips,9\n20012,1,yes,5\n20012,1,no,3\n20012,1,left-blank,1\n"
        "20020,1,slips,7\n20020,1,yes,2\n20020,1,no,5\n"
    )
    return folder
