"""The page shows documents as they are really built, for both elections that ship."""

from __future__ import annotations

import json

import pytest

from hotline.operations.publication.draft import changes
from tests.web.published import publication
from tests.web.reading import read, showing
from tests.web.results.building import built


def test_iowa_with_two_releases() -> None:
    client = showing(built("iowa-2020", {"92", "97"}))

    said = read(client).text

    assert "leads Pete Buttigieg 550.3438 26.2%" in said
    assert "leads Bernie Sanders 44,753 26.5%" in said
    assert "54 nothing reported yet" in said
    assert "Unofficial, partial" in said


def test_at_97_percent_the_page_says_that_it_is_not_settled_and_why() -> None:
    client = showing(built("iowa-2020", {"92", "97"}))

    said, dicho = read(client).text, read(client, "/results?lang=es").text

    assert "Not settled: what is still out could change who leads." in said
    assert (
        "Bernie Sanders Behind by 3.3432 "
        "Could gain on the leader from what is still out, at most: 51.2589 "
        "Has to gain, of that: 6.6%" in said
    )
    assert "12 others cannot lead any more." in said
    assert "at most 75 for each of its delegates" in said
    assert "Sin decidir: lo que falta podría cambiar quién va delante." in dicho
    assert "Tiene que recuperar, de eso: 6.6%" in dicho


def test_iowa_with_all_releases() -> None:
    said = read(showing(built("iowa-2020", {"92", "97", "100"}))).text

    assert "leads Pete Buttigieg 564.0174 26.2%" in said
    assert "Unofficial, all reported" in said
    assert "Settled: nothing that is still out, held or contested can change who leads." in said
    assert "Nobody else can lead any more." in said


def test_a_recanvass_says_what_it_changed() -> None:
    before = built("iowa-2020", {"92", "97"}).document
    after = built("iowa-2020", {"92", "97", "100"}).document | {"status": "recanvass"}
    client = showing(publication(after | {"changes": changes(before, after)}))

    said, dicho = read(client).text, read(client, "/results?lang=es").text

    assert "What the recanvass changed Compared with publication 9, which stood before." in said
    assert "Bernie Sanders42,67243,671+999" in said
    assert "Pete Buttigieg550.3438564.0174+13.6736" in said
    assert "Qué cambió la revisión En comparación con la publicación 9" in dicho


def test_a_recount_that_changed_nothing_says_so() -> None:
    document = built("primary-sample", {"1"}).document | {"status": "recount"}
    client = showing(publication(document | {"changes": changes(document, document)}))

    assert "What the recount changed" in read(client).text
    assert "No total is another one." in read(client).text


@pytest.mark.parametrize("releases", [set(), {"1"}])
def test_a_primary_with_two_contests(releases: set[str]) -> None:
    client = showing(built("primary-sample", releases))

    said = read(client).text
    assert "Governor" in said
    assert "State Council, two seats" in said
    assert ("No figures yet." in said) is not bool(releases)
    assert ("Ballots cast0" in said) is not bool(releases)


@pytest.mark.parametrize("name", ["iowa-2020", "primary-sample"])
def test_every_county_of_a_real_document_can_be_opened(name: str) -> None:
    shown = built(name, {"92", "1"})
    client = showing(shown)

    for scope in shown.document["contests"][0]["scopes"]:
        address = client.get("/results", query_string={"area": scope["id"]})
        assert f"{scope['name']} only" in address.text.replace("&#39;", "'")


@pytest.mark.parametrize("name", ["iowa-2020", "primary-sample"])
def test_json_is_the_document_itself(name: str) -> None:
    shown = built(name, {"92", "1"})

    assert json.loads(showing(shown).get("/results.json").data) == shown.document
