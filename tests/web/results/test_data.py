from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from hotline.languages.catalogue import Language
from hotline.store.publication.publications import Publication
from hotline.web.console.access import require_stated_access
from hotline.web.results import pages
from hotline.web.results.page import lay_out
from hotline.web.results.response_cache import CachedResponse, Newest, ResponseCache
from tests.web.published import WHEN, iowa, needs_iowa, primary, publication
from tests.web.reading import app_showing, read, showing


@needs_iowa
def test_json_has_the_promised_keys_first_whatever_order_they_were_kept_in() -> None:
    kept = shuffled(iowa())

    document = json.loads(showing(publication(kept)).get("/results.json").data)

    assert list(document)[:6] == ["election", "as_of", "status", "is_test", "units", "contests"]
    assert list(document["units"]) == [
        "total", "reported", "verified", "contested", "held", "outstanding",
    ]  # fmt: skip
    (contest,) = document["contests"]
    assert list(contest)[:4] == ["id", "rule", "totals", "outlook"]
    assert list(contest["totals"]) == ["first", "final", "sde"]
    assert list(contest["totals"]["first"])[:2] == ["bennet", "biden"]
    assert document == kept


def shuffled(value: Any) -> Any:
    """Mappings in another order, as a database may give them back."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in sorted(value, reverse=True)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


def test_data_are_open_to_pages_of_others() -> None:
    client = showing(publication(primary()))

    for path in ("/results.json", "/results.csv"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
        asked = client.options(path, headers={"Access-Control-Request-Headers": "if-none-match"})
        assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "Access-Control-Allow-Origin" not in client.get("/results").headers


@needs_iowa
def test_csv_holds_every_figure_of_every_county() -> None:
    document = iowa()
    rows = table(showing(publication(document)).get("/results.csv").text)

    figures = [row for row in rows if row["candidate"]]
    assert len(figures) == (1 + 104) * 3 * 14
    state = {(r["measure"], r["candidate"]): r["value"] for r in figures if r["scope"] == "state"}
    totals = document["contests"][0]["totals"]
    assert state == {(m, c): str(v) for m in totals for c, v in totals[m].items()}
    counties = sum(
        int(r["value"]) for r in figures if r["scope"] != "state" and r["measure"] == "final"
    )
    assert counties == 168_685
    assert {r["as_of"] for r in rows} == {"2020-02-04T03:14:15Z"}
    assert {(r["status"], r["is_test"]) for r in rows} == {("unofficial-partial", "false")}


@needs_iowa
def test_csv_says_how_much_is_in_and_writes_zeros_like_their_measure() -> None:
    rows = table(showing(publication(iowa())).get("/results.csv").text)

    found = {(r["scope"], r["measure"], r["candidate"]): r["value"] for r in rows}
    assert found["state", "units_outstanding", ""] == "54"
    assert found["county:Adair", "units_total", ""] == "5"
    assert found["county:Adair", "sde", "patrick"] == "0.0000"
    assert found["county:Adair", "first", "patrick"] == "0"


def test_csv_survives_names_with_quotes_commas_and_signs() -> None:
    text = showing(publication(primary())).get("/results.csv").get_data(as_text=True)

    assert text.count("\r\n") == text.count("\n")
    assert text.startswith("contest,scope,candidate,measure,value,")
    rows = table(text)
    assert {r["name"] for r in rows} >= {'Ann "The <b>Bold</b>", Jr.', "=1+1"}
    assert all(None not in row and None not in row.values() for row in rows)
    assert ("governor", "ballots", "4260") in {
        (r["contest"], r["measure"], r["value"]) for r in rows
    }


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("path", ["/results", "/results?lang=es", "/results.json", "/results.csv"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_has_not_changed_is_not_sent_again(path: str, encoding: str) -> None:
    client = showing(publication(primary()))
    accept = {"Accept-Encoding": encoding}

    first = client.get(path, headers=accept)
    again = client.get(path, headers=accept | {"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_the_next_publication_is_sent() -> None:
    now = [publication(primary())]
    client = app_showing(lambda: now[0]).test_client()
    before = client.get("/results.json").headers["ETag"]
    now[0] = publication(primary() | {"number": 8})

    after = client.get("/results.json", headers={"If-None-Match": before})

    assert after.status_code == 200
    assert json.loads(after.data)["number"] == 8


def test_another_document_of_the_same_number_is_not_taken_for_the_first() -> None:
    now = [publication(primary(), etag="one")]
    client = app_showing(lambda: now[0]).test_client()
    client.get("/results")
    now[0] = publication(primary() | {"title": "Another"}, etag="two")

    assert "Another" in client.get("/results").text


def test_a_squeezed_answer_is_the_same_answer() -> None:
    client = showing(publication(primary()))

    plain = client.get("/results", headers={"Accept-Encoding": "identity"})
    squeezed = client.get("/results", headers={"Accept-Encoding": "gzip"})

    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.data) == plain.data
    assert squeezed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in squeezed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("path", ["/results", "/results.json", "/results.csv"])
def test_head_answers_without_a_body(path: str) -> None:
    client = showing(publication(primary()))

    head = client.head(path)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == client.get(path).headers["ETag"]


def test_the_bare_address_leads_to_the_results() -> None:
    client = showing(publication(primary()))

    assert client.get("/").headers["Location"] == "/results"
    assert client.get("/?lang=es").headers["Location"] == "/results?lang=es"
    assert client.get("/?lang=//evil").headers["Location"] == "/results"


@pytest.mark.parametrize(
    "query", ["x=1", "lang=xx", "sort=<b>", "area=nowhere", "live=yes", "area=&sort=&lang=", "%ff"]
)
def test_an_unknown_query_changes_nothing(query: str) -> None:
    client = showing(publication(primary()))

    assert client.get(f"/results?{query}").data == client.get("/results").data


@pytest.mark.parametrize(
    ("query", "accept", "language"),
    [
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "fr,en;q=0.5", "en"),
        ("", "tlh", "en"),
        ("", "", "en"),
        ("?lang=en", "es", "en"),
        ("?lang=es", "en", "es"),
    ],
)
def test_the_language_is_the_one_asked_for(query: str, accept: str, language: str) -> None:
    client = showing(publication(primary()))

    page = read(client, f"/results{query}", headers={"Accept-Language": accept})

    assert page.all("html")[0]["lang"] == language


def test_every_route_says_who_may_use_it() -> None:
    require_stated_access(app_showing(lambda: None))


def test_a_page_is_made_once_for_all_its_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Language] = []

    def counting(document: Any, words: Language, *rest: Any, **given: Any) -> Any:
        made.append(words)
        return lay_out(document, words, *rest, **given)

    monkeypatch.setattr(pages, "lay_out", counting)
    client = showing(publication(primary()))

    for _ in range(3):
        client.get("/results")
        client.get("/results?lang=es")

    assert [labels.code for labels in made] == ["en", "es"]


def test_the_response_cache_is_bounded_and_lets_the_oldest_go() -> None:
    made: list[str] = []
    cache = ResponseCache(size=2)

    for name in ("a", "b", "c", "b", "a"):
        assert cache.get("one", name, making(made, name)).body == name.encode()

    assert made == ["a", "b", "c", "a"]


def test_the_response_cache_keeps_one_edition_and_never_answers_with_another() -> None:
    made: list[str] = []
    cache = ResponseCache()

    for edition in ("one", "two", "two", "one"):
        assert cache.get(edition, "page", making(made, edition)).body == edition.encode()

    assert made == ["one", "two", "one"]


def making(made: list[str], text: str) -> Callable[[], CachedResponse]:
    def make() -> CachedResponse:
        made.append(text)
        return CachedResponse.of(text, "text/plain")

    return make


def test_the_latest_is_asked_for_again_only_after_a_while() -> None:
    asked: list[datetime] = []
    clock = [WHEN]

    def latest() -> Publication:
        asked.append(clock[0])
        return publication(primary())

    newest = Newest(latest, timedelta(seconds=1), lambda: clock[0])
    for tenths in (0, 5, 9, 10, 15, 20):
        clock[0] = WHEN + timedelta(seconds=tenths / 10)
        newest.get()

    assert asked == [WHEN, WHEN + timedelta(seconds=1), WHEN + timedelta(seconds=2)]


def test_that_nothing_is_published_is_never_remembered() -> None:
    answers = [None, publication(primary())]
    newest = Newest(lambda: answers.pop(0), timedelta(hours=1), lambda: WHEN)

    assert newest.get() is None
    assert newest.get() is not None
