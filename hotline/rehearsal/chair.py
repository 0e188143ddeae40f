"""A precinct chair, simulated: hears what the line says, and keys what stands on the worksheet.

It knows the sheet and understands English; of the program behind the line it knows nothing but the
words. It serves rehearsals, and the measurement of the time on the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial

from hotline.calls.prompts import Prompt
from hotline.election.finding import Check
from hotline.election.model import Contest, Election, Figures
from hotline.election.rules.registry import rule_of, rules_of
from hotline.election.rules.rule import Rule
from hotline.election.rules.sheet import Text

Reply = Callable[["SimulatedChair", re.Match[str], str], str | None]
"""The keys with which a chair answers a prompt that was heard."""


class Bewildered(Exception):
    """The line said something that no chair could answer; the message quotes it."""


@dataclass(frozen=True)
class CallSheet:
    """What the chair holds in hand."""

    code: str
    pin: str
    unit_name: str  # as the line says it
    figures: Mapping[str, Figures]  # by contest id


ANOTHER = "1"
"""What reports another precinct, once one is filed."""


@dataclass
class SimulatedChair:
    """Answers each question in turn. `in_one_go`: keys whole columns, separated by stars."""

    election: Election
    sheet: CallSheet
    in_one_go: bool = False
    says_rest: bool = True  # ends a column with the key for "all the rest are zero"
    code_sent: Callable[[], str | None] = lambda: None  # what the unit's own phone was sent
    confirmation: str = ""
    objections: list[Prompt] = field(default_factory=list)
    _contest: int = 0
    _column: str = ""
    _changing: str = ""
    _again: bool = False
    _begun: bool = False

    def answer(self, heard: str) -> str | None:
        """The keys that answer what was heard; None to hang up."""
        if not self._begun and _ends(Prompt.ANOTHER, heard):
            return ANOTHER  # that was the report before: the line asks again after a hasty key
        self._begun = True
        self._listen(heard)
        for prompts in (_REPLIES, self._replies):
            for prompt, reply in prompts.items():
                if match := _ends(prompt, heard):
                    return reply(self, match, heard)
        return self._count(heard)

    @cached_property
    def _replies(self) -> Mapping[Prompt | Text, Reply]:
        """The answers to what only a rule asks."""
        found: dict[Prompt | Text, Reply] = {}
        for rule in rules_of(self.election):
            found |= {number.ask: partial(_number, key=number.key) for number in rule.numbers}
            found |= {number.mend: SimulatedChair._rekey for number in rule.numbers if number.mend}
            if rule.which:
                found[rule.which] = SimulatedChair._which
        return found

    # --- Listening

    def _listen(self, heard: str) -> None:
        for rule in rules_of(self.election):
            for column in rule.columns:
                if _found(column.ask, heard):
                    self._column = column.key
        for contest, named in enumerate(self.election.contests):
            if len(self.election.contests) > 1 and f"{named.title}." in heard:
                self._contest = contest
        filed = _found(Prompt.FILED, heard) or _found(Prompt.FILED_AND_TEXTED, heard)
        if filed:
            self.confirmation = filed["number"].replace(", ", "")

    @property
    def contest(self) -> Contest:
        return self.election.contests[self._contest]

    @property
    def rule(self) -> Rule:
        return rule_of(self.contest)

    @property
    def figures(self) -> Figures:
        return self.sheet.figures[self.contest.id]

    def _sheet_column(self) -> dict[str, int]:
        figures = self.figures
        lines = self.rule.column(self._column).below
        below = {line.key: figures.numbers[line.key] for line in lines}
        return {k: v for k, v in {**figures.columns[self._column], **below}.items() if v}

    def _names(self) -> dict[str, str]:
        """What the line says for each line of the sheet."""
        names = {candidate.id: candidate.said for candidate in self.contest.candidates}
        return names | {line.key: line.said.value for line in self.rule.below}

    # --- Answering

    def _offered(self, match: re.Match[str], _heard: str) -> str:
        return self.sheet.pin if match["unit"] == self.sheet.unit_name else "2#"

    def _others(self, _match: re.Match[str], _heard: str) -> str:
        column = self.rule.column(self._column)
        if together := self.rule.together(self.contest, column):
            return "2" if any(line in self._sheet_column() for line in together) else "1"
        asked = self.rule.asked(self.contest, self.figures, column)
        new = [line for line in self._sheet_column() if line not in asked]
        if not new:
            return "1"
        self._changing = new[0]
        return "2"

    def _read_back(self, _match: re.Match[str], heard: str) -> str:
        wrong = self._differing(_groups(heard))
        if not wrong:
            self._again = False
            return "1"
        self._changing = wrong[0]
        return "2"

    def _differing(self, said: Mapping[str, int]) -> list[str]:
        sheet = self._sheet_column()
        names = self._names()
        return [key for key, name in names.items() if sheet.get(key, 0) != said.get(name, 0)]

    def _which(self, match: re.Match[str], _heard: str) -> str:
        if self._changing not in self.contest.by_id:
            return f"{match[self._changing]}#"
        return f"{self.contest.by_id[self._changing].number}#"

    def _award(self, _match: re.Match[str], heard: str) -> str:
        said = _found(Prompt.AWARD, heard)
        if said is None:
            raise Bewildered(heard)
        sheet = {self.contest.by_id[c].said: n for c, n in self._awarded(heard).items() if n}
        return "1" if _read_groups(said["groups"]) == sheet else "2"

    def _awarded(self, heard: str) -> Mapping[str, int]:
        if self.rule.awarded is None:
            raise Bewildered(heard)
        return self.figures.columns[self.rule.awarded.key]

    def _toss(self, _match: re.Match[str], heard: str) -> str:
        delegates = self._awarded(heard)
        lots = self._lots(heard)
        number = max(lots, key=lambda number: delegates.get(lots[number], 0))
        return f"{number}#" if _ends(Prompt.THEN_POUND, heard) else str(number)

    def _lots(self, heard: str) -> dict[int, str]:
        """Candidates by the number that says that they won."""
        ids = {candidate.said: candidate.id for candidate in self.contest.candidates}
        return {
            int(said["number"]): ids[said["candidate"]]
            for text in (self.rule.lot_asked, Prompt.OR_LOT)
            for form in _pattern(text)
            for said in form.finditer(heard)
            if said["candidate"] in ids
        }

    def _rekey(self, _match: re.Match[str], heard: str) -> str:
        self._object(heard)
        if self._misheard_how_many(heard):
            return "3"
        self._again = True
        return "1"

    def _misheard_how_many(self, heard: str) -> bool:
        """Whether the line speaks of as many people or ballots as the sheet does not have."""
        numbers = self.figures.numbers
        if said := _found(Prompt.FIRST_NOT_ATTENDANCE, heard):
            return int(said["attendance"]) != numbers["attendance"]
        if said := _found(Prompt.BALLOTS_DO_NOT_ADD_UP, heard):
            return int(said["expected"]) != numbers["ballots"] * self.contest.seats
        return numbers.get("attendance") == 0 and _found(Prompt.MISSING_FIRST, heard) is not None

    def _sure(self, _match: re.Match[str], heard: str) -> str:
        self._object(heard)
        return "1"

    def _object(self, heard: str) -> None:
        self.objections.extend(p for p in _OBJECTIONS if _found(p, heard))

    def _count(self, heard: str) -> str:
        """The name of a line, and nothing after it: its count. Zero is a bare `#`."""
        name = heard.rstrip(".").rpartition(". ")[2]
        keys = [key for key, said in self._names().items() if said == name]
        if not keys:
            raise Bewildered(heard)
        (key,) = keys
        column = self._sheet_column()
        if self._changing == key:
            self._changing = ""
            return f"{column.get(key) or ''}#"
        counts = [column.get(k, 0) for k in self._rest(key)]
        if self.in_one_go or self._again:
            return self._in_one_go(counts)
        if self.says_rest and len(counts) > 1 and not any(counts[1:]):
            return f"{counts[0]}*#"
        return f"{counts[0] or ''}#"

    def _in_one_go(self, counts: list[int]) -> str:
        """All counts, with stars between them, up to the last that is not zero."""
        last = max((place for place, count in enumerate(counts) if count), default=0)
        if not self.says_rest or last + 1 == len(counts):
            return "*".join(map(str, counts)) + "#"
        return "*".join(map(str, counts[: last + 1])) + "*#"

    def _rest(self, first: str) -> list[str]:
        """The lines that the line will ask for from this one on, as the call sheet explains."""
        column = self.rule.column(self._column)
        lines = self.rule.asked(self.contest, self.figures, column)
        # A line that is being changed may be none of them.
        return [*lines[lines.index(first) :]] if first in lines else [first]


def _number(chair: SimulatedChair, _match: re.Match[str], _heard: str, *, key: str) -> str:
    return f"{chair.figures.numbers[key]}#"


_REPLIES: Mapping[Prompt | Text, Reply] = {
    Prompt.OFFER: SimulatedChair._offered,
    Prompt.CORRECT: lambda chair, _match, _heard: chair.sheet.code,
    Prompt.CORRECT_ONE: lambda chair, _match, _heard: chair.sheet.code,
    Prompt.CODE: lambda chair, _match, _heard: chair.sheet.code,
    Prompt.RESULTS_POUND: lambda chair, _match, _heard: chair.sheet.code,
    Prompt.PIN: lambda chair, _match, _heard: chair.sheet.pin,
    Prompt.SECOND_BY_CALL: lambda chair, _match, _heard: chair.code_sent(),
    Prompt.RESUME: lambda _chair, _match, _heard: "1",
    Prompt.REPORTED: lambda _chair, _match, _heard: "2",
    Prompt.OTHERS: SimulatedChair._others,
    Prompt.RIGHT: SimulatedChair._read_back,
    Prompt.WHICH: SimulatedChair._which,
    Prompt.SAME: SimulatedChair._award,
    Prompt.KEEP_BY_KEYING: SimulatedChair._rekey,
    Prompt.KEEP_YOURS: SimulatedChair._sure,
    Prompt.OR_LOT: SimulatedChair._toss,
    Prompt.THEN_POUND: SimulatedChair._toss,
    Prompt.ANOTHER: lambda _chair, _match, _heard: None,
}

_OBJECTIONS = (
    Prompt.MISSING_FIRST,
    Prompt.MISSING_FINAL,
    Prompt.EARLY_DO_NOT_ADD_UP,
    Prompt.DELEGATE_TO_NOBODY,
    *(Prompt[check] for check in Check if check in Prompt.__members__),
)


@cache
def _pattern(prompt: Prompt | Text, end: str = "") -> tuple[re.Pattern[str], ...]:
    """What a prompt may sound like, one form a plural, its values as named groups."""
    return tuple(re.compile(_form(text) + end) for text in prompt.value.split("|"))


def _form(text: str) -> str:
    form = ""
    for place, part in enumerate(re.split(r"\{(\w+)\}", text)):
        if place % 2 == 0:
            form += re.escape(part)
        elif f"(?P<{part}>" in form:
            form += f"(?P={part})"
        else:
            form += f"(?P<{part}>.+?)"
    return form


def _found(prompt: Prompt | Text, heard: str) -> re.Match[str] | None:
    return next((m for form in _pattern(prompt) if (m := form.search(heard))), None)


def _ends(prompt: Prompt | Text, heard: str) -> re.Match[str] | None:
    return next((m for form in _pattern(prompt, "$") if (m := form.search(heard))), None)


def _groups(heard: str) -> dict[str, int]:
    """What a read-back says: name to count."""
    match = re.search(r"(?:^|\. )(?P<groups>[^.]+ \d+)\. Total \d", heard)
    return _read_groups(match["groups"]) if match else {}


def _read_groups(said: str) -> dict[str, int]:
    pairs = (group.rpartition(" ") for group in said.split(", "))
    return {name: int(count) for name, _, count in pairs}
