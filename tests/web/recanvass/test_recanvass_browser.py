"""A recanvass in Chromium: laptop and telephone, light and dark, by keyboard, without faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from tests.operations.acting import published, state, tabulated
from tests.operations.recanvassing import as_file
from tests.served import served
from tests.towns import CODES, caucus, town
from tests.web.review.looks import faults
from tests.web.review_pages import review_app

NORTH, NEXT, SOUTH = CODES[0], CODES[1], CODES[2]

pytestmark = pytest.mark.browser


@pytest.fixture
def page(parts: AppContext, browser: Browser) -> Iterator[Page]:
    """Sue's, on a site where NORTH is swapped and SOUTH has not reported."""
    load_election(parts, town(), "test")
    tabulated(parts, NORTH, caucus(8, 12, won={"ash": 2, "birch": 2}))
    tabulated(parts, NEXT, caucus(30, 10, won={"ash": 4, "birch": 1}))
    published(parts)
    complaints: list[str] = []
    with served(review_app(parts)) as port:
        context = browser.new_context(
            viewport={"width": 1280, "height": 800},
            base_url=f"http://127.0.0.1:{port}",
            locale="en-US",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        assert context.request.get("/enter/sue").ok
        yield page
        context.close()
    assert not complaints


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_recanvass_by_two_people(page: Page, parts: AppContext, tmp_path: Path) -> None:
    page.goto("/review/recanvass")
    heading(page, "Recanvass and recount")
    assert not faults(page, "recanvass-ask")
    page.get_by_label("Why?").fill("It is close.")
    page.get_by_role("button", name="Begin").press("Enter")
    heading(page, "Recanvass 1: 0 precincts differ")

    bad = tmp_path / "bad.csv"
    bad.write_text("unit,candidate,first\n10001,nobody,3\n", encoding="utf-8")
    page.get_by_label("CSV with the columns").set_input_files(bad)
    page.get_by_role("button", name="Take it in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("bad.csv, line 2")
    assert not faults(page, "recanvass-wrong")

    papers = tmp_path / "papers.csv"
    right = {
        NORTH: caucus(12, 8, won={"ash": 2, "birch": 2}),
        NEXT: caucus(30, 10, won={"ash": 4, "birch": 1}),
        SOUTH: caucus(9, 3, won={"ash": 2}),
    }
    papers.write_text(as_file(right), encoding="utf-8")
    page.get_by_label("CSV with the columns").set_input_files(papers)
    page.get_by_role("button", name="Take it in", exact=True).click()
    expect(page.locator(".done")).to_contain_text("3 new")
    for summary in page.get_by_text("What differs", exact=True).all()[1:]:
        summary.click()
    assert not faults(page, "recanvass-one")

    page.get_by_role("link", name="North 1").press("Enter")
    heading(page, "North 1")
    assert not faults(page, "recanvass-unit")
    page.get_by_label("Why?").fill("The paper is signed.")
    page.get_by_role("button", name="File what the paper says").press("Enter")
    expect(page.locator(".done")).to_contain_text("It is decided.")
    page.get_by_label("Decide on South 1").check()
    page.get_by_label("Why?", exact=True).first.fill("It came by mail.")
    page.get_by_role("button", name="File what the papers say").press("Enter")
    expect(page.locator(".done")).to_contain_text("Decided on one precinct")
    page.get_by_role("button", name="Take in nothing more").press("Enter")
    expect(page.locator(".done")).to_contain_text("it can be filed")

    assert page.context.request.get("/enter/ted").ok
    page.goto("/review/recanvass/1")
    page.get_by_role("link", name="File what was decided").press("Enter")
    heading(page, "File recanvass 1?")
    assert not faults(page, "recanvass-file")
    page.get_by_role("button", name="File 2 new versions").press("Enter")
    expect(page.locator(".done")).to_contain_text("Everything that was decided counts.")
    assert not faults(page, "recanvass-filed")
    assert state(parts, NORTH)[:2] == ("counted", 2)
    assert state(parts, SOUTH)[:2] == ("counted", 1)
