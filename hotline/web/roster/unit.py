"""One unit in the control room: its story, its chairs with their phones, its PIN and papers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.chair import text_new_pin
from hotline.operations.desk.story import unit_story
from hotline.operations.roster import papers, roster_edit
from hotline.operations.roster.pins import PinsError
from hotline.operations.roster.roster_edit import RosterEditError
from hotline.operations.roster.units import UnitRow, every_unit
from hotline.paper.ink import PaperSize
from hotline.store.roster.roster import Chair
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.download import download
from hotline.web.console.pages import DONE, acting, sentence
from hotline.web.console.services import context
from hotline.web.roster.selection import paper_size

log = logging.getLogger(__name__)

Answer = str | AnyResponse | tuple[str, int]

LONGEST_PHONES = 500  # characters of a field
NEW = 0
"""In place of the id of a chair: the form for a further one."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote into the form of a chair, which is given back where it does not do."""

    chair: int = -1
    name: str = ""
    phones: str = ""
    problem: str = ""

    @classmethod
    def of_request(cls, chair: int) -> Written:
        name, phones = request.form.get("name", ""), request.form.get("phones", "")
        return cls(chair, name[: roster_edit.LONGEST_NAME + 1], phones[:LONGEST_PHONES])


@admin.get("/units/<code>")
@open_to(Who.ADMIN)
def unit(code: str) -> Answer:
    parts = context()
    return _page(parts, code, Written())


@admin.post("/units/<code>/sheet")
@open_to(Who.ADMIN)
def unit_sheet(code: str) -> Response:
    parts = context()
    row = _row(parts, code)
    content = papers.call_sheets(parts, current_actor(), [row.code], paper_size())
    return download(content, f"call-sheet-{row.code}.pdf", "application/pdf")


@admin.post("/units/<code>/chairs")
@open_to(Who.ADMIN)
def add_chair(code: str) -> Answer:
    parts = context()
    written = Written.of_request(NEW)
    return _edited(
        parts,
        code,
        written,
        "{} is a chair of this precinct now",
        lambda by: roster_edit.add_chair(parts, by, code, written.name, written.phones, _stamp()),
    )


@admin.post("/units/<code>/chairs/<int:chair>")
@open_to(Who.ADMIN)
def change_chair(code: str, chair: int) -> Answer:
    parts = context()
    written = Written.of_request(chair)
    return _edited(
        parts,
        code,
        written,
        "{} is changed",
        lambda by: roster_edit.change_chair(
            parts, by, code, chair, written.name, written.phones, _stamp()
        ),
    )


@admin.get("/units/<code>/chairs/<int:chair>/remove")
@open_to(Who.ADMIN)
def removing_chair(code: str, chair: int) -> Answer:
    parts = context()
    row, roster = _row(parts, code), roster_edit.unit_roster(parts, code)
    found = dict(roster.chairs).get(chair)
    if found is None:
        abort(404)
    return render_template(
        "roster/unit_remove.html", unit=row, chair=found, id=chair, stamp=roster.stamp
    )


@admin.post("/units/<code>/chairs/<int:chair>/remove")
@open_to(Who.ADMIN)
def remove_chair(code: str, chair: int) -> Answer:
    parts = context()
    return _edited(
        parts,
        code,
        Written(chair),
        "{} is taken out of the roster",
        lambda by: roster_edit.remove_chair(parts, by, code, chair, _stamp()),
    )


@admin.get("/units/<code>/pin")
@open_to(Who.ADMIN)
def unit_pin(code: str) -> Answer:
    parts = context()
    return _pin_page(parts, _row(parts, code))


@admin.post("/units/<code>/pin")
@open_to(Who.ADMIN)
def new_pin(code: str) -> Answer:
    parts = context()
    row = _row(parts, code)
    try:
        pin = papers.new_pin(parts, current_actor(), row.code, _stamp())
    except PinsError as error:
        return _pin_page(parts, row, str(error)), 422
    return render_template("roster/unit_pin_shown.html", unit=row, pin=pin)


@admin.post("/units/<code>/pin/letter")
@open_to(Who.ADMIN)
def new_letter(code: str) -> Answer:
    parts = context()
    row, size = _row(parts, code), paper_size()
    try:
        content = papers.new_pins_as_letters(parts, current_actor(), [row.code], _stamp(), size)
    except PinsError as error:
        return _pin_page(parts, row, str(error)), 422
    return download(content, f"pin-letter-{row.code}.pdf", "application/pdf")


@admin.post("/units/<code>/pin/text")
@open_to(Who.ADMIN)
@acting("admin.units", DeskError)
def text_pin(code: str) -> str:
    parts = context()
    phones = text_new_pin(parts, current_actor(), _row(parts, code).code)
    to = "to the phone on the roster" if phones == 1 else f"to {phones} phones on the roster"
    return f"a new PIN is on its way {to}; the old one does not work any more"


def _edited(
    parts: AppContext,
    code: str,
    written: Written,
    said: str,
    edit: Callable[[Actor], Chair],
) -> Answer:
    """An edit of the roster. Where it does not do, the page says why, with what was written."""
    _row(parts, code)
    try:
        chair = edit(current_actor())
    except RosterEditError as error:
        problem = str(error)
    except SQLAlchemyError:
        log.exception("the roster of precinct %s is not changed", code)
        problem = "the database does not answer, and nothing was changed: try again"
    else:
        flash(sentence(f"{said.format(chair.name)}; the front door knows it already"), DONE)
        return redirect(url_for("admin.unit", code=code), 303)
    kept = Written(written.chair, written.name, written.phones, sentence(problem))
    return _page(parts, code, kept), 422


def _page(parts: AppContext, code: str, written: Written) -> str:
    row = _row(parts, code)
    return render_template(
        "roster/unit.html",
        unit=row,
        story=unit_story(parts, code),
        roster=roster_edit.unit_roster(parts, code),
        written=written,
        papers=list(PaperSize),
        most_phones=roster_edit.MOST_PHONES,
    )


def _pin_page(parts: AppContext, row: UnitRow, problem: str = "") -> str:
    return render_template(
        "roster/unit_pin.html",
        unit=row,
        stamp=papers.choose(parts, [row.code]).stamp,
        papers=list(PaperSize),
        problem=sentence(problem) if problem else "",
    )


def _row(parts: AppContext, code: str) -> UnitRow:
    try:
        found = next((row for row in every_unit(parts) if row.code == code), None)
    except NoElectionError:
        abort(404)
    return found or abort(404)


def _stamp() -> str:
    """What the form was made from."""
    return request.form.get("stamp", "")
