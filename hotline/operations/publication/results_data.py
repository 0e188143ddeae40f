"""A published document as data for other programs: JSON as promised, and a table of values."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hotline.operations.publication.results_figures import Document
from hotline.tables.writer import TableFile

HEAD_KEYS = ("election", "as_of", "status", "is_test")
DOCUMENT_KEYS = (*HEAD_KEYS, "units", "contests")
UNIT_KEYS = ("total", "reported", "verified", "contested", "held", "outstanding")
CONTEST_KEYS = ("id", "rule", "totals", "outlook")
"""The keys that are promised (interfaces.md), in their order. A database that keeps JSON may give
them back in another."""

MORE_HEAD_KEYS = ("number", "title", "date", "timezone")

TABLE_HEAD = (
    "contest", "scope", "candidate", "measure", "value",
    "name", "as_of", "status", "is_test", "publication",
)  # fmt: skip


def as_json(
    document: Document,
    *,
    refused_since: datetime | None = None,
    stale_since: datetime | None = None,
) -> str:
    """The document with the promised keys first and whatever else it holds after them.

    `refused_since` (newer publications have been refused) and `stale_since` (newer ones could not
    be read) are keys only while they hold.
    """
    ordered = _promised_first(document, DOCUMENT_KEYS)
    ordered["units"] = _promised_first(document["units"], UNIT_KEYS)
    ordered["contests"] = [_contest(contest) for contest in document["contests"]]
    return written(ordered | _warnings(refused_since, stale_since))


def county_as_json(
    document: Document,
    area: str,
    *,
    refused_since: datetime | None = None,
    stale_since: datetime | None = None,
) -> str:
    """One county or pool (`area`, the id of a scope), without all the others.

    It has the keys of the whole, and `county`. Zeros are written out; there is no outlook, for who
    could still lead is a question about all together. LookupError if there is no such scope.
    """
    places = [
        (contest, scope)
        for contest in document["contests"]
        for scope in contest.get("scopes", ())
        if scope["id"] == area
    ]
    if not places:
        raise LookupError(area)
    (_, here), *_ = places
    found = {key: document[key] for key in (*HEAD_KEYS, *MORE_HEAD_KEYS) if key in document}
    if lost := lost_in(document, area):
        found["lost"] = lost
    found["county"] = {"id": here["id"], "name": here["name"]}
    found["units"] = _promised_first(here["units"], UNIT_KEYS)
    found["contests"] = [_contest_of_county(contest, scope) for contest, scope in places]
    return written(found | _warnings(refused_since, stale_since))


def written(data: Mapping[str, Any]) -> str:
    """JSON as all feeds have it: no spaces, and letters as they are."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _warnings(refused_since: datetime | None, stale_since: datetime | None) -> dict[str, str]:
    since = {"refused_since": refused_since, "stale_since": stale_since}
    return {
        key: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for key, moment in since.items()
        if moment
    }


def _contest_of_county(contest: Document, scope: Document) -> dict[str, Any]:
    found = {key: contest[key] for key in ("id", "rule", "title", "measures", "candidates")}
    found["totals"] = {
        measure: {
            candidate["id"]: scope["totals"]
            .get(measure, {})
            .get(candidate["id"], _zero(contest, measure))
            for candidate in contest["candidates"]
        }
        for measure in contest["measures"]
    }
    if "ballots" in scope:
        found["ballots"] = dict(scope["ballots"])
    return found


def _contest(contest: Document) -> dict[str, Any]:
    ordered = _promised_first(contest, CONTEST_KEYS)
    candidates = tuple(candidate["id"] for candidate in contest["candidates"])
    ordered["totals"] = {
        measure: _promised_first(totals, candidates)
        for measure, totals in _promised_first(contest["totals"], contest["measures"]).items()
    }
    return ordered


def _promised_first(mapping: Document, first: tuple[str, ...] | list[str]) -> dict[str, Any]:
    return {key: mapping[key] for key in first if key in mapping} | dict(mapping)


def as_csv(document: Document, area: str = "") -> str:
    """A row for each contest, scope, measure and candidate, zero or not (RFC 4180).

    The scope of all together is `state`; `area` (the id of a scope) leaves out all others. Rows
    without a candidate say how much is in (`units_total`, `units_held` ...), for a plurality what
    the ballots held besides votes, and which precincts are given up as lost (`units_lost`, and
    `unit_lost` for each by its name).
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(TABLE_HEAD)
    writer.writerows(_rows(document, area))
    return out.getvalue()


def as_table(document: Document, area: str = "") -> TableFile:
    """The same for a spreadsheet, in which decimals are numbers too."""
    place = TABLE_HEAD.index("value")
    rows = (
        (*row[:place], _as_number(row[place]), *row[place + 1 :]) for row in _rows(document, area)
    )
    return TableFile(TABLE_HEAD, rows)


def _as_number(value: object) -> object:
    """A decimal, which the document has as text, as a number."""
    is_decimal = isinstance(value, str) and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", value)
    return Decimal(str(value)) if is_decimal else value


def _rows(document: Document, area: str) -> Iterator[tuple[object, ...]]:
    stamp = (
        document["as_of"],
        document["status"],
        str(document["is_test"]).lower(),
        document["number"],
    )
    for contest in document["contests"]:
        whole = {**contest, "id": "state", "units": document["units"]}
        for scope in (whole, *contest.get("scopes", ())):
            if area and scope["id"] != area:
                continue
            for candidate, name, measure, value in (
                *_values(contest, scope),
                *_lost(lost_in(document, scope["id"])),
            ):
                yield (contest["id"], scope["id"], candidate, measure, value, name, *stamp)


def _values(contest: Document, scope: Document) -> Iterator[tuple[str, str, str, int | str]]:
    """candidate, name, measure, value: first how much is in, then what it comes to."""
    for part in UNIT_KEYS:
        if part in scope["units"]:
            yield "", "", f"units_{part}", scope["units"][part]
    for line, count in scope.get("ballots", {}).items():
        yield "", "", line, count
    for measure in contest["measures"]:
        values = scope["totals"].get(measure, {})
        zero = _zero(contest, measure)
        for candidate in contest["candidates"]:
            value = values.get(candidate["id"], zero)
            yield candidate["id"], candidate["name"], measure, value


def _lost(lost: Sequence[Document]) -> Iterator[tuple[str, str, str, str]]:
    """How many are given up as lost, of those that are outstanding; then each by name."""
    if lost:
        yield "", "", "units_lost", str(len(lost))
    for one in lost:
        yield "", f"{one['code']} {one['name']}: {one['reason']}", "unit_lost", "1"


def lost_in(document: Document, area: str = "") -> list[Document]:
    """The precincts that are given up as lost, of all or of one county or pool (`area`)."""
    return [one for one in document.get("lost", ()) if area in ("", "state", one["scope"])]


def _zero(contest: Document, measure: str) -> int | str:
    """Zero, written as the measure's other values are."""
    totals = contest["totals"].get(measure, {})
    return "0.0000" if any(isinstance(value, str) for value in totals.values()) else 0
