"""The desk in Chromium: by keyboard alone, while the queue changes, in both sizes and schemes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.store.database import reading
from hotline.store.desk.waiting import Class
from hotline.store.schema.tables import report
from tests.web.desk.looks import SIZES, _look
from tests.web.desk_pages import UNIT, Desks

pytestmark = pytest.mark.browser


def test_a_whole_call_by_keyboard_alone(page: Page, desks: Desks) -> None:
    press = page.keyboard.press

    press("n")
    expect(page.locator("#case-title")).to_contain_text("Alva North")
    press("e")
    expect(page.locator("#f-president-attendance")).to_be_focused()
    expect(page.locator("#f-president-first-birch")).to_have_value("19")
    for _ in range(2):
        press("Tab")
    page.keyboard.type("20")  # over what stands there, which is selected
    press("Tab")
    press("Tab")
    page.keyboard.type("20")
    press("Tab")
    page.keyboard.type("20")
    press("Enter")

    expect(page.locator(".objection input").first).to_be_focused()  # the award
    press("Space")
    press("Enter")
    expect(page.get_by_role("heading", name="Read this to the chair")).to_be_visible()
    while page.evaluate("document.activeElement.id") != "file":
        press("Tab")
    press("Enter")

    expect(page.get_by_role("heading", name="Filed")).to_be_visible()
    with reading(desks.board.parts.engine) as connection:
        [row] = connection.execute(select(report)).all()
    assert row.figures["president"]["first"] == {"ash": 20, "birch": 20}
    assert row.call_sid == "CA1"
    expect(page.locator(".number-to-read")).to_contain_text(row.confirmation[:3])


def test_the_queue_changes_under_an_open_page_and_the_focus_stays(page: Page, desks: Desks) -> None:
    page.locator("#take-CA2").focus()

    desks.waits("CA3", Class.UNKNOWN, unit="", last4="0143", number="")

    expect(page.locator("#take-CA3")).to_be_visible()
    expect(page.locator("#take-CA2")).to_be_focused()
    expect(page.locator("#said")).to_have_text("3 callers are waiting. First: Alva North.")
    expect(page).to_have_title("Desk: 3 waiting")


def test_what_is_being_written_is_not_taken_away(page: Page, desks: Desks) -> None:
    page.keyboard.press("n")
    page.locator("#end-note").fill("the chair is")

    desks.board.waiting.hung_up("CA1", desks.board.parts.now())
    desks.floor.look(anew=True)

    expect(page.locator(".hung-up")).to_be_visible()
    expect(page.locator("#end-note")).to_have_value("the chair is")


def test_shortcuts_can_be_turned_off_and_do_nothing_in_fields(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("n")
    expect(page.locator("#find")).to_have_value("n")
    page.locator("#keys").uncheck()
    page.keyboard.press("n")
    page.wait_for_timeout(300)

    expect(page.locator("#take-CA1")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_can_be_read_and_pressed(
    page: Page, site: str, desks: Desks, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    desks.board.waiting.take(1, "ann", desks.board.parts.now(), "CA1")
    desks.floor.look(anew=True)
    paths = ("", f"unit/{UNIT}", "outstanding", "find?unit=north", f"report/{UNIT}")

    for path in paths:
        page.goto(f"{site}/desk/{path}")
        _look(page, path)
    page.locator("#check").click()
    page.locator(".objection").wait_for()
    _look(page, "objections")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_call_list_and_the_reminders_can_be_read_and_pressed(
    page: Page, site: str, desks: Desks, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert page.context.request.get(f"{site}/enter/sue").ok
    desks.board.waiting.remove("CA1")

    page.goto(f"{site}/desk/missing")
    page.locator("summary").first.click()
    _look(page, "missing")
    page.get_by_label("no answer").first.check()
    page.get_by_role("button", name="Keep").first.click()
    expect(page.locator(".done")).to_contain_text("Noted: no answer.")
    page.goto(f"{site}/desk/reminders")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", name="What would be sent")).to_be_visible()
    _look(page, "reminders")
    page.get_by_role("button", name="Send 1 reminder").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    _look(page, "reminders sent")
