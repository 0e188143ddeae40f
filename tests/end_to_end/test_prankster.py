"""The handset page lets a newcomer be a prankster, and feel the door close."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hotline.calls.prompts import Prompt
from tests.end_to_end.newcomer import Newcomer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PESTERED = "04349"


def test_the_door_closes_on_an_unknown_phone_and_not_on_a_chair(newcomer: Newcomer) -> None:
    page = newcomer.page
    newcomer.hold("An unknown phone")
    for _ in range(3):
        newcomer.call()
        assert newcomer.hears(Prompt.CODE)
        newcomer.hang_up()

    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#state")).to_have_text("Turned away: busy")
    expect(page.locator("#now")).to_contain_text("Twilio charges nothing for it")

    newcomer.hold(PESTERED)
    newcomer.call()
    assert newcomer.hears(Prompt.OFFER)
    newcomer.hang_up()


def test_a_forged_number_closes_the_door_on_nobody_else(newcomer: Newcomer) -> None:
    page = newcomer.page
    newcomer.hold(PESTERED)
    page.get_by_role("heading", name="Be a nuisance").click()
    page.get_by_label("They call from").select_option(
        page.locator("#forged").get_attribute("value")
    )
    page.get_by_role("button", name="Call 10 times").click()
    expect(page.locator("#pestered")).to_contain_text("7 of 10 calls", timeout=30_000)

    page.get_by_role("button", name="Hold a chair's phone").click()
    newcomer.call()
    assert newcomer.hears(Prompt.OFFER)
    newcomer.hang_up()


def test_the_public_line_reads_the_results_and_a_text_says_where_they_are(
    newcomer: Newcomer,
) -> None:
    page = newcomer.page
    newcomer.hold("An unknown phone")
    page.get_by_label("Number to call").select_option("+15155550101")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#transcript li[lang]").first).to_be_visible()
    expect(page.locator("#state")).not_to_have_text("Turned away: busy")

    page.get_by_role("button", name="Send").click()
    expect(page.locator("#texts")).to_contain_text("/results")
