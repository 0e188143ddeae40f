"""How the desk's pages look in a browser."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.web.faults import LOST, PALE, SMALL, TWICE, UNNAMED, WIDE

SIZES = {"laptop": (1366, 768), "tablet": (820, 1180)}


def _look(page: Page, path: str) -> None:
    page.wait_for_load_state()  # a click returns before the styles of the next page are there
    for wrong in (UNNAMED, TWICE, LOST, SMALL, PALE):
        assert page.evaluate(wrong) == [], path
    assert not page.evaluate(WIDE), path
    assert page.locator("h1").count() == 1, path
