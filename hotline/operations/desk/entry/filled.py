"""What comes of going through a form: what is wrong with it, what is asked, or its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.calls.turns import FileReport


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `field` is its name in the form."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class FormObjection:
    """What a check says. `token` in `insisted` settles it, for these figures and no others."""

    contest: str
    column: str  # where it is mended
    text: str
    token: str
    held: bool  # the figures are taken, and held back until somebody has looked at them


@dataclass(frozen=True, slots=True)
class Toss:
    """A tie: which of these candidates won? The answer goes into `field`."""

    contest: str
    field: str
    tied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwardQuestion:
    """Does the worksheet say the same as the rules? `same` is the answer if it does."""

    contest: str
    field: str
    delegates: Mapping[str, int]
    same: str


Question = FormObjection | Toss | AwardQuestion


@dataclass
class Filled:
    """How far a form is: what is wrong, what is asked, or the report that can be filed."""

    problems: list[FieldProblem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    report: FileReport | None = None
    read_back: dict[str, str] = field(default_factory=dict)  # "contest.column": as a caller hears
    differs: set[str] = field(default_factory=set)  # contests whose room awarded otherwise

    def problem_at(self, name: str) -> str:
        return next((problem.text for problem in self.problems if problem.field == name), "")
