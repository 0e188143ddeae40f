"""Reading what somebody asks a search for: all that is wrong is said, and nothing is guessed at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from hotline.election.model import Election
from hotline.moments import MomentError, read_moment

Word = TypeVar("Word", bound=StrEnum)

FOUR_DIGITS = re.compile(r"[0-9]{4}")


class QueryParameters:
    """A form of a search. `problems` has, by the name of the field, what is wrong with it."""

    def __init__(self, form: Mapping[str, str], election: Election | None) -> None:
        self._form = form
        self._election = election
        self.problems: dict[str, str] = {}

    def text(self, name: str) -> str:
        return self._form.get(name, "").strip()

    def moment(self, name: str) -> datetime | None:
        """A time as people of the election say it, in UTC."""
        if not (written := self.text(name)):
            return None
        try:
            return read_moment(written, self._election.zone if self._election else UTC)
        except MomentError as error:
            said = str(error)
            self.problems[name] = f"{said[:1].upper()}{said[1:]}."
            return None

    def span(self, since: str, until: str) -> tuple[datetime | None, datetime | None]:
        first, last = self.moment(since), self.moment(until)
        if first is not None and last is not None and first >= last:
            self.problems[until] = "The end has to be later than the beginning."
        return first, last

    def choice(self, name: str, words: type[Word]) -> Word | None:
        written = self.text(name)
        if written and written not in words.__members__.values():
            self.problems[name] = "This is none of the choices."
            return None
        return words(written) if written else None

    def four_digits(self, name: str) -> str:
        written = self.text(name)
        if written and not FOUR_DIGITS.fullmatch(written):
            self.problems[name] = "Write the last four digits of the number, as in 0142."
            return ""
        return written

    def units(self, name: str, most: int) -> tuple[str, ...]:
        """The units with this code, or with all these words in county and name."""
        if not (written := self.text(name)):
            return ()
        units = self._election.find_units(written) if self._election else ()
        found = tuple(unit.code for unit in units)
        if not found:
            self.problems[name] = "No precinct has this code or name."
        elif len(found) > most:
            self.problems[name] = f"{len(found)} precincts are called so: write more of the name."
        return found
