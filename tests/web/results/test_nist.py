"""The report in NIST's form validates against its published schema, and says what we published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hotline.operations.publication.results_nist import STATUSES, as_nist
from tests.web.reading import showing
from tests.web.results.building import built

SCHEMA = Path(__file__).parents[4] / "shared/data/nist/NIST_V2_election_results_reporting.json"
NIGHTS = [
    ("iowa-2020", set()),
    ("iowa-2020", {"92", "97"}),
    ("iowa-2020", {"92", "97", "100"}),
    ("primary-sample", set()),
    ("primary-sample", {"1"}),
]


def report_of(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_nist(document))
    return found


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator:
    if not SCHEMA.exists():
        pytest.skip("NIST's schema is not beside the project")
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize(("name", "releases"), NIGHTS)
def test_it_validates(validator: jsonschema.Draft4Validator, name: str, releases: set[str]) -> None:
    validator.validate(report_of(built(name, releases).document))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("is_test", [True, False])
def test_it_validates_whatever_the_results_are(
    validator: jsonschema.Draft4Validator, status: str, is_test: bool
) -> None:
    document = built("primary-sample", {"1"}).document | {"status": status, "is_test": is_test}

    report = report_of(document)

    validator.validate(report)
    assert report["IsTest"] is is_test


def test_a_report_that_is_not_in_the_form_would_be_found(
    validator: jsonschema.Draft4Validator,
) -> None:
    report = report_of(built("primary-sample", {"1"}).document)
    del report["Election"][0]["Contest"][0]["VotesAllowed"]

    assert not validator.is_valid(report)


@pytest.mark.parametrize(("name", "releases"), NIGHTS)
def test_every_reference_leads_somewhere(name: str, releases: set[str]) -> None:
    entries = list(_entries(report_of(built(name, releases).document)))
    ids = [entry["@id"] for entry in entries if "@id" in entry]
    named = {
        id
        for entry in entries
        for key, value in entry.items()
        if key.endswith(("Id", "Ids")) and key not in ("@id", "VendorApplicationId")
        for id in (value if isinstance(value, list) else [value])
    }

    assert len(ids) == len(set(ids))
    assert named <= set(ids)


def test_its_counts_are_the_published_ones() -> None:
    document = built("iowa-2020", {"92", "97"}).document
    [election] = report_of(document)["Election"]
    counts = {
        (selection["CandidateIds"][0], one["GpUnitId"], one["OtherType"]): one["Count"]
        for selection in election["Contest"][0]["ContestSelection"]
        for one in selection["VoteCounts"]
    }

    assert counts["candidate:president:sanders", "state", "first-alignment"] == 42_672
    assert counts["candidate:president:sanders", "state", "final-alignment"] == 44_753
    whole = "state-delegate-equivalents"
    assert Decimal(str(counts["candidate:president:buttigieg", "state", whole])) == Decimal(
        document["contests"][0]["totals"]["sde"]["buttigieg"]
    )
    adair = document["contests"][0]["scopes"][0]
    assert adair["id"] == "county:Adair"
    for candidate, people in adair["totals"]["final"].items():
        key = (f"candidate:president:{candidate}", "county:Adair", "final-alignment")
        assert counts[key] == people


def test_what_ballots_held_besides_is_there() -> None:
    document = built("primary-sample", {"1"}).document
    [election] = report_of(document)["Election"]
    council = election["Contest"][1]
    ballots = document["contests"][1]["ballots"]
    [whole] = [one for one in council["OtherCounts"] if one["GpUnitId"] == "state"]

    assert council["VotesAllowed"] == 2
    assert whole["Overvotes"] == ballots["overvotes"]
    assert whole["Undervotes"] == ballots["undervotes"]
    assert whole["WriteIns"] == ballots["write_ins"]


def test_it_is_served_and_said_not_to_have_changed() -> None:
    shown = built("primary-sample", {"1"})
    client = showing(shown)

    answer = client.get("/results/nist.json")
    again = client.get("/results/nist.json", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.json == report_of(shown.document)
    assert answer.mimetype == "application/json"
    assert (again.status_code, again.data) == (304, b"")


def _entries(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _entries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _entries(inner)
