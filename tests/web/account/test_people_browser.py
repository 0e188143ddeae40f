"""Units and people in Chromium: in both sizes and schemes, by keyboard, and without a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hotline.election.model import Election
from hotline.operations.context import AppContext, utc_now
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import reissue
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations.acting import tabulated
from tests.served import served
from tests.towns import caucus
from tests.web.faults import SMALL, TWICE, UNNAMED, WIDE
from tests.web.roster.pages import ONE, TWO, UNIT, Pages
from tests.web.signing_in import make

SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
GRAVE = {"serious", "critical"}
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
PATHS = (
    "units",
    f"units/{UNIT}",
    f"units/{UNIT}/pin",
    "units/pins",
    "units/roster",
    "people",
    "people/1",
    "people/2",
)

pytestmark = pytest.mark.browser


@pytest.fixture
def site(parts: AppContext, town: Election) -> Iterator[str]:
    real = AppContext(parts.settings, parts.engine, parts.redis, utc_now)
    load_election(real, town, "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva North", (ONE, TWO))])
    tabulated(real, UNIT, caucus(ash=40))
    reissue(real, UNIT)
    at = Pages(real)
    make(real, "maximilian.alexandrovich-junior")
    with served(at.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Ada's. Whatever the browser complains about fails the test."""
    context = browser.new_context(java_script_enabled=True)
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    assert context.request.get(f"{site}/enter").ok
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


@pytest.mark.parametrize(("size", "scheme"), [("laptop", "dark"), ("phone", "light")])
def test_every_page_can_be_read_and_pressed(page: Page, site: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in PATHS:
        page.goto(f"{site}/admin/{path}")
        expect(page.locator("h1")).to_have_count(1)
        page.evaluate(OPEN_ALL)
        for wrong in (UNNAMED, TWICE, SMALL):
            assert page.evaluate(wrong) == [], path
        assert not page.evaluate(WIDE), path
        faults = [
            one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in GRAVE
        ]
        assert not faults, path


def test_a_chair_is_found_and_changed_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/units")
    page.get_by_label("Code or name").focus()
    page.keyboard.type("alva")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("1 precinct")
    page.get_by_role("link", name="North 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Chairs")).to_be_visible()
    page.locator("summary").filter(has_text="Change").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Phones, each on a line of its own").first.fill(f"{ONE}\n+15155550103")
    page.get_by_role("button", name="Change", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text("Alva North is changed")
    expect(page.get_by_role("link", name="+15155550103")).to_be_visible()


def test_a_pin_is_shown_once_and_gone_with_the_page(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/units/{UNIT}/pin")
    page.get_by_role("button", name="Show a new PIN").click()
    shown = page.locator(".number-to-read")
    expect(shown).to_be_visible()
    pin = shown.inner_text()
    page.get_by_role("link", name="I have noted it").click()
    expect(page.get_by_role("heading", name="Chairs")).to_be_visible()
    assert pin not in page.content()
    assert pin.replace(" ", "") not in page.url
