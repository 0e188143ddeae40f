"""The worksheet as a page: its fields, column after column, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from hotline.calls.worksheet import edition
from hotline.election.model import LOTS, Contest, Election
from hotline.election.rules.registry import rule_of
from hotline.election.rules.sheet import Column
from hotline.operations.desk.entry.filled import AwardQuestion, Filled, FormObjection, Toss
from hotline.operations.desk.entry.filling import OTHER, SAME, dropped
from hotline.operations.desk.words import line_name

LONGEST_ENTRY = 200  # characters


def keyed_in(form: Mapping[str, str]) -> dict[str, str]:
    """The entries of the worksheet among all that a form sent: their names have a dot."""
    return {name: value[:LONGEST_ENTRY] for name, value in form.items() if "." in name}


def sheet_changed(election: Election, code: str, form: Mapping[str, str]) -> str:
    """What to say where a form was made for another sheet of the unit; empty where it was not."""
    gone = dropped(election, keyed_in(form))
    current = edition(election, code)
    if not gone and form.get("edition", current) == current:
        return ""
    said = "The election was loaded anew while you keyed: look at every figure again."
    return f"{said} No longer on the sheet, and dropped: {', '.join(gone)}." if gone else said


@dataclass(frozen=True, slots=True)
class Field:
    """A number to be keyed. `id` is fit for a page's `id` attribute."""

    name: str
    label: str
    value: str
    problem: str

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A column of the worksheet, or the numbers before the first; `objections` belong to it."""

    title: str
    fields: tuple[Field, ...]
    objections: tuple[FormObjection, ...]
    summed: bool  # the page adds it up while it is keyed


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that is chosen: what it is worth, what it says, and whether it is chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """A question answered by choosing; `asked`: it must be answered now."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class ContestForm:
    """One contest of the form."""

    title: str
    groups: tuple[FieldGroup, ...]
    choices: tuple[ChoiceField, ...]


@dataclass(frozen=True)
class Form:
    """What stands in the form, and what came of checking it (None: not checked yet)."""

    election: Election
    entries: Mapping[str, str]
    insisted: Collection[str] = ()
    filled: Filled | None = None

    def sheets(self) -> list[ContestForm]:
        return [self._sheet(contest) for contest in self.election.contests]

    @property
    def problems(self) -> int:
        """How many things stand between the form and a report."""
        return len(self.filled.problems) + len(self.filled.questions) if self.filled else 0

    def carried(self) -> dict[str, str]:
        """What was answered before, and is not asked on the page: the winners of tosses."""
        shown = {choice.name for sheet in self.sheets() for choice in sheet.choices}
        return {
            name: value
            for name, value in self.entries.items()
            if f".{LOTS}." in name and name not in shown
        }

    def _sheet(self, contest: Contest) -> ContestForm:
        return ContestForm(
            contest.title, tuple(self._groups(contest)), tuple(self._choices(contest))
        )

    def _groups(self, contest: Contest) -> Iterator[FieldGroup]:
        rule = rule_of(contest)
        candidates = rule.order(contest)
        titled = {f"{contest.id}.{number.key}": number.label for number in rule.numbers}
        yield FieldGroup("How many", self._fields(titled), self._objections(contest, ""), False)
        for column in self._columns(contest):
            titled = {
                f"{contest.id}.{column.key}.{line}": line_name(self.election, line)
                for line in column.lines(candidates)
            }
            objections = self._objections(contest, column.key)
            yield FieldGroup(column.label, self._fields(titled), objections, True)

    def _columns(self, contest: Contest) -> list[Column]:
        columns = rule_of(contest).columns
        return [one for one in columns if not one.is_awarded or self._awards(contest, one)]

    def _awards(self, contest: Contest, column: Column) -> bool:
        """Whether the chair says what the room awarded: it is another award, or none follows."""
        if self.entries.get(f"{contest.id}.award") == OTHER:
            return True
        before = f"{contest.id}.{column.key}"
        problems = self.filled.problems if self.filled else ()
        objections = self._objections(contest, column.key)
        return bool(objections) or any(one.field.startswith(before) for one in problems)

    def _fields(self, titled: Mapping[str, str]) -> tuple[Field, ...]:
        return tuple(
            Field(
                name,
                label,
                self.entries.get(name, ""),
                self.filled.problem_at(name) if self.filled else "",
            )
            for name, label in titled.items()
        )

    def _objections(self, contest: Contest, column: str) -> tuple[FormObjection, ...]:
        questions = self.filled.questions if self.filled else ()
        return tuple(
            one
            for one in questions
            if isinstance(one, FormObjection) and (one.contest, one.column) == (contest.id, column)
        )

    def _choices(self, contest: Contest) -> Iterator[ChoiceField]:
        for question in self.filled.questions if self.filled else ():
            if isinstance(question, Toss) and question.contest == contest.id:
                won = self.entries.get(question.field, "")
                names = [(who, line_name(self.election, who)) for who in question.tied]
                choices = tuple(Choice(who, name, who == won) for who, name in names)
                title = f"There is a tie. Who won the {rule_of(contest).lot}?"
                yield ChoiceField(question.field, title, choices, True)
        if (award := self._award(contest)) is not None:
            yield award

    def _award(self, contest: Contest) -> ChoiceField | None:
        """The award, where it is asked, or was answered and can be answered otherwise."""
        name = f"{contest.id}.award"
        given = self.entries.get(name, "")
        asked = [
            one
            for one in (self.filled.questions if self.filled else ())
            if isinstance(one, AwardQuestion) and one.contest == contest.id
        ]
        if not asked and not given.startswith(SAME) and given != OTHER:
            return None
        if asked:
            won = asked[0].delegates
            said = ", ".join(f"{c.surname} {won[c.id]}" for c in contest.candidates if c.id in won)
            title = f"By the rules that makes {said}. Does the worksheet say the same?"
            same = asked[0].same
        else:
            title, same = "Does the worksheet award what the rules award?", given
        choices = [Choice(OTHER, "No: key what the room awarded", given == OTHER)]
        if same != OTHER:
            choices.insert(0, Choice(same, "Yes, the same", given == same))
        else:
            choices.insert(0, Choice("", "Yes: ask again", False))
        return ChoiceField(name, title, tuple(choices), bool(asked))
