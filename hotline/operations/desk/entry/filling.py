"""The worksheet as a form: what stands in its fields is keyed into the conversation itself.

A form is a chair who has all the answers at hand. They are given one after the other to the same
questions that a caller hears (calls/counting.py), so the order, the ranges, the checks, and what is
asked again or held are those of the call, and no second set of rules can drift away from them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from hotline.calls import counting, progress, worksheet
from hotline.calls.keypad import Numbers
from hotline.calls.objections import next_objection, objection
from hotline.calls.prompts import Line, speak
from hotline.calls.questions import read_back
from hotline.calls.state import State, Step
from hotline.calls.turns import FileReport
from hotline.election.finding import Stage
from hotline.election.model import LOTS, Contest, Election
from hotline.election.rules.registry import rule_of
from hotline.election.rules.sheet import Number
from hotline.languages.catalogue import SOURCE
from hotline.operations.desk.entry.filled import (
    AwardQuestion,
    FieldProblem,
    Filled,
    FormObjection,
    Toss,
)

SAME = "same:"
"""How the answer begins that the worksheet says what the rules award; the award itself follows."""
OTHER = "other"

LONGEST_NUMBER = 6  # digits, as on the telephone
_MOST_ANSWERS = 2_000
"""More than any worksheet has, with every objection insisted on."""


def fill(
    election: Election,
    unit: str,
    entries: Mapping[str, str],
    insisted: Collection[str] = (),
    chair: int = 0,
) -> Filled:
    """Goes through the worksheet of a unit with what stands in the form.

    `entries` go from `contest.attendance`, `contest.first.candidate`, `contest.toss.0`,
    `contest.award` to what was keyed; an empty count is zero where its column has others.
    """
    filled = Filled()
    filled.problems += _no_numbers(election, entries)
    if not filled.problems:
        _Walk(written(election), unit, entries, insisted, chair, filled).go()
    return filled


def written(election: Election) -> Election:
    """The election with names as they are written, where the voice would want another spelling."""
    contests = tuple(
        replace(c, candidates=tuple(replace(one, spoken="") for one in c.candidates))
        for c in election.contests
    )
    return replace(election, contests=contests)


def count_fields(election: Election, contest: Contest) -> list[str]:
    """The names of the fields of a contest that hold numbers, in the order of the worksheet."""
    rule = rule_of(contest)
    candidates = rule.order(contest)
    return [f"{contest.id}.{number.key}" for number in rule.numbers] + [
        f"{contest.id}.{column.key}.{line}"
        for column in rule.columns
        for line in column.lines(candidates)
    ]


def dropped(election: Election, entries: Mapping[str, str]) -> list[str]:
    """What was keyed into fields that the sheet no longer has: `id of the line: count`."""
    known = {name for contest in election.contests for name in count_fields(election, contest)}
    return [
        f"{name.rpartition('.')[2]}: {count}"
        for name, text in entries.items()
        if name not in known and (count := text.strip()) and _is_number(count) and int(count)
    ]


def entries_of(election: Election, figures: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """The form as it would stand with these figures, as a call or a report has them (JSON)."""
    entries: dict[str, str] = {}
    for contest in election.contests:
        document = figures.get(contest.id, {})
        below = [line.key for line in rule_of(contest).below]
        for name in count_fields(election, contest):
            _, column, line = [*name.split("."), ""][:3]
            kept = document.get(line if line in below else column)
            count = kept.get(line) if isinstance(kept, Mapping) else kept
            if count is not None:
                entries[name] = str(count)
        toss = document.get(LOTS, ())
        if isinstance(toss, list | tuple):
            entries |= {f"{contest.id}.{LOTS}.{n}": winner for n, winner in enumerate(toss)}
    return entries


def _no_numbers(election: Election, entries: Mapping[str, str]) -> list[FieldProblem]:
    return [
        FieldProblem(name, "A whole number, such as 12.")
        for contest in election.contests
        for name in count_fields(election, contest)
        if (text := entries.get(name, "").strip()) and not _is_number(text)
    ]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


@dataclass
class _Walk:
    """One way through the worksheet, contest by contest; each goes as far as it can."""

    election: Election
    unit: str
    entries: Mapping[str, str]
    insisted: Collection[str]
    chair: int
    filled: Filled

    def go(self) -> None:
        state = State(unit=self.unit, verified=True, chair=self.chair)
        self.state = progress.start(self.election, state)
        reports = []
        for contest in self.election.contests:
            if self.state.contest != contest.id:  # what comes before it is not done
                self.state = progress.contest_begun(self.election, self.state, contest).state
            reports.append(self._contest())
        if not (self.filled.problems or self.filled.questions):
            self.filled.report = reports[-1]

    def _contest(self) -> FileReport | None:
        """Answers questions until the contest is done, or one cannot be answered."""
        contest = self.state.contest
        for _ in range(_MOST_ANSWERS):
            answer = self._answer()
            if answer is None:
                return None
            moved = counting.answered(self.election, self.state, Numbers((answer,)))
            if moved is None:
                raise ValueError(f"{answer!r} is no answer at {self.state.step}")
            if moved.report or moved.state.contest != contest:
                self.state = moved.state
                return moved.report
            if moved.lines and not self._refused(moved.lines):
                return None
            self.state = moved.state if not moved.lines else self._skipped()
        raise RuntimeError("the worksheet does not come to an end")

    def _has_problem(self) -> bool:
        here = f"{self._contest_id}."
        return any(problem.field.startswith(here) for problem in self.filled.problems)

    def _refused(self, lines: tuple[Line, ...]) -> bool:
        """Notes why a number is not taken; whether the rest of its column can be looked at."""
        text = " ".join(speak(said, SOURCE) for said in lines)
        self.filled.problems.append(FieldProblem(self._field(), text))
        return self.state.step is Step.COUNT

    def _skipped(self) -> State:
        """Past a count that is refused, to see whether others are; the column is not confirmed."""
        skipped = worksheet.with_count(self.election, self.state, self.state.line, 0)
        left = worksheet.unanswered(self.election, skipped)
        return replace(skipped, line=left[0] if left else "")

    @property
    def _contest_id(self) -> str:
        return worksheet.contest_of(self.election, self.state).id

    def _field(self) -> str:
        """The field that answers the question of the state."""
        state = self.state
        if worksheet.number_asked(self.election, state):
            return f"{self._contest_id}.{state.step}"
        return self._count_field(state.line)

    def _count_field(self, line: str) -> str:
        return f"{self._contest_id}.{self.state.column}.{line}"

    def _given(self, name: str) -> str:
        return self.entries.get(name, "").strip()

    def _answer(self) -> str | None:
        state = self.state
        if state.step is not Step.COUNT and self._has_problem():
            return None  # a count of the column was refused
        if number := worksheet.number_asked(self.election, state):
            return self._number(number)
        match state.step:
            case Step.COUNT:
                return self._count()
            case Step.OTHERS:
                return "2" if self._differing() else "1"
            case Step.READBACK:
                return self._column_done()
            case Step.WHICH:
                return self._number_of_line(self._differing())
            case Step.CHANGE:
                return self._given(self._field()) or "0"
            case Step.TOSS:
                return self._toss()
            case Step.AWARD:
                return self._award()
            case _:
                return self._objection()

    def _number(self, number: Number) -> str | None:
        if given := self._given(self._field()):
            return given
        self.filled.problems.append(FieldProblem(self._field(), number.form))
        return None

    def _count(self) -> str | None:
        """The next count. A column without any was not asked for yet, or is forgotten."""
        if not self.state.line:
            return None  # only past a count that was refused
        if not any(self._given(self._count_field(line)) for line in self._lines()):
            text = "Nothing stands in this column yet. For nobody at all, key 0."
            self.filled.problems.append(FieldProblem(self._field(), text))
            return None
        return self._given(self._field()) or "0"

    def _lines(self) -> tuple[str, ...]:
        return tuple(
            worksheet.line_numbers(worksheet.contest_of(self.election, self.state)).values()
        )

    def _differing(self) -> str:
        """A line of the column in hand whose field says otherwise: it was not asked for."""
        counted = worksheet.counts(self.election, self.state)
        for line in self._lines():
            if int(self._given(self._count_field(line)) or 0) != counted.get(line, 0):
                return line
        return ""

    def _number_of_line(self, line: str) -> str:
        numbers = worksheet.line_numbers(worksheet.contest_of(self.election, self.state))
        return next(str(number) for number, name in numbers.items() if name == line)

    def _column_done(self) -> str:
        if self._differing():
            return "2"
        said = " ".join(speak(one, SOURCE) for one in read_back(self.election, self.state))
        self.filled.read_back[f"{self._contest_id}.{self.state.column}"] = said
        return "1"

    def _toss(self) -> str | None:
        found = worksheet.award(self.election, self.state)
        tied = found.tied if found else ()
        drawn = len(worksheet.figures_in_hand(self.election, self.state).lots)
        name = f"{self._contest_id}.{LOTS}.{drawn}"
        if (winner := self._given(name)) in tied:
            return self._number_of_line(winner)
        self.filled.questions.append(Toss(self._contest_id, name, tied))
        return None

    def _award(self) -> str | None:
        """Agreed to is one award: where the figures have changed, it is asked for again."""
        found = worksheet.award(self.election, self.state)
        delegates = dict(found.delegates) if found else {}
        same = SAME + _digest(json.dumps(delegates, sort_keys=True))
        name = f"{self._contest_id}.award"
        match self._given(name):
            case given if given == same:
                return "1"
            case given if given == OTHER:
                self.filled.differs.add(self._contest_id)
                return "2"
        self.filled.questions.append(AwardQuestion(self._contest_id, name, delegates, same))
        return None

    def _objection(self) -> str | None:
        """What a check says is settled by whoever insists; then the same is keyed once more."""
        state = self.state
        stage = Stage(state.finding.partition(":")[0])
        disputed = state.step is Step.DISPUTE
        if disputed:
            figures = state.settled[state.finding]
        else:
            found = next_objection(self.election, state, stage)
            figures = found.fingerprint if found else ""
        token = f"{state.finding}:{_digest(figures)}"
        if token in self.insisted:
            return "1"
        text = speak(objection(self.election, state)[0], SOURCE)
        where = str(state.column) if stage is not Stage.ATTENDANCE else ""
        self.filled.questions.append(FormObjection(self._contest_id, where, text, token, disputed))
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
