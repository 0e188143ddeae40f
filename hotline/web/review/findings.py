"""What the checks found in all reports: how many by check, lists that can be sorted, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.election.finding import Check, Effect, Treatment
from hotline.election.review.evidence import checks_of, together, view_of
from hotline.election.rules.evidence import AWARD_CHECKS, Cell, FindingColumn
from hotline.operations.context import AppContext
from hotline.operations.review.anomalies import Anomaly, counts, found_by
from hotline.operations.review.words import STATES
from hotline.store.enums import Status
from hotline.tables.writer import TableFile
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.download import KIND, table_file
from hotline.web.console.services import context

AWARDS = "awards"
"""The list of all reports whose award the rules do not give, whatever check says so."""

SHOWN = 500
"""Lines of a list; the file has all of them."""

TREATMENTS: Mapping[Treatment, str] = {
    Treatment.REKEY: "The chair is told, and keys it again",
    Treatment.CONFIRM: "The chair is told, and confirms it",
    Treatment.FLAG: "The chair hears nothing of it",
}
EFFECTS: Mapping[Effect, str] = {
    Effect.NONE: "the report counts",
    Effect.FLAG: "the report counts, and staff see it",
    Effect.CONTEST: "the report counts, marked as contested",
    Effect.HOLD: "the report is held",
}
KNOWN = (
    FindingColumn("unit", "Precinct"),
    FindingColumn("version", "Version", is_number=True),
    FindingColumn("state", "State"),
)
"""Columns that every list has, before its own."""

BY_TWIN = FindingColumn("twins", "The same figures")


@dataclass(frozen=True, slots=True)
class FindingList:
    """A list of findings: its name in addresses, the checks in it, and its own columns."""

    name: str
    title: str
    checks: AbstractSet[Check]
    columns: Sequence[FindingColumn]

    @property
    def has_twins(self) -> bool:
        return Check.TWIN in self.checks


@dataclass(frozen=True, slots=True)
class SortOrder:
    """The column by which a list is sorted."""

    by: str
    is_descending: bool


@review.get("/findings")
@open_to(Who.STAFF)
def findings() -> str:
    parts = context()
    counted = counts(parts)
    return render_template(
        "review/findings.html",
        found=[count for count in counted if count.reports],
        silent=[count.check for count in counted if not count.reports],
        awards=AWARDS,
        award_checks=AWARD_CHECKS,
        treatments=TREATMENTS,
        effects=EFFECTS,
        Status=Status,
    )


@review.get("/findings/<name>")
@open_to(Who.STAFF)
def findings_of(name: str) -> str:
    parts = context()
    listing = _listing(parts, name)
    order = _order(listing)
    anomalies = _sorted(listing, order, found_by(parts, listing.checks))
    return render_template(
        "review/findings_of.html",
        listing=listing,
        found=anomalies[:SHOWN],
        total=len(anomalies),
        columns=_columns(listing),
        order=order,
        address=lambda column: _address(listing, order, column),
        check=Check(name) if name != AWARDS else None,
        treatments=TREATMENTS,
        effects=EFFECTS,
        is_public="result_units.unit" in current_app.view_functions,
    )


@review.get(f"/findings.{KIND}")
@open_to(Who.STAFF)
def findings_file(kind: str) -> Response:
    """All findings: what suits the check stands in one cell."""
    parts = context()
    rows = (
        (check.value, *_known(anomaly), _figures(check, anomaly))
        for check in checks_of(parts.election().election)
        for anomaly in found_by(parts, {check})
    )
    head = ("check", "code", "id", "name", "area", "version", "state", "figures")
    return table_file(TableFile(head, rows), "findings", kind)


@review.get(f"/findings/<name>.{KIND}")
@open_to(Who.STAFF)
def findings_file_of(name: str, kind: str) -> Response:
    parts = context()
    listing = _listing(parts, name)
    anomalies = _sorted(listing, _order(listing), found_by(parts, listing.checks))
    own = [column.id for column in listing.columns]
    head = ("code", "id", "name", "area", "version", "state", "checks", "twins", *own)
    rows = (
        (
            *_known(anomaly),
            " ".join(anomaly.checks),
            " ".join(twin.code for twin in anomaly.twins),
            *anomaly.cells,
        )
        for anomaly in anomalies
    )
    return table_file(TableFile(head, rows), f"findings-{name.lower()}", kind)


def _listing(parts: AppContext, name: str) -> FindingList:
    """404 where no check of this election is called that."""
    possible = checks_of(parts.election().election)
    if name == AWARDS and AWARD_CHECKS & set(possible):
        view = view_of(Check.AWARD_NOT_ADMISSIBLE)
        return FindingList(name, "Awards that the rules do not give", AWARD_CHECKS, view.columns)
    if name not in [check.value for check in possible]:
        abort(404)
    check = Check(name)
    title = check.meaning[:1].upper() + check.meaning[1:]
    return FindingList(name, title, {check}, view_of(check).columns)


def _columns(listing: FindingList) -> list[FindingColumn]:
    twins = [BY_TWIN] if listing.has_twins else []
    return [*KNOWN, *twins, *listing.columns]


def _order(listing: FindingList) -> SortOrder:
    """As the address says; else what is oddest comes first."""
    by = request.args.get("by", "")
    if by not in [column.id for column in _columns(listing)]:
        return SortOrder(listing.columns[-1].id, is_descending=True)
    return SortOrder(by, request.args.get("order") == "down")


def _address(listing: FindingList, order: SortOrder, column: FindingColumn) -> str:
    """Of the list sorted by a column; by the same one again, the other way round."""
    down = column.id == order.by and not order.is_descending
    asked: dict[str, Any] = {"by": column.id} | ({"order": "down"} if down else {})
    return url_for("review.findings_of", name=listing.name, **asked)


def _sorted(listing: FindingList, order: SortOrder, anomalies: Sequence[Anomaly]) -> list[Anomaly]:
    places = {column.id: place for place, column in enumerate(listing.columns)}

    def key(anomaly: Anomaly) -> Cell:
        match order.by:
            case "unit":
                return anomaly.name
            case "version":
                return anomaly.version
            case "state":
                return STATES[anomaly.status]
            case "twins":
                return _pair(anomaly)
            case _:
                return anomaly.cells[places[order.by]]

    by_name = sorted(anomalies, key=lambda anomaly: (anomaly.name, anomaly.version))
    if listing.has_twins:
        by_name.sort(key=_pair)
    return sorted(by_name, key=key, reverse=order.is_descending)


def _pair(anomaly: Anomaly) -> str:
    """The same for all that report the same, so that they stand beside each other."""
    return min([anomaly.code, *(twin.code for twin in anomaly.twins)])


def _known(anomaly: Anomaly) -> tuple[Cell, ...]:
    state = STATES[anomaly.status]
    return anomaly.code, anomaly.id, anomaly.name, anomaly.area, anomaly.version, state


def _figures(check: Check, anomaly: Anomaly) -> str:
    same = [f"The same as: {twin.name}" for twin in anomaly.twins]
    return "; ".join([together(check, anomaly.cells), *same])
