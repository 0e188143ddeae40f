"""The counties as tiles, and where the page leads on to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import create_app
from hotline.election.folder.folder import read_folder as read_folder
from hotline.election.model import Tile
from hotline.languages.catalogue import available, language
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.web.results.labels import status_in_words
from hotline.web.results.map import LONGEST, TileMap, lay_out_map, shortest, tiles_in_use
from tests.operations.acting import published
from tests.towns import town
from tests.web.published import FOLDERS, iowa, needs_iowa, primary, publication
from tests.web.reading import Page, read, showing

ENGLISH = language("en")


TILES = read_folder(FOLDERS[0]).tiles


def drawn(document: dict[str, Any]) -> TileMap:
    contest = document["contests"][0]
    found = lay_out_map(contest, TILES, ENGLISH, contest["scopes"])
    assert found is not None
    return found


def shown(document: dict[str, Any], path: str = "/results") -> Page:
    return read(showing(publication(document), tiles=lambda election: TILES), path)


@needs_iowa
def test_each_county_has_a_tile_that_leads_to_it_and_the_table_still_has_all() -> None:
    page = shown(iowa())

    hidden = [a for a in page.all("a") if a.get("tabindex") == "-1"]
    assert len(hidden) == 99
    assert len([a for a in page.all("a") if "area=" in (a["href"] or "")]) == 99 + 99 + 5
    (drawing,) = [svg for svg in page.all("svg") if svg.get("class") == "tiles"]
    assert drawing["aria-hidden"] == "true"
    assert "The map, by state delegate equivalents" in page.text
    assert "Adair: Sanders. 5 of 5 counted" in page.text


@needs_iowa
def test_the_letters_and_the_mark_are_the_leaders() -> None:
    found = drawn(iowa())

    polk = next(tile for tile in found.tiles if tile.name == "Polk")
    assert (polk.letters, polk.leader) == ("Sa", "Sanders")
    assert (polk.mark, "Sa", "Sanders") in found.legend
    assert {tile.letters for tile in found.tiles} == {letters for _, letters, _ in found.legend}


@needs_iowa
def test_a_county_without_figures_has_no_leader() -> None:
    found = drawn(iowa(()))

    assert {(tile.letters, tile.leader) for tile in found.tiles} == {("", "no figures yet")}
    assert found.legend == ()


@needs_iowa
def test_a_tie_is_said_as_one() -> None:
    document = iowa(())
    adair = next(s for s in document["contests"][0]["scopes"] if s["id"] == "county:Adair")
    adair["totals"]["sde"] = {"biden": "0.5000", "sanders": "0.5000"}

    found = drawn(document)

    tile = next(tile for tile in found.tiles if tile.name == "Adair")
    assert (tile.letters, tile.mark, tile.leader) == ("=", "", "Biden, Sanders")
    assert found.legend == (("", "=", "tied"),)


@needs_iowa
def test_the_page_of_one_county_has_no_map() -> None:
    assert "The map" not in shown(iowa(), "/results?area=county:Adair").text


def test_an_election_whose_counties_have_no_tiles_has_no_map() -> None:
    assert "The map" not in shown(primary()).text
    contest = primary()["contests"][0]
    odd = {contest["scopes"][0]["name"]: Tile(1, 1)}
    assert lay_out_map(contest, odd, ENGLISH, contest["scopes"]) is not None


@pytest.mark.parametrize("code", available())
def test_nothing_to_draw_is_no_map(code: str) -> None:
    contest = primary()["contests"][1]

    assert lay_out_map(contest, TILES, language(code), contest["scopes"]) is None


@given(st.lists(st.text("AaBbCc", min_size=1, max_size=5), min_size=1, max_size=8))
def test_letters_tell_names_apart_where_three_can(names: list[str]) -> None:
    found = shortest({str(place): name for place, name in enumerate(names)})

    for place, name in enumerate(names):
        letters = found[str(place)]
        assert name.startswith(letters)
        assert 1 <= len(letters) <= LONGEST
        others = [n.casefold() for p, n in enumerate(names) if p != place]
        if len(letters) < LONGEST and letters != name:
            assert not any(other.startswith(letters.casefold()) for other in others)


STATUSES = {
    "unofficial-partial": "Unofficial, partial",
    "unofficial-complete": "Unofficial, all reported",
    "recanvass": "Unofficial, recanvass",
    "recount": "Unofficial, recount",
    "certified": "Certified",
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("code", available())
def test_each_status_is_said_in_words(code: str, status: str) -> None:
    said = read(showing(publication({**primary(), "status": status})), f"/results?lang={code}").text

    assert status_in_words(status, language(code)) in said
    assert status_in_words(status, ENGLISH) == STATUSES[status]


def test_reported_verified_and_contested_are_always_said() -> None:
    document = primary()
    document["units"] |= {"verified": 0, "contested": 0}

    said = read(showing(publication(document))).text

    assert "2 reported: counted or held. 0 contested" in said
    assert "0 verified: reported twice, with the same figures" in said


def test_a_county_leads_to_its_own_files() -> None:
    page = read(showing(publication(primary())), "/results?area=county:O'Brien+%26+<Sons>")

    files = [a["href"] for a in page.all("a") if "/counties/" in (a["href"] or "")]
    alternates = [a["href"] for a in page.all("link") if a.get("rel") == "alternate"]
    assert files == alternates
    client = showing(publication(primary()))
    for file in files:
        assert client.get(file or "").status_code == 200


def test_the_whole_application_leads_on_to_precincts_and_checking(parts: AppContext) -> None:
    load_election(parts, town(), "test")
    published(parts)
    client = create_app(parts=parts).test_client()

    page = read(client)

    addresses = [a["href"] for a in page.all("a")]
    for address in ("/results/units?lang=en", "/results/publications", "/results.sig"):
        assert address in addresses
        assert client.get(address).status_code == 200
    assert client.get("/results/key.pem").status_code == 200


def test_only_the_election_in_use_has_its_tiles(parts: AppContext) -> None:
    assert tiles_in_use(parts)("trees") == {}
    election = town()
    load_election(parts, election, "test")

    assert tiles_in_use(parts)(election.id) == election.tiles
    assert tiles_in_use(parts)("another") == {}
