"""Which units an administrator has chosen, in an address or a form; and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from flask import abort, request, url_for

from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.roster.units import By, ShownUnits, UnitList, UnitQuery, unit_list
from hotline.paper.ink import PaperSize

LONGEST_WORDS = 100  # characters

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What of the list somebody looks at, and where it leads from there."""

    wanted: UnitQuery
    page: int

    @classmethod
    def of_request(cls) -> UnitFilter:
        """From the address, or from the form of an action on what it shows."""
        given = request.values
        page = given.get("page", "")
        return cls(
            UnitQuery(
                shown=_word(ShownUnits, given.get("show", ""), ShownUnits.ALL),
                area=given.get("area", "")[:LONGEST_WORDS],
                words=" ".join(given.get("find", "").split())[:LONGEST_WORDS],
                by=_word(By, given.get("by", ""), By.CODE),
                is_descending=given.get("down") == "1",
            ),
            int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 6 else 1,
        )

    @property
    def fields(self) -> dict[str, str]:
        """What chooses the units, for an address or the hidden fields of a form."""
        wanted = self.wanted
        given = {"show": wanted.shown.value, "area": wanted.area, "find": wanted.words}
        return {
            name: value for name, value in given.items() if value not in ("", ShownUnits.ALL.value)
        }

    def address(self, endpoint: str = "admin.units", **changed: object) -> str:
        order = {"by": self.wanted.by.value, "down": "1" if self.wanted.is_descending else None}
        return url_for(endpoint, **{**self.fields, **order, **changed})  # type: ignore[arg-type]

    def sorted_by(self, by: By) -> str:
        """The list sorted by a column; the other way round where it is already."""
        is_descending = self.wanted.by is by and not self.wanted.is_descending
        return self.address(by=by.value, down="1" if is_descending else None)


def found_units(parts: AppContext, chosen: UnitFilter) -> UnitList:
    try:
        return unit_list(parts, chosen.wanted)
    except NoElectionError:
        abort(404)


def by_code(wanted: UnitQuery) -> UnitQuery:
    """Papers are printed in the order of the codes, however the list is sorted."""
    return replace(wanted, by=By.CODE, is_descending=False)


def paper_size() -> PaperSize:
    """What the form says is in the printer."""
    return _word(PaperSize, request.form.get("paper", ""), PaperSize.LETTER)


def _word(words: type[Word], given: str, usual: Word) -> Word:
    return words(given) if given in [each.value for each in words] else usual
