"""Review, observers' pages and the public's precincts in Chromium: laptop and telephone, axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hotline.election.finding import Check, found
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.review import challenging
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from hotline.web.results.pages import results_blueprint
from hotline.web.results.units import result_units_blueprint
from tests.operations.acting import CONTESTING, HOLDING, published, state, tabulated
from tests.served import served
from tests.towns import CODES, PRESIDENT, caucus, town
from tests.web.review.looks import GRAVE, SIZES, faults
from tests.web.review_pages import OTTO, review_app

NORTH, NEXT, SOUTH = CODES[0], CODES[1], CODES[2]

pytestmark = pytest.mark.browser


@pytest.fixture
def site(parts: AppContext) -> Iterator[str]:
    load_election(parts, town(), "test")
    app = review_app(parts)
    app.register_blueprint(results_blueprint(lambda: None, title="Results"))
    app.register_blueprint(result_units_blueprint(parts))
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, "town", [Chair(NORTH, "Alva North", ("+15155550177",))])
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 2, "birch": 2}), HOLDING)
    tabulated(parts, NEXT, caucus(30, 10, won={"ash": 4, "birch": 1}))
    tabulated(parts, NEXT, caucus(10, 30, won={"ash": 1, "birch": 4}))
    tabulated(parts, SOUTH, caucus(9, 3, won={"ash": 1, "birch": 1}), CONTESTING)
    challenging.file_challenge(parts, OTTO, NORTH, "Our captain counted nine for Birch.")
    published(parts)
    with served(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Sue's. Whatever the browser complains about fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, base_url=site, locale="en-US"
    )
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    assert context.request.get("/enter/sue").ok
    yield page
    context.close()
    assert not complaints


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/review/", "3 precincts to look into"),
        (f"/review/unit/{NORTH}", "North, North 1 (10001)"),
        (f"/review/unit/{NEXT}", "North, North 2 (10002)"),
        ("/review/report/1/release", "Release version 1?"),
        ("/review/report/1/replace", "A new version in place of version 1"),
        ("/review/challenge/1", "otto challenges a count"),
        ("/observe/", "Precincts"),
        (f"/observe/unit/{NORTH}", "North, North 1 (10001)"),
        (f"/results/units/{NEXT}", "North 2"),
        ("/results/units?area=county:North", "Precincts of North"),
    ],
)
def test_each_page_is_sound(page: Page, path: str, heading: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)

    assert not faults(page, path.strip("/").replace("/", "-").replace("?", "-") or "review")


def test_two_people_release_a_report_by_keyboard(page: Page, parts: AppContext) -> None:
    page.goto("/review/")
    page.get_by_role("link", name="North, North 1 (10001)").press("Enter")
    page.get_by_role("link", name="Release as filed (propose)").press("Enter")
    page.get_by_label("Why?").fill("The chair read the sheet to me.")
    page.get_by_role("button", name="Propose to release version 1").press("Enter")
    expect(page.locator(".said .done")).to_contain_text("It is proposed.")
    assert state(parts, NORTH)[0] == "held"

    assert page.context.request.get("/enter/ted").ok
    page.goto("/review/?show=proposed")
    page.get_by_role("link", name="North, North 1 (10001)").press("Enter")
    page.get_by_role("link", name="Look at it, and agree or refuse").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("sue proposes to release version 1")
    assert not faults(page, "proposal")
    page.get_by_role("button", name="Agree: release it").press("Enter")
    expect(page.locator(".said .done")).to_contain_text("It counts as it was filed.")
    assert state(parts, NORTH)[0] == "counted"


def test_a_new_version_is_filed_by_form(page: Page) -> None:
    page.goto("/review/report/1/replace")
    for label, value in (("Alex Ash", "13"), ("Bo Birch", "7")):
        for field in page.get_by_label(label).all()[:2]:
            field.fill(value)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("#summary")).to_be_visible()
    assert not faults(page, "replace-asked")
    page.get_by_label("Yes, the same").check()
    page.get_by_label("Why?").fill("The sheet says thirteen.")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("will count in place of")
    assert not faults(page, "replace-preview")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator(".said .done")).to_contain_text("It is proposed.")


WRONG_SUM = found(Check.DELEGATES_NOT_ALLOTTED, PRESIDENT, sum=3, delegates=5)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("", "What the checks found"),
        ("/awards", "Awards that the rules do not give"),
        ("/FINAL_EXCEEDS_FIRST", "More people in the final alignment than in the first"),
    ],
)
def test_lists_of_findings_fit(
    parts: AppContext, page: Page, size: str, path: str, heading: str
) -> None:
    tabulated(parts, CODES[3], caucus(12, 8, 5, won={"ash": 3}), WRONG_SUM)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"/review/findings{path}")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert [one["id"] for one in violations if one["impact"] in GRAVE] == []


def test_a_list_of_findings_is_sorted_by_its_headings(parts: AppContext, page: Page) -> None:
    tabulated(parts, CODES[3], caucus(12, 8, 5, won={"ash": 3}), WRONG_SUM)
    page.goto("/review/findings/awards")
    heading = page.get_by_role("columnheader", name="Precinct")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
