"""The public pages of single precincts: as of the publication, in both languages, without names."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.election.finding import Check
from hotline.languages.catalogue import language
from hotline.operations.actors import rule
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.enums import Source, Status
from hotline.web.results.pages import results_blueprint
from hotline.web.results.unit_labels import FILED_BY, version_status, version_step
from hotline.web.results.units import result_units_blueprint
from tests.operations.acting import CONTESTING, HOLDING, file, published, tabulated
from tests.operations.deciding import reject, release, replace
from tests.towns import CODES, caucus, town

NORTH = CODES[0]
AT = f"/results/units/{NORTH}"
PAT, WHY = rule("perpetua"), "Alva North read it to me"
FIRST = caucus(12, 8, won={"ash": 2, "birch": 2})
OTHER = caucus(5, 15, won={"ash": 1, "birch": 3})


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


@pytest.fixture
def client(parts: AppContext) -> FlaskClient:
    app = Flask("tests.units")
    app.register_blueprint(results_blueprint(lambda: None, title="Results"))
    app.register_blueprint(result_units_blueprint(parts))
    return app.test_client()


def data(client: FlaskClient, code: str = NORTH) -> dict[str, Any]:
    answer = client.get(f"/results/units/{code}.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def test_nothing_is_shown_before_the_first_publication(client: FlaskClient) -> None:
    assert client.get(AT).status_code == 404
    assert "Nothing has been published yet" in client.get(AT).text
    assert client.get(f"{AT}.json").status_code == 404


def test_what_counts_is_shown_with_its_figures(client: FlaskClient, parts: AppContext) -> None:
    tabulated(parts, NORTH, FIRST, CONTESTING)
    published(parts)

    page = client.get(AT).text

    assert "Version 1 is in the results." in page
    assert "Contested." in page
    assert "Fewer people have more delegates." in page
    found = data(client)
    assert (found["status"], found["counted_version"], found["contested"]) == ("counted", 1, True)
    assert found["versions"][0]["figures"]["president"]["final"] == {"ash": 12, "birch": 8}
    assert found["versions"][0]["flags"] == ["ORDER_INVERTED"]


def test_nothing_newer_than_the_publication_leaks(client: FlaskClient, parts: AppContext) -> None:
    first = tabulated(parts, NORTH, FIRST)
    published(parts)
    before_page, before_data = client.get(AT).data, data(client)

    replace(parts, first.report_id, OTHER, PAT, WHY)
    file(parts, NORTH, caucus(3, 17))
    assert (client.get(AT).data, data(client)) == (before_page, before_data)

    published(parts)
    found = data(client)
    assert found["counted_version"] == 2
    assert [one["status"] for one in found["versions"]] == ["filed", "counted", "superseded"]


def test_a_held_report_is_told_without_its_figures(client: FlaskClient, parts: AppContext) -> None:
    tabulated(parts, NORTH, FIRST, HOLDING)
    published(parts)

    page = client.get(AT).text

    assert "A report is held" in page
    assert "Something in it does not fit together." in page
    assert "<table" not in page
    [version] = data(client)["versions"]
    assert (version["figures"], version["flags"]) == (None, [])


def test_a_conflict_is_told_without_its_figures(client: FlaskClient, parts: AppContext) -> None:
    tabulated(parts, NORTH, FIRST)
    tabulated(parts, NORTH, OTHER)
    published(parts)

    assert "It is not what another report of this precinct says." in client.get(AT).text
    newest, counted = data(client)["versions"]
    assert (newest["conflict"], newest["figures"]) == (True, None)
    assert counted["figures"] is not None


def test_what_never_counted_stays_without_figures(client: FlaskClient, parts: AppContext) -> None:
    held = tabulated(parts, NORTH, FIRST, HOLDING)
    reject(parts, held.report_id, PAT, WHY)
    published(parts)

    assert "Its figures have never been results" in client.get(AT).text
    [version] = data(client)["versions"]
    assert (version["status"], version["figures"]) == ("rejected", None)


def test_what_changed_between_versions_is_marked(client: FlaskClient, parts: AppContext) -> None:
    first = tabulated(parts, NORTH, FIRST)
    replace(parts, first.report_id, OTHER, PAT, WHY)
    published(parts)

    page = client.get(AT).text

    assert '15 <span class="was">was 8</span>' in page
    assert "replaced by another version" in page
    assert "by staff" in page


def test_no_names_and_no_reasons_of_staff(client: FlaskClient, parts: AppContext) -> None:
    held = tabulated(parts, NORTH, FIRST, HOLDING)
    release(parts, held.report_id, PAT, WHY)
    published(parts)

    for text in (client.get(AT).text, client.get(f"{AT}.json").text):
        for hidden in ("perpetua", "Alva", held.confirmation, "CA1", "0100"):
            assert hidden not in text, hidden


def test_in_spanish(client: FlaskClient, parts: AppContext) -> None:
    tabulated(parts, NORTH, FIRST, CONTESTING)
    published(parts)

    page = client.get(f"{AT}?lang=es").text

    assert '<html lang="es">' in page
    assert "La versión 1 está en los resultados." in page
    assert "Menos personas tienen más delegados." in page
    assert "counted" not in page.split("<h2")[1].replace('class="version counted"', "")


def test_counties_list_their_precincts(client: FlaskClient, parts: AppContext) -> None:
    tabulated(parts, NORTH, FIRST)
    published(parts)

    index = client.get("/results/units").text
    assert 'href="/results/units?area=county:North&amp;lang=en"' in index.replace("%3A", ":")
    county = client.get("/results/units?area=county:North").text
    assert "Version 1 is in the results." in county
    assert "Nothing has been reported yet." in county
    assert "Abroad 1" in client.get("/results/units?area=pool:away").text
    assert client.get("/results/units?area=county:Nowhere").status_code == 404


@pytest.mark.parametrize("path", ["/results/units/99999", "/results/units/99999.json"])
def test_what_is_not_there_is_not_found(client: FlaskClient, parts: AppContext, path: str) -> None:
    published(parts)
    assert client.get(path).status_code == 404


def test_a_reader_who_has_it_gets_nothing_again(client: FlaskClient, parts: AppContext) -> None:
    tabulated(parts, NORTH, FIRST)
    published(parts)
    first = client.get(AT)

    again = client.get(AT, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "public, max-age=1"
    assert "script-src" in first.headers["Content-Security-Policy"]


def test_a_test_says_so(client: FlaskClient, parts: AppContext) -> None:
    published(parts)
    is_test = parts.election().is_test
    assert data(client)["is_test"] is is_test
    assert ("TEST DATA" in client.get(AT).text) is is_test


def test_everything_that_can_be_shown_has_its_text() -> None:
    assert all(check.published for check in Check)
    assert set(FILED_BY) == set(Source)
    for status in Status:
        assert version_status(status, language("es")) != version_status(status, language("en"))
        assert version_step(status, language("es")) != version_step(status, language("en"))
