"""The feeds county by county, and what all feeds promise to other programs."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.web.console.services import provide
from hotline.web.results import archive
from hotline.web.results.pages import results_blueprint
from tests.web.published import WHEN, iowa, needs_iowa, primary, publication
from tests.web.reading import showing

ODD = "O'Brien & <Sons>"
ALL_FEEDS = (
    "/results.json",
    "/results.csv",
    "/results/nist.json",
    "/results/counties.json",
    f"/results/counties/{ODD}.json",
    f"/results/counties/{ODD}.csv",
)


def got(client: FlaskClient, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200
    return response.json


@needs_iowa
def test_a_county_has_a_file_of_its_own_with_the_figures_of_the_whole() -> None:
    document = iowa()
    contest = document["contests"][0]
    adair = next(scope for scope in contest["scopes"] if scope["id"] == "county:Adair")

    found = got(showing(publication(document)), "/results/counties/Adair.json")

    assert list(found)[:5] == ["election", "as_of", "status", "is_test", "number"]
    assert found["county"] == {"id": "county:Adair", "name": "Adair"}
    assert found["units"] == adair["units"]
    (here,) = found["contests"]
    for measure in ("first", "final", "sde"):
        shown = {k: v for k, v in here["totals"][measure].items() if Decimal(v)}
        assert shown == adair["totals"][measure]
        assert list(here["totals"][measure]) == [c["id"] for c in contest["candidates"]]
    assert here["totals"]["sde"]["bennet"] == "0.0000"
    assert here["totals"]["first"]["bennet"] == 0


@needs_iowa
def test_the_files_of_all_counties_and_pools_add_up_to_the_whole() -> None:
    document = iowa()
    client = showing(publication(document))
    listed = got(client, "/results/counties.json")["counties"]

    files = [got(client, one["json"]) for one in listed]

    assert len(files) == 99 + 5
    for part in ("total", "reported", "held", "outstanding"):
        assert sum(one["units"][part] for one in files) == document["units"][part]
    for candidate, votes in document["contests"][0]["totals"]["final"].items():
        assert sum(f["contests"][0]["totals"]["final"][candidate] for f in files) == votes


@needs_iowa
def test_the_table_of_a_county_is_its_part_of_the_whole_table() -> None:
    client = showing(publication(iowa()))

    def rows(path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(client.get(path).text)))

    own = rows("/results/counties/pool:CD1.csv")
    assert own
    assert own == [row for row in rows("/results.csv") if row["scope"] == "pool:CD1"]


def test_a_county_with_odd_signs_is_found_by_the_address_in_the_list() -> None:
    client = showing(publication(primary()))

    (one,) = got(client, "/results/counties.json")["counties"]

    found = got(client, one["json"])
    assert found["county"]["name"] == ODD
    assert [contest["id"] for contest in found["contests"]] == ["governor"]
    assert found["contests"][0]["totals"] == {"votes": {"ann": 1_204, "bob": 998, "nil": 0}}
    assert found["contests"][0]["ballots"]["undervotes"] == 2_000
    assert client.get(one["csv"]).status_code == 200


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_an_unknown_county_is_refused_in_a_sentence(ending: str) -> None:
    client = showing(publication(primary()))

    response = client.get(f"/results/counties/Nowhere.{ending}")

    assert response.status_code == 404
    assert response.json == {
        "error": "no county or pool is called Nowhere: see /results/counties.json"
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ALL_FEEDS)
def test_every_feed_may_be_read_by_any_page_and_says_which_publication_it_is(path: str) -> None:
    client = showing(publication(primary()))

    response = client.get(path)

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Hotline-Publication"] == "7"
    assert "Hotline-Publication" in response.headers["Access-Control-Expose-Headers"]
    again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ALL_FEEDS)
def test_nothing_published_is_an_error_in_json(path: str) -> None:
    response = showing(None).get(path)

    assert response.status_code == 404
    assert response.json == {"error": "nothing has been published yet"}


def test_a_county_says_too_that_newer_figures_are_refused() -> None:
    client = showing(publication(primary(), refused_since=WHEN, refused_reason="sums differ"))

    found = got(client, f"/results/counties/{ODD}.json")

    assert found["refused_since"] == "2020-02-04T03:14:15Z"
    assert "refused_since" not in got(
        showing(publication(primary())), f"/results/counties/{ODD}.json"
    )


def test_a_feed_leads_to_the_earlier_publications(parts: AppContext) -> None:
    app = Flask("tests.feeds")
    app.register_blueprint(
        results_blueprint(lambda: publication(primary()), title="A night of results")
    )
    provide(app, DeskServices(parts))
    app.register_blueprint(archive.blueprint)

    response = app.test_client().get("/results.json")

    assert response.headers["Link"] == '</results/publications>; rel="version-history"'
