"""All units in the control room: found, counted, sorted, taken away as a file; and their papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil

from flask import Response, render_template, request

from hotline.operations.context import AppContext
from hotline.operations.roster import papers
from hotline.operations.roster.papers import PapersError
from hotline.operations.roster.units import By, ShownUnits, UnitRow
from hotline.paper.ink import PaperSize
from hotline.tables.writer import TableFile
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.download import KIND, download, table_file
from hotline.web.console.pages import sentence
from hotline.web.console.services import context
from hotline.web.roster.selection import UnitFilter, by_code, found_units, paper_size

PAGE = 100
"""Units on a page, of some 700 bytes each."""

SHOWING: Mapping[ShownUnits, str] = {
    ShownUnits.ALL: "all",
    ShownUnits.OUTSTANDING: "outstanding",
    ShownUnits.REPORTED: "reported",
    ShownUnits.HELD: "held",
    ShownUnits.CONTESTED: "contested",
    ShownUnits.VERIFIED: "verified",
    ShownUnits.NO_PIN: "without a PIN",
    ShownUnits.NO_CHAIR: "without a chair",
    ShownUnits.NO_PHONE: "without a phone",
    ShownUnits.NO_TEST_CALL: "without a test call",
    ShownUnits.NO_PRACTICE: "without practice",
}
STATES: Mapping[str, str] = {"reported": "reported", "outstanding": "outstanding"} | {
    each.value: SHOWING[each]
    for each in (ShownUnits.HELD, ShownUnits.CONTESTED, ShownUnits.VERIFIED)
}
COLUMNS: Mapping[By, str] = {
    By.CODE: "Code",
    By.NAME: "Precinct",
    By.AREA: "County",
    By.STATE: "State",
    By.FILED: "Last report",
    By.CHAIR: "Chair and phones",
    By.PIN: "PIN issued",
    By.TEST: "Test call",
    By.PRACTICE: "Practice",
}
FILE_HEAD = (
    "code", "id", "name", "area", "delegates", "state", "reports", "last_report",
    "chairs", "phones", "pin_issued", "test_call", "practice",
)  # fmt: skip


@admin.get("/units")
@open_to(Who.ADMIN)
def units() -> str:
    parts = context()
    return units_page(parts, UnitFilter.of_request())


@admin.get(f"/units.{KIND}")
@open_to(Who.ADMIN)
def units_file(kind: str) -> Response:
    parts = context()
    found = found_units(parts, UnitFilter.of_request())
    return table_file(TableFile(FILE_HEAD, map(_cells, found.rows)), "units", kind)


@admin.post("/units/sheets")
@open_to(Who.ADMIN)
def unit_sheets() -> Response | tuple[str, int]:
    """Call sheets of the units that are shown, so many to a file; `from` counts from 0."""
    parts = context()
    chosen = UnitFilter.of_request()
    codes = found_units(parts, replace(chosen, wanted=by_code(chosen.wanted))).codes
    first = request.form.get("from", "0")
    start = int(first) if first.isascii() and first.isdecimal() and len(first) < 6 else 0
    some = codes[start : start + papers.MOST_SHEETS]
    try:
        content = papers.call_sheets(parts, current_actor(), some, paper_size())
    except PapersError as error:
        return units_page(parts, chosen, problem=sentence(str(error))), 422
    return download(content, f"call-sheets-{some[0]}-{some[-1]}.pdf", "application/pdf")


def units_page(parts: AppContext, chosen: UnitFilter, problem: str = "") -> str:
    found = found_units(parts, chosen)
    pages = max(1, ceil(len(found.rows) / PAGE))
    page = min(chosen.page, pages)
    return render_template(
        "roster/units.html",
        chosen=chosen,
        found=found,
        rows=found.rows[PAGE * (page - 1) : PAGE * page],
        page=page,
        pages=pages,
        showing=SHOWING,
        states=STATES,
        columns=COLUMNS,
        sheets=_portions(len(found.rows)),
        papers=list(PaperSize),
        problem=problem,
    )


def _portions(units: int) -> list[tuple[int, int]]:
    """The first and the last unit (from 1) of each file of call sheets."""
    most = papers.MOST_SHEETS
    return [(start + 1, min(start + most, units)) for start in range(0, units, most)]


def _cells(row: UnitRow) -> tuple[object, ...]:
    standing = row.standing
    return (
        row.code,
        row.id,
        row.name,
        row.area,
        row.delegates,
        row.state,
        standing.versions,
        _moment(standing.filed_at),
        "; ".join(row.chairs),
        row.phones,
        _moment(row.pin_at),
        _moment(row.tested_at),
        _moment(row.practiced_at),
    )


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
