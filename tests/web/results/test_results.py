from __future__ import annotations

import html
import json

import pytest

from hotline.languages.catalogue import language
from hotline.store.publication.publications import Publication
from hotline.web.results.page import Sort, lay_out
from tests.web.published import WHEN, iowa, needs_iowa, primary, publication
from tests.web.reading import ZONE, Page, app_showing, read, showing

ENGLISH = language("en")


@needs_iowa
def test_the_sample_reaches_the_totals_that_the_rules_state() -> None:
    totals = iowa(("92", "97"))["contests"][0]["totals"]

    assert (totals["first"]["sanders"], totals["final"]["sanders"]) == (42_672, 44_753)
    assert (totals["sde"]["buttigieg"], totals["sde"]["sanders"]) == ("550.3438", "547.0006")


@needs_iowa
def test_the_page_says_how_much_is_missing_before_who_leads() -> None:
    page = read(showing(publication(iowa(("92", "97"), held=["00011"]))))

    said = page.text
    for number in ("1,710 in the figures below", "1 reported, but left out", "54 nothing reported"):
        assert number in said
    assert said.index("37 contested") < said.index("leads in state delegate equivalents")
    assert "1,765 precincts and satellite sites in all" in said


@needs_iowa
def test_each_measure_names_its_own_leader() -> None:
    said = read(showing(publication(iowa(("92", "97"))))).text

    assert "leads Bernie Sanders 42,672 24.7%" in said
    assert "leads Bernie Sanders 44,753 26.5%" in said
    assert "leads Pete Buttigieg 550.3438 26.2%" in said
    assert "Not settled: what is still out could change who leads." in said


@needs_iowa
def test_the_page_says_what_it_is_as_of_when_and_which_publication() -> None:
    said = read(showing(publication(iowa()))).text

    assert "Unofficial, partial" in said
    assert "February 3, 2020, 9:14:15 p.m. CST" in said
    assert "2020-02-04 03:14:15 UTC" in said
    assert "Publication 412" in said
    assert "TEST" not in said


@needs_iowa
def test_every_county_and_pool_has_its_row() -> None:
    page = read(showing(publication(iowa(("92",)))))

    rows = [a for a in page.all("a") if "area=" in (a["href"] or "")]
    assert len(rows) == 99 + 5
    assert "Polk 165 of 177 counted 12 out" in page.text
    assert "CD1 Satellite" in page.text


@needs_iowa
def test_counties_stand_by_name_and_pools_after_them() -> None:
    document = iowa()
    document["contests"][0]["scopes"].reverse()

    names = [area.name for area in lay_out(document, ENGLISH, ZONE).contests[0].areas]

    assert (names[0], names[98]) == ("Adair", "Wright")
    assert names[99:] == sorted(names[99:])
    assert names[99] == "CD1 Satellite"


@needs_iowa
def test_a_county_that_has_not_reported_has_no_leader() -> None:
    page = read(showing(publication(iowa(()))))

    assert "Adair 0 of 5 counted 5 out none yet none yet none yet" in page.text
    assert page.text.count("No figures yet.") == 3
    assert "leads in state" not in page.text
    assert {"class": "leads"} not in page.all("li")


@needs_iowa
def test_candidates_with_zero_are_folded_away_by_name() -> None:
    page = read(showing(publication(iowa())))

    assert "3 candidates with zero Michael Bennet, John Delaney, Deval Patrick" in page.text
    assert {"id": "president-sde-zero"} in page.all("details")


@needs_iowa
def test_a_county_can_be_looked_at_by_itself() -> None:
    said = read(showing(publication(iowa())), "/results?area=county:Adair").text

    assert "Adair only" in said
    assert "5 precincts in all" in said
    assert "Bernie Sanders 45 19.7%" in said
    assert "settled" not in said.lower()
    assert "County by county" not in said


@needs_iowa
def test_counties_can_stand_by_what_is_missing() -> None:
    document = iowa(("92",))
    view = lay_out(document, ENGLISH, ZONE, sort=Sort.MISSING)

    missing = [area.coverage.missing for area in view.contests[0].areas]
    assert missing == sorted(missing, reverse=True)
    assert missing[0] > 0
    assert "most missing" in read(showing(publication(document)), "/results?sort=missing").text


@needs_iowa
def test_a_candidate_keeps_the_mark_wherever_it_stands() -> None:
    contest = lay_out(iowa(), ENGLISH, ZONE).contests[0]

    marks = [{row.name: row.mark for row in panel.rows} for panel in contest.panels]
    assert marks[0]["Bernie Sanders"] == marks[2]["Bernie Sanders"] == "mark-4"
    assert marks[0]["Tom Steyer"] == ""


def test_a_plurality_shows_both_contests_and_what_the_ballots_held() -> None:
    said = read(showing(publication(primary()))).text

    assert "Settled: nothing that is still out" in said
    assert "Ballots cast4,260Write-ins31Undervotes2,020Overvotes7" in said
    assert "Cat Catson, Dan Danson are tied in votes." in said
    assert said.count("tied Cat Catson 700 50.0%") == 1


def test_write_ins_have_a_share_and_votes_left_blank_have_none() -> None:
    said = read(showing(publication(primary()))).text

    assert 'leads Ann "The <b>Bold</b>", Jr. 1,204 53.9%' in said
    assert "Write-ins 31 1.4%" in said
    assert "Together 2,233, which is 100%" in said
    assert "O'Brien & <Sons> 1 of 3 counted 1 held 1 out Bold 54.7%" in said


def test_names_cannot_harm_the_page() -> None:
    response = showing(publication(primary())).get("/results")

    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    assert html.escape("<script>alert(1)</script>") in response.text
    assert "The <b>" not in response.text
    assert "O'Brien & <Sons>" in Page(response.text).text


