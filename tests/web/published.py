"""Documents as they are published: the night of Iowa 2020, and a small primary."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hotline.store.publication.publications import Publication

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "config/elections/iowa-2020", ROOT.parent / "shared/data/iowa-2020")
IOWA = next((folder for folder in FOLDERS if (folder / "results.csv").exists()), None)
needs_iowa = pytest.mark.skipif(IOWA is None, reason="the figures of Iowa 2020 are not here")
WHEN = datetime(2020, 2, 4, 3, 14, 15, tzinfo=UTC)


def publication(document: dict[str, Any], **changed: Any) -> Publication:
    given: dict[str, Any] = {
        "number": document["number"],
        "published_at": WHEN,
        "document": document,
        "etag": f"publication-{document['number']}",
        "refused_since": None,
        "refused_reason": "",
    }
    return Publication(**given | changed)


@cache
def _read(name: str) -> list[dict[str, str]]:
    assert IOWA is not None
    with (IOWA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def iowa(
    releases: Iterable[str] = ("92", "97"), held: Iterable[str] = (), *, is_test: bool = False
) -> dict[str, Any]:
    """What was known of Iowa 2020 after these releases, leaving out the `held` units' figures."""
    releases, held = set(releases), set(held)
    units = {unit["code"]: unit for unit in _read("precincts.csv")}
    reported = {row["code"] for row in _read("results.csv") if row["release"] in releases}
    rows = [row for row in _read("results.csv") if row["code"] in reported - held]
    scopes = [
        _scope(scope, name, [u for u in units.values() if _scope_of(u) == scope], rows)
        | {"units": _units([u for u in units.values() if _scope_of(u) == scope], reported, held)}
        for scope, name in _scopes()
    ]
    whole = _units(list(units.values()), reported, held)
    candidates = [{k: c[k] for k in ("id", "name", "surname")} for c in _read("candidates.csv")]
    totals = {
        measure: {
            c["id"]: _written(
                measure, sum((s["exact"][measure][c["id"]] for s in scopes), Fraction(0))
            )
            for c in candidates
        }
        for measure in ("first", "final", "sde")
    }
    for scope in scopes:
        del scope["exact"]
    leader = max(candidates, key=lambda c: Decimal(totals["sde"][c["id"]]))["id"]
    return {
        "election": "iowa-2020",
        "as_of": "2020-02-04T03:14:15Z",
        "status": "unofficial-partial",
        "is_test": is_test,
        "units": whole | {"verified": 1490, "contested": 37},
        "contests": [
            {
                "id": "president",
                "rule": "iowa-caucus-2020",
                "totals": totals,
                "outlook": {"measure": "sde", "leader": leader, "settled": False},
                "title": "President of the United States",
                "measures": ["first", "final", "sde"],
                "candidates": candidates,
                "scopes": scopes,
            }
        ],
        "number": 412,
        "title": "Iowa Democratic caucuses 2020",
        "date": "2020-02-03",
        "timezone": "America/Chicago",
    }


def _scopes() -> list[tuple[str, str]]:
    counties = [(f"county:{c['county']}", c["county"]) for c in _read("counties.csv")]
    return counties + [(f"pool:{p['pool']}", p["covers"]) for p in _read("pools.csv")]


def _scope_of(unit: dict[str, str]) -> str:
    return f"pool:{unit['pool']}" if unit["kind"] == "satellite" else f"county:{unit['county']}"


def _units(units: list[dict[str, str]], reported: set[str], held: set[str]) -> dict[str, int]:
    codes = {unit["code"] for unit in units}
    return {
        "total": len(codes),
        "reported": len(codes & reported),
        "held": len(codes & held),
        "outstanding": len(codes - reported),
    }


def _scope(
    scope: str, name: str, units: list[dict[str, str]], rows: list[dict[str, str]]
) -> dict[str, Any]:
    codes = {unit["code"] for unit in units}
    own = [row for row in rows if row["code"] in codes and row["candidate"]]
    exact: dict[str, dict[str, Fraction]] = {
        m: defaultdict(Fraction) for m in ("first", "final", "sde")
    }
    attendance: dict[str, int] = defaultdict(int)
    for row in own:
        attendance[row["code"]] += int(row["first"])
        exact["first"][row["candidate"]] += int(row["first"])
        exact["final"][row["candidate"]] += int(row["final"])
    for row in own:
        exact["sde"][row["candidate"]] += _sde(scope, row, attendance)
    totals = {
        measure: {c: _written(measure, value) for c, value in values.items() if value}
        for measure, values in exact.items()
    }
    return {"id": scope, "name": name, "totals": totals, "exact": exact}


def _sde(scope: str, row: dict[str, str], attendance: dict[str, int]) -> Fraction:
    kind, name = scope.split(":")
    delegates = int(row["delegates"] or 0)
    if kind == "county":
        county = next(c for c in _read("counties.csv") if c["county"] == name)
        return Fraction(delegates * int(county["state_delegates"]), int(county["county_delegates"]))
    pool = next(p for p in _read("pools.csv") if p["pool"] == name)
    here = attendance[row["code"]]
    due = min(9, 4 + max(0, here - 1) // 20)
    site = Fraction(int(pool["state_delegates"]) * here, sum(attendance.values()))
    return site * delegates / due


def _written(measure: str, value: Fraction) -> int | str:
    if measure != "sde":
        return int(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.0001"), ROUND_HALF_UP))


def primary() -> dict[str, Any]:
    """An ordinary primary: two contests, in one of them a tie, and names that mean harm."""
    units = {"total": 3, "reported": 2, "held": 1, "outstanding": 1}
    return {
        "election": "small-primary",
        "as_of": "2026-06-03T02:00:00Z",
        "status": "unofficial-partial",
        "is_test": True,
        "units": units | {"verified": 0, "contested": 1},
        "contests": [
            {
                "id": "governor",
                "rule": "plurality",
                "totals": {"votes": {"ann": 1_204, "bob": 998, "nil": 0}},
                "ballots": {"ballots": 4_260, "write_ins": 31, "undervotes": 2_020, "overvotes": 7},
                "outlook": {"measure": "votes", "leader": "ann", "settled": True},
                "title": "Governor",
                "measures": ["votes"],
                "candidates": [
                    {"id": "ann", "name": 'Ann "The <b>Bold</b>", Jr.', "surname": "Bold"},
                    {"id": "bob", "name": "<script>alert(1)</script>", "surname": "<img src=x>"},
                    {"id": "nil", "name": "=1+1", "surname": "Nil"},
                ],
                "scopes": [
                    {
                        "id": "county:O'Brien & <Sons>",
                        "name": "O'Brien & <Sons>",
                        "units": units,
                        "totals": {"votes": {"ann": 1_204, "bob": 998}},
                        "ballots": {
                            "ballots": 4_202,
                            "write_ins": 0,
                            "undervotes": 2_000,
                            "overvotes": 0,
                        },
                    }
                ],
            },
            {
                "id": "surveyor",
                "rule": "plurality",
                "totals": {"votes": {"cat": 700, "dan": 700}},
                "ballots": {"ballots": 4_260, "write_ins": 0, "undervotes": 2_860, "overvotes": 0},
                "outlook": {"measure": "votes", "leader": None, "settled": False},
                "title": "County Surveyor",
                "measures": ["votes"],
                "candidates": [
                    {"id": "cat", "name": "Cat Catson", "surname": "Catson"},
                    {"id": "dan", "name": "Dan Danson", "surname": "Danson"},
                ],
                "scopes": [],
            },
        ],
        "number": 7,
        "title": "A small primary",
        "date": "2026-06-02",
    }
