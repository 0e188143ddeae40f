"""Alerts in Chromium: the page in both sizes and schemes, and what appears on a page left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hotline.operations.context import AppContext, utc_now
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring import alert_people
from hotline.operations.monitoring.banner import FRESH
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.monitoring import incidents
from hotline.store.monitoring.incidents import Incident, Phase
from tests.served import served
from tests.towns import town
from tests.web.control_pages import ADA, Control
from tests.web.faults import LOST, PALE, SMALL, TWICE, UNNAMED, WIDE

SIZES = {"laptop": (1280, 800), "phone": (390, 844)}

pytestmark = pytest.mark.browser


@pytest.fixture
def control(parts: AppContext) -> Control:
    real = AppContext(parts.settings, parts.engine, parts.redis, utc_now)
    load_election(real, replace(town(), chairs_line="+15155550100"), "test")
    control = Control(real)
    alert_people.add_recipient(DeskServices(real), ADA, "ben", "+15155550142")
    return control


@pytest.fixture
def site(control: Control) -> Iterator[str]:
    with served(control.app) as port:
        yield f"http://127.0.0.1:{port}"


def opened(browser: Browser, site: str, size: str, scheme: str = "light") -> Page:
    width, height = SIZES[size]
    page = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    ).new_page()
    page.goto(f"{site}/enter/ada")
    page.goto(f"{site}/admin/alerts")
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()
    return page


def goes_wrong(control: Control, number: int) -> int:
    new = Incident(0, "chairs-wait", str(number), f"Wrong & '{number}'", control.parts.now())
    with writing(control.parts.engine) as connection:
        begun = incidents.begin(connection, new)
        assert begun is not None
        incidents.note_told(connection, begun.id, Phase.BEGUN, "text to ben …0142", "sent")
    return begun.id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_can_be_read_and_pressed(
    browser: Browser, site: str, control: Control, size: str, scheme: str
) -> None:
    for number in range(4):
        goes_wrong(control, number)
    with writing(control.parts.engine) as connection:
        incidents.end(connection, 1, control.parts.now())
    page = opened(browser, site, size, scheme)

    for question in (WIDE, UNNAMED, TWICE, LOST, SMALL, PALE):
        assert not page.evaluate(question)
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    page.context.close()


def test_what_goes_wrong_appears_on_a_page_that_is_left_open(
    browser: Browser, site: str, control: Control
) -> None:
    page = opened(browser, site, "laptop")
    banner = page.locator("#alerts")
    expect(banner).to_have_text("")
    assert banner.get_attribute("aria-live") == "polite"

    goes_wrong(control, 7)
    page.wait_for_timeout(FRESH * 1000)  # for so long, all pages share what was read for one
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(banner).to_contain_text("Wrong & '7'.")
    banner.get_by_role("link", name="All alerts").click()
    expect(page.locator("#now ~ .incidents")).to_contain_text("text to ben …0142")
    page.context.close()


def test_a_number_that_cannot_be_is_pointed_at(browser: Browser, site: str) -> None:
    page = opened(browser, site, "phone")
    page.get_by_label("Administrator").select_option("ben")
    page.get_by_label("Telephone").fill("12")
    page.get_by_role("button", name="Send alerts there").click()

    expect(page.get_by_role("alert")).to_contain_text("The number is too short")
    field = page.get_by_label("Telephone")
    expect(field).to_have_value("12")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.context.close()