def test_the_address_of_a_county_with_odd_signs_leads_to_it() -> None:
    client = showing(publication(primary()))
    (link,) = [a["href"] for a in read(client).all("a") if "area=" in (a["href"] or "")]

    assert link is not None
    said = read(client, link).text
    assert "O'Brien & <Sons> only" in said
    assert "No figures yet." in said  # the other contest, of which this county has none


def test_test_data_cannot_be_taken_for_results() -> None:
    page = read(showing(publication(primary())))

    assert page.text.count("TEST DATA") == 3  # the title, above, and below while scrolling
    assert {"name": "robots", "content": "noindex"} in page.all("meta")


def test_huge_numbers_keep_every_digit() -> None:
    document = primary()
    document["contests"][0]["totals"]["votes"] = {"ann": 10**18 + 1, "bob": 1, "nil": 0}
    document["units"] |= {"total": 10**9, "outstanding": 10**9 - 2}

    said = read(showing(publication(document))).text

    assert "1,000,000,000,000,000,001 100.0%" in said
    assert "998 <0.1%" not in said
    assert "1 <0.1%" in said
    assert "999,999,998" in said


def test_no_figures_at_all_are_shown_as_none() -> None:
    document = primary()
    document["units"] = dict.fromkeys(document["units"], 0)
    for contest in document["contests"]:
        contest["totals"] = {"votes": {c["id"]: 0 for c in contest["candidates"]}}
        contest["ballots"] = dict.fromkeys(contest["ballots"], 0)
        contest["scopes"] = []

    page = read(showing(publication(document)))

    assert page.text.count("No figures yet.") == 2
    assert "leads in votes" not in page.text
    assert "tied" not in page.text
    assert {"class": "leads"} not in page.all("li")


def test_equal_only_once_rounded_is_not_a_tie_where_the_document_names_a_leader() -> None:
    document = primary()
    contest = document["contests"][1]
    contest["totals"]["votes"] = {"cat": "700.0000", "dan": "700.0000"}
    contest["outlook"]["leader"] = "dan"

    (panel,) = lay_out(document, ENGLISH, ZONE).contests[1].panels

    assert [(row.name, row.leads) for row in panel.rows] == [
        ("Dan Danson", True),
        ("Cat Catson", False),
    ]


def test_the_page_needs_nothing_from_elsewhere_and_no_script() -> None:
    response = showing(publication(primary())).get("/results")
    page = Page(response.text)

    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    for _, attributes in page.tags:
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            assert not (attributes.get(name) or "").startswith(("http:", "https:", "//"))
    assert {"http-equiv": "refresh", "content": "30"} in page.all("meta")
    assert all(script.get("src") for script in page.all("script"))


def test_a_reader_can_stop_the_page_from_changing() -> None:
    page = read(showing(publication(primary())), "/results?live=0")

    assert "This page stands still." in page.text
    assert not page.all("script")
    assert not [m for m in page.all("meta") if m.get("http-equiv") == "refresh"]


def test_files_of_the_page_are_served_and_may_be_kept() -> None:
    client = showing(publication(primary()))
    (sheet,) = [link for link in read(client).all("link") if link["rel"] == "stylesheet"]

    assert sheet["href"] is not None
    response = client.get(sheet["href"])

    assert response.mimetype == "text/css"
    assert "immutable" in response.headers["Cache-Control"]
    response.close()


@pytest.mark.parametrize("path", ["/results.json", "/results.csv"])
def test_nothing_published_is_said_as_an_error_to_programs(path: str) -> None:
    response = showing(None).get(path)

    assert response.status_code == 404
    assert response.json == {"error": "nothing has been published yet"}
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_nothing_published_is_an_honest_page() -> None:
    page = read(showing(None))

    assert "A night of results" in page.text
    assert "Nothing has been published yet" in page.text
    assert "Todavía no se ha publicado nada" in read(showing(None), "/results?lang=es").text


def test_a_refused_publication_is_said_with_its_time_and_reason() -> None:
    shown = publication(primary(), refused_since=WHEN, refused_reason="the sums differ <by one>")
    client = showing(shown, timezone="America/Chicago")

    said = read(client).text
    assert "paused since February 3, 2020, 9:14:15 p.m. CST." in said
    assert "the sums differ <by one>" in said
    assert json.loads(client.get("/results.json").data)["refused_since"] == "2020-02-04T03:14:15Z"


def test_while_publication_goes_on_nothing_is_said_of_a_pause() -> None:
    client = showing(publication(primary()))

    assert "paused" not in read(client).text
    assert "refused_since" not in json.loads(client.get("/results.json").data)


def test_when_the_latest_cannot_be_read_the_one_before_stands_and_says_so() -> None:
    answers: list[Publication | Exception] = [
        publication(primary()),
        OSError("gone"),
        publication(primary() | {"number": 8}),
    ]
    client = app_showing(lambda: answer(answers), now=lambda: WHEN).test_client()

    assert "Publication 7" in read(client).text
    stale = read(client).text
    assert "Publication 7" in stale
    assert "not been able to read newer figures since February 4, 2020" in stale
    assert "not been able" not in read(client).text


def answer(answers: list[Publication | Exception]) -> Publication:
    first = answers.pop(0)
    if isinstance(first, Exception):
        raise first
    return first


@pytest.mark.parametrize("path", ["/results", "/results.json", "/results.csv"])
def test_when_nothing_can_be_read_it_says_so(path: str) -> None:
    def broken() -> Publication:
        raise OSError("the database is gone")

    response = app_showing(broken).test_client().get(path)

    assert response.status_code == 503
    assert "cannot be read at the moment" in response.text
