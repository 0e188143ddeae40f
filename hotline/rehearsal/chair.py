"""A precinct chair, simulated: hears what the line says, and keys what stands on the worksheet.

It knows the sheet and understands English; of the program behind the line it knows nothing but the
words. It serves rehearsals, and the measurement of the time on the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from hotline.calls.prompts import Prompt
from hotline.election.model import CaucusFigures, Contest, Election, Figures, PluralityFigures

TITLES = {
    Prompt.FIRST: "first",
    Prompt.EARLY_FIRST: "early_first",
    Prompt.FINAL: "final",
    Prompt.EARLY_FINAL: "early_final",
    Prompt.DELEGATES: "delegates",
    Prompt.VOTES: "votes",
}
BELOW_THE_LINE = {
    Prompt.WRITE_INS: "write_ins",
    Prompt.UNDERVOTES: "undervotes",
    Prompt.OVERVOTES: "overvotes",
}


class Bewildered(Exception):
    """The line said something that no chair could answer; the message quotes it."""


@dataclass(frozen=True)
class Sheet:
    """What the chair holds in hand."""

    code: str
    pin: str
    unit_name: str  # as the line says it
    figures: Mapping[str, Figures]  # by contest id


@dataclass
class Chair:
    """Answers each question in turn. `in_one_go`: keys whole columns, separated by stars."""

    election: Election
    sheet: Sheet
    in_one_go: bool = False
    code_sent: Callable[[], str | None] = lambda: None  # what the unit's own phone was sent
    confirmation: str = ""
    objections: list[Prompt] = field(default_factory=list)
    _contest: int = 0
    _column: str = ""
    _changing: str = ""
    _again: bool = False

    def answer(self, heard: str) -> str | None:
        """The keys that answer what was heard; None to hang up."""
        self._listen(heard)
        for prompt, reply in _REPLIES.items():
            match = _ends(prompt, heard)
            if match:
                return reply(self, match, heard)
        return self._count(heard)

    # --- Listening

    def _listen(self, heard: str) -> None:
        for prompt, column in TITLES.items():
            if _found(prompt, heard):
                self._column = column
        for contest, named in enumerate(self.election.contests):
            if len(self.election.contests) > 1 and f"{named.title}." in heard:
                self._contest = contest
        filed = _found(Prompt.FILED, heard)
        if filed:
            self.confirmation = filed["number"].replace(", ", "")

    @property
    def contest(self) -> Contest:
        return self.election.contests[self._contest]

    @property
    def figures(self) -> Figures:
        return self.sheet.figures[self.contest.id]

    def _sheet_column(self) -> dict[str, int]:
        figures = self.figures
        if isinstance(figures, PluralityFigures):
            below = {name: getattr(figures, name) for name in BELOW_THE_LINE.values()}
            return {k: v for k, v in {**figures.votes, **below}.items() if v}
        column: Mapping[str, int] = getattr(figures, self._column)
        return {k: v for k, v in column.items() if v}

    # --- Answering

    def _offered(self, match: re.Match[str], _heard: str) -> str:
        return "1" if match["unit"] == self.sheet.unit_name else "2"

    def _attendance(self, _match: re.Match[str], _heard: str) -> str:
        figures = self.figures
        return f"{figures.attendance if isinstance(figures, CaucusFigures) else 0}#"

    def _early(self, _match: re.Match[str], _heard: str) -> str:
        figures = self.figures
        return f"{figures.early if isinstance(figures, CaucusFigures) else 0}#"

    def _ballots(self, _match: re.Match[str], _heard: str) -> str:
        figures = self.figures
        return f"{figures.ballots if isinstance(figures, PluralityFigures) else 0}#"

    def _others(self, _match: re.Match[str], heard: str) -> str:
        figures = self.figures
        if not isinstance(figures, CaucusFigures):
            raise Bewildered(heard)
        before = figures.first if self._column == "final" else figures.early_first
        new = [c for c in self._sheet_column() if not before.get(c)]
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
        names = {c.id: c.said for c in self.contest.candidates}
        names |= {key: prompt.value for prompt, key in BELOW_THE_LINE.items()}
        return [key for key, name in names.items() if sheet.get(key, 0) != said.get(name, 0)]

    def _which(self, match: re.Match[str], _heard: str) -> str:
        if self._changing in BELOW_THE_LINE.values():
            return f"{match[self._changing]}#"
        return f"{self.contest.by_id[self._changing].number}#"

    def _award(self, _match: re.Match[str], heard: str) -> str:
        said = _found(Prompt.AWARD, heard)
        figures = self.figures
        if said is None or not isinstance(figures, CaucusFigures):
            raise Bewildered(heard)
        sheet = {self.contest.by_id[c].said: n for c, n in figures.delegates.items() if n}
        return "1" if _read_groups(said["groups"]) == sheet else "2"

    def _toss(self, match: re.Match[str], heard: str) -> str:
        figures = self.figures
        if not isinstance(figures, CaucusFigures):
            raise Bewildered(heard)
        delegates = figures.delegates
        lots = _read_groups(match["groups"])  # name -> the number to key
        ids = {c.number: c.id for c in self.contest.candidates}
        return f"{max(lots.values(), key=lambda n: delegates.get(ids[n], 0))}#"

    def _rekey(self, _match: re.Match[str], heard: str) -> str:
        self._object(heard)
        self._again = True
        return "1"

    def _sure(self, _match: re.Match[str], heard: str) -> str:
        self._object(heard)
        return "1"

    def _object(self, heard: str) -> None:
        self.objections.extend(p for p in _OBJECTIONS if _found(p, heard))

    def _count(self, heard: str) -> str:
        """The name of a line, and nothing after it: its count. Zero is a bare `#`."""
        name = heard.rstrip(".").rpartition(". ")[2]
        keys = [c.id for c in self.contest.candidates if c.said == name]
        keys += [key for prompt, key in BELOW_THE_LINE.items() if prompt.value == name]
        if not keys:
            raise Bewildered(heard)
        (key,) = keys
        column = self._sheet_column()
        if self._changing == key:
            self._changing = ""
        elif self.in_one_go or self._again:
            rest = self._rest(key)
            if len(rest) > 1:
                return "*".join(str(column.get(k, 0)) for k in rest) + "#"
        return f"{column.get(key) or ''}#"

    def _rest(self, first: str) -> list[str]:
        """The lines that the line will ask for from this one on, as the call sheet explains."""
        everyone = [c.id for c in self.contest.candidates]
        figures = self.figures
        if isinstance(figures, PluralityFigures):
            lines = everyone + list(BELOW_THE_LINE.values())
        elif self._column in ("first", "early_first"):
            lines = everyone
        else:
            before = {
                "final": figures.first_total,
                "early_final": figures.early_first,
                "delegates": figures.final_total,
            }[self._column]
            lines = [c for c in everyone if before.get(c)] or everyone
        return lines[lines.index(first) :]


_REPLIES: Mapping[Prompt, Callable[[Chair, re.Match[str], str], str | None]] = {
    Prompt.OFFER: Chair._offered,
    Prompt.CODE: lambda chair, _match, _heard: chair.sheet.code,
    Prompt.RESULTS_POUND: lambda chair, _match, _heard: chair.sheet.code,
    Prompt.PIN: lambda chair, _match, _heard: chair.sheet.pin,
    Prompt.SECOND_BY_CALL: lambda chair, _match, _heard: chair.code_sent(),
    Prompt.RESUME: lambda _chair, _match, _heard: "1",
    Prompt.REPORTED: lambda _chair, _match, _heard: "2",
    Prompt.ATTENDANCE: Chair._attendance,
    Prompt.EARLY: Chair._early,
    Prompt.BALLOTS: Chair._ballots,
    Prompt.OTHERS: Chair._others,
    Prompt.RIGHT: Chair._read_back,
    Prompt.WHICH: Chair._which,
    Prompt.WHICH_LINE: Chair._which,
    Prompt.TOSS: Chair._toss,
    Prompt.DRAW: Chair._toss,
    Prompt.SAME: Chair._award,
    Prompt.OR_FIRST_NUMBER: Chair._rekey,
    Prompt.OR_BALLOTS: Chair._rekey,
    Prompt.AGAIN_OR_CHANGE: Chair._rekey,
    Prompt.SURE: Chair._sure,
    Prompt.ANOTHER: lambda _chair, _match, _heard: None,
}

_OBJECTIONS = (
    Prompt.FIRST_NOT_ATTENDANCE,
    Prompt.MISSING_FIRST,
    Prompt.MISSING_FINAL,
    Prompt.FINAL_EXCEEDS_FIRST,
    Prompt.DELEGATES_NOT_ALLOTTED,
    Prompt.DELEGATE_TO_NONVIABLE,
    Prompt.VIABLE_WITHOUT_DELEGATE,
    Prompt.AWARD_NOT_ADMISSIBLE,
    Prompt.VIABLE_GROUP_SHRANK,
    Prompt.ORDER_INVERTED,
    Prompt.NOT_THE_PLURALITY,
    Prompt.COLUMN_SHIFT,
    Prompt.APPEARED_FROM_NOTHING,
    Prompt.NO_VIABLE_GROUP,
    Prompt.RARE_CANDIDATE_HIGH,
    Prompt.MANY_LEFT,
    Prompt.NOBODY_CAME,
    Prompt.BALLOTS_DO_NOT_ADD_UP,
)


@cache
def _pattern(prompt: Prompt, end: str = "") -> tuple[re.Pattern[str], ...]:
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


def _found(prompt: Prompt, heard: str) -> re.Match[str] | None:
    return next((m for form in _pattern(prompt) if (m := form.search(heard))), None)


def _ends(prompt: Prompt, heard: str) -> re.Match[str] | None:
    return next((m for form in _pattern(prompt, "$") if (m := form.search(heard))), None)


def _groups(heard: str) -> dict[str, int]:
    """What a read-back says: name to count."""
    match = re.search(r"(?:^|\. )(?P<groups>[^.]+ \d+)\. Total \d", heard)
    return _read_groups(match["groups"]) if match else {}


def _read_groups(said: str) -> dict[str, int]:
    pairs = (group.rpartition(" ") for group in said.split(", "))
    return {name: int(count) for name, _, count in pairs}
