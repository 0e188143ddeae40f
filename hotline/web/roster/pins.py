"""New PINs for many units: how many present ones die is said first, then there is a file, once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response, abort, render_template, request

from hotline.operations.context import AppContext
from hotline.operations.roster import papers
from hotline.operations.roster.papers import Chosen
from hotline.operations.roster.pins import PinsError
from hotline.paper.ink import PaperSize
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.download import KIND, download, table_file
from hotline.web.console.pages import sentence
from hotline.web.console.services import context
from hotline.web.roster.selection import UnitFilter, by_code, found_units, paper_size

Answer = str | Response | tuple[str, int]

ONLY_WITHOUT, ALL = "without", "all"


@admin.get("/units/pins")
@open_to(Who.ADMIN)
def unit_pins() -> Answer:
    parts = context()
    return _page(parts)


@admin.post(f"/units/pins.{KIND}")
@open_to(Who.ADMIN)
def new_pins(kind: str) -> Answer:
    parts = context()
    return _issue(parts, partial(_as_file, kind))


@admin.post("/units/letters")
@open_to(Who.ADMIN)
def new_letters() -> Answer:
    parts = context()
    return _issue(parts, _as_letters)


def _page(parts: AppContext, problem: str = "") -> Answer:
    page = render_template(
        "roster/units_pins.html",
        chosen=UnitFilter.of_request(),
        choices=[(name, _choose(parts, name)) for name in (ONLY_WITHOUT, ALL)],
        papers=list(PaperSize),
        problem=sentence(problem) if problem else "",
    )
    return (page, 422) if problem else page


def _issue(parts: AppContext, make: Callable[[AppContext, Chosen, str], Response]) -> Answer:
    """Sent twice, the second is refused: what it names are not the PINs in force any more."""
    which = request.form.get("which", "")
    if which not in (ONLY_WITHOUT, ALL):
        abort(400)
    found = _choose(parts, which)
    if found.with_pin and request.form.get("sure") != str(len(found.with_pin)):
        return _page(parts, f"tick first that the present PINs may die: {len(found.with_pin)}")
    try:
        return make(parts, found, request.form.get("stamp", ""))
    except PinsError as error:
        return _page(parts, str(error))


def _as_file(kind: str, parts: AppContext, found: Chosen, stamp: str) -> Response:
    table = papers.new_pins_as_table(parts, current_actor(), found.codes, stamp)
    return table_file(table, "pins", kind)


def _as_letters(parts: AppContext, found: Chosen, stamp: str) -> Response:
    size = paper_size()
    content = papers.new_pins_as_letters(parts, current_actor(), found.codes, stamp, size)
    return download(content, "pin-letters.pdf", "application/pdf")


def _choose(parts: AppContext, which: str) -> Chosen:
    chosen = UnitFilter.of_request()
    codes = found_units(parts, UnitFilter(by_code(chosen.wanted), 1)).codes
    return papers.choose(parts, codes, only_without=which == ONLY_WITHOUT)
