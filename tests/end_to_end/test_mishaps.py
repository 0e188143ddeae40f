"""What people do to a telephone that they have never held: nothing of it may break a report."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hotline.calls.prompts import Prompt
from tests.end_to_end.conftest import Running
from tests.end_to_end.newcomer import Newcomer
from tests.end_to_end.published import Published

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_ONE_BREATH = "05158"
TWICE_AT_ONCE = "04192"
INTERRUPTED = "04280"
WITHHELD = "04312"
NERVOUS = "04331"
GONE_BACK = "04349"
FIVE_UNITS = "00789"
EIGHTEEN_UNITS = "00011"


def test_everything_is_keyed_before_the_line_has_answered(
    newcomer: Newcomer, published: Published
) -> None:
    newcomer.hold(IN_ONE_BREATH)
    attend, first, final, _ = (
        button.get_attribute("data-keys") or ""
        for button in newcomer.page.locator("#shortcuts button").all()
    )

    newcomer.page.locator("#call").click()
    newcomer.page.keyboard.type(f"{newcomer.paper.pin}{attend}{first}1{final}1")

    # Another 1 keyed with these would be the same press, heard twice: the award waits for its own.
    expect(newcomer.page.locator("#now")).to_contain_text("Your sheet agrees?")
    newcomer.report()
    assert published.moved_by(newcomer.paper)


def test_two_clicks_on_call_are_one_call(newcomer: Newcomer) -> None:
    placed: list[str] = []
    newcomer.page.on("request", lambda r: r.url.endswith("/calls") and placed.append(r.url))

    newcomer.page.locator("#call").dblclick()

    expect(newcomer.page.locator("#state")).to_have_text("Connected")
    assert len(placed) == 1


def test_the_page_is_loaded_anew_in_a_call(newcomer: Newcomer, published: Published) -> None:
    newcomer.hold(INTERRUPTED)
    newcomer.call()
    newcomer.report(until="Klobuchar.")

    newcomer.page.reload()

    expect(newcomer.page.locator("#code b")).to_have_text(INTERRUPTED)
    expect(newcomer.page.locator("#state")).to_have_text("Ready")
    newcomer.call()
    newcomer.report(until="Klobuchar.")
    newcomer.report()
    assert published.moved_by(newcomer.paper)


def test_back_hangs_up_and_forward_finds_a_telephone_at_rest(
    newcomer: Newcomer, visit: Callable[[], Page]
) -> None:
    newcomer.hold(GONE_BACK)
    newcomer.call()

    newcomer.page.go_back()
    newcomer.page.go_forward()

    expect(newcomer.page.locator("#call")).to_be_enabled()
    expect(newcomer.page.locator("#code b")).to_have_text(GONE_BACK)
    newcomer.call()
    assert newcomer.hears(Prompt.OFFER)


def test_one_report_from_two_tabs_counts_once(
    newcomer: Newcomer, visit: Callable[[], Page], hotline_up: Running, published: Published
) -> None:
    other = Newcomer(visit(), hotline_up.handset)
    for tab in (newcomer, other):
        tab.page.bring_to_front()
        tab.hold(TWICE_AT_ONCE)
        tab.call()
        tab.report(until="Biden.")

    for tab in (newcomer, other):
        tab.page.bring_to_front()
        tab.report()

    assert other.hears(Prompt.CORROBORATED)
    assert published.moved_by(other.paper)


def test_a_withheld_number_may_report(newcomer: Newcomer, published: Published) -> None:
    newcomer.hold(WITHHELD)
    newcomer.hold("A withheld number")
    newcomer.by_column = True
    newcomer.call()

    newcomer.report()

    assert published.moved_by(newcomer.paper)


def test_hanging_up_at_every_question(newcomer: Newcomer, published: Published) -> None:
    """A chair who hangs up after each answer gets one answer further with each call."""
    newcomer.hold(NERVOUS)
    paper = newcomer.paper
    calls = 0
    while True:
        newcomer.call()
        calls += 1
        while any(map(newcomer.hears, (Prompt.OFFER, Prompt.PIN, Prompt.RESUME))):
            newcomer.key(newcomer.answer())
        newcomer.key(newcomer.answer())
        if newcomer.is_filed:
            break
        newcomer.hang_up()
        assert calls < 40

    newcomer.hang_up()
    assert calls > 18
    assert published.moved_by(paper)


def test_a_phone_with_five_units_reports_one_after_another(newcomer: Newcomer) -> None:
    newcomer.hold(FIVE_UNITS)
    newcomer.call()
    newcomer.report()
    first = newcomer.paper

    newcomer.key("1")

    assert newcomer.hears(Prompt.OFFER)
    assert newcomer.paper.code != first.code, "the paper of the unit that is offered lies on top"
    newcomer.report()


def test_a_phone_with_eighteen_units_may_choose_another_than_offered(
    newcomer: Newcomer, published: Published
) -> None:
    newcomer.hold(EIGHTEEN_UNITS)
    newcomer.call()
    assert newcomer.paper.code == EIGHTEEN_UNITS
    newcomer.key("2#")
    newcomer.page.get_by_label("Reporting for").select_option(label="00053 Adair 5GF GREENFIELD")
    newcomer.page.keyboard.type(newcomer.paper.code)
    expect(newcomer.page.locator("#now")).to_contain_text("PIN")

    newcomer.report()

    assert published.moved_by(newcomer.paper)
