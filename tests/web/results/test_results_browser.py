"""The page in Chromium: on a telephone, without JavaScript, and while figures change under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from hotline.election.folder.folder import read_folder
from hotline.store.publication.publications import Publication
from hotline.web.results.pages import results_blueprint
from tests.served import served
from tests.web.published import FOLDERS, WHEN, iowa, needs_iowa, primary, publication

TILES = read_folder(FOLDERS[0]).tiles
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    needs_iowa,
]


@dataclass
class Site:
    """A server of the page, and what it shows."""

    url: str = ""
    shown: Publication | None = None


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    app = Flask(__name__)
    app.register_blueprint(
        results_blueprint(
            lambda: site.shown,
            title="A night",
            timezone="America/Chicago",
            tiles=lambda election: TILES if election == "iowa-2020" else {},
        )
    )
    with served(app) as port:
        site.url = f"http://127.0.0.1:{port}"
        yield site


@pytest.fixture
def telephone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def computer(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    yield page
    context.close()


def wide_names() -> dict[str, Any]:
    document = primary()
    document["title"] = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte"
    for candidate in document["contests"][0]["candidates"]:
        candidate["name"] = candidate["surname"] = "Wolfeschlegelsteinhausenbergerdorff" * 2
    document["contests"][0]["totals"]["votes"] = {"ann": 10**15, "bob": 10**14, "nil": 0}
    document["contests"][0]["scopes"][0]["name"] = "Llanfairpwllgwyngyllgogerychwyrndrobwll" * 2
    document["units"] |= {"total": 10**12, "outstanding": 10**12 - 2}
    return document


SHOWN: dict[str, Callable[[], Publication | None]] = {
    "iowa": lambda: publication(iowa(("92",), held=["00011"])),
    "iowa, paused": lambda: publication(
        iowa(("92",), is_test=True), refused_since=WHEN, refused_reason="x" * 200
    ),
    "primary": lambda: publication(primary()),
    "wide names": lambda: publication(wide_names()),
    "nothing": lambda: None,
}


@pytest.mark.parametrize("query", ["lang=en", "lang=es", "area=county:Adair&lang=es"])
@pytest.mark.parametrize("shown", SHOWN)
def test_a_telephone_never_scrolls_sideways(
    site: Site, telephone: Any, shown: str, query: str
) -> None:
    site.shown = SHOWN[shown]()

    telephone.goto(f"{site.url}/results?{query}")

    assert over_the_edge(telephone) <= 0


def over_the_edge(page: Any) -> float:
    """CSS pixels by which the page, or any element that is drawn, is wider than the screen."""
    return float(
        page.evaluate(
            """() => Math.max(
                document.documentElement.scrollWidth - innerWidth,
                ...[...document.querySelectorAll("main, main *")]
                    .map((element) => element.getBoundingClientRect().right - innerWidth)
            )"""
        )
    )


def test_without_javascript_figures_fold_and_counties_open(site: Site, telephone: Any) -> None:
    site.shown = publication(iowa())
    telephone.goto(f"{site.url}/results")
    zeros = telephone.get_by_text("Michael Bennet, John Delaney, Deval Patrick")

    expect(zeros).not_to_be_visible()
    telephone.get_by_text("3 candidates with zero").click()
    expect(zeros).to_be_visible()

    telephone.get_by_role("link", name="Adair").click()
    expect(telephone.get_by_role("heading", level=1)).to_have_text("Adair only")
    telephone.get_by_role("link", name="All counties together").click()
    expect(telephone.get_by_role("row")).to_have_count(1 + 99 + 5)


def test_nothing_on_the_page_breaks_its_own_policy(site: Site, computer: Any) -> None:
    site.shown = publication(iowa())

    computer.goto(f"{site.url}/results")

    assert computer.complaints == []
    bar = computer.locator(".panel .bar rect").first.bounding_box()
    assert bar["width"] > 200


def test_the_bar_is_as_long_as_the_share_of_the_leader(site: Site, computer: Any) -> None:
    site.shown = publication(primary())

    computer.goto(f"{site.url}/results")

    first, second = (
        computer.locator("#governor-votes .bar rect").nth(n).bounding_box()["width"] for n in (0, 1)
    )
    assert second / first == pytest.approx(998 / 1204, abs=0.01)


def test_newer_figures_come_in_without_closing_what_is_open(site: Site, computer: Any) -> None:
    site.shown = publication(iowa(("92",)))
    computer.goto(f"{site.url}/results")
    computer.get_by_text("3 candidates with zero").last.click()

    site.shown = publication(iowa(("92", "97")) | {"number": 413})
    computer.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    computer.get_by_text("Publication 413").wait_for()

    assert "550.3438" in computer.locator("#president-sde").inner_text()
    expect(computer.locator("#president-sde-zero[open]")).to_have_count(1)


def test_a_page_that_cannot_be_updated_says_so_until_it_can(site: Site, computer: Any) -> None:
    site.shown = publication(primary())
    computer.goto(f"{site.url}/results")
    notice = computer.get_by_text("This page could not be updated")
    assert not notice.is_visible()

    computer.context.set_offline(True)
    computer.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    notice.wait_for(state="visible")

    computer.context.set_offline(False)
    computer.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    notice.wait_for(state="hidden")


def test_a_tile_of_the_map_leads_to_its_county_and_none_lies_over_another(
    site: Site, computer: Any
) -> None:
    site.shown = publication(iowa())
    computer.goto(f"{site.url}/results")
    tiles = computer.locator(".tiles .tile .ground")
    boxes = tiles.evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")

    assert len(boxes) == 99
    for place, one in enumerate(boxes):
        assert one["width"] > 40
        for other in boxes[:place]:
            beside = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]

    computer.locator(".tile", has_text="Pottawattamie").click()
    assert computer.get_by_role("heading", level=1).inner_text() == "Pottawattamie only"
