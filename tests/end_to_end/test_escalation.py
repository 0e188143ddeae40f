"""A chair whom the keypad cannot help, and the person at the desk who can: both ends of the call.

Three windows, as a newcomer has them: the chair's handset, a staff member's telephone, the desk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config import settings as environment
from hotline.store import database
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind
from tests.end_to_end.conftest import Running
from tests.end_to_end.newcomer import Newcomer, fail_pin
from tests.end_to_end.published import Published
from tests.end_to_end.staff import Desk, Handset

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WITHOUT_PIN = "04570"
BY_KEYBOARD = "04706"
SHOTS = os.environ.get("HOTLINE_SCREENSHOTS", "")
"""A folder: then each stage is photographed there, on a laptop and on a tablet."""
LAPTOP, TABLET = {"width": 1366, "height": 768}, {"width": 820, "height": 1180}


@pytest.fixture
def handset(visit: Callable[[], Page], hotline_up: Running) -> Iterator[Handset]:
    handset = Handset(visit(), hotline_up.handset)
    yield handset
    handset.page.bring_to_front()
    handset.page.get_by_role("button", name="Hang up").click()
    expect(handset.page.locator("#state")).to_have_text("Call ended")


def kinds(name: str, unit: str) -> list[ActivityKind]:
    """What this person has done about this unit, in order."""
    engine = database.connect(environment.load().database)
    with reading(engine) as connection:
        entries = [e for e in activity.latest(connection, 500) if e.unit_code == unit]
    engine.dispose()
    assert {entry.who for entry in entries} == {name}
    return [entry.kind for entry in reversed(entries)]


def photograph(page: Page, stage: str) -> None:
    if not SHOTS:
        return
    before = page.viewport_size
    for name, size in (("laptop", LAPTOP), ("tablet", TABLET)):
        page.set_viewport_size(size)
        page.screenshot(path=Path(SHOTS) / f"{stage}-{name}.png")
    page.set_viewport_size(before)


def test_a_chair_without_a_pin(
    newcomer: Newcomer,
    handset: Handset,
    visit: Callable[[], Page],
    hotline_up: Running,
    passwords: Mapping[str, str],
    published: Published,
) -> None:
    newcomer.hold(WITHOUT_PIN)
    paper = newcomer.paper
    desk = Desk(visit(), hotline_up.desk)
    photograph(desk.page, "1-sign-in")
    desk.sign_in("ann", passwords["ann"])
    photograph(desk.page, "2-before-the-shift")
    desk.begin_shift(handset)

    newcomer.page.bring_to_front()
    fail_pin(newcomer)
    expect(newcomer.page.locator("#place")).to_have_text("You are waiting: position 1.")
    desk.page.bring_to_front()
    expect(desk.page.locator(".queue > li")).to_contain_text("keyed 3 wrong PINs")
    photograph(desk.page, "3-somebody-waits")

    desk.take_next()
    for phone in (newcomer.page, handset.page):
        phone.bring_to_front()
        expect(phone.locator("#place")).to_have_text("You are in a conversation with 1 other.")
    desk.page.bring_to_front()
    expect(desk.page.locator(".facts")).to_contain_text("No PIN proved")
    expect(desk.page.locator(".case .why")).to_contain_text("keyed 3 wrong PINs")
    photograph(desk.page, "4-talking")

    desk.verify_otherwise()
    photograph(desk.page, "5-verified")
    desk.open_report()
    desk.enter(paper)
    photograph(desk.page, "6-form")
    desk.check()
    photograph(desk.page, "7-award")
    desk.agree_to_award()
    photograph(desk.page, "8-read-back")
    number = desk.file()
    photograph(desk.page, "9-filed")
    assert re.fullmatch(r"\d{6}", number)
    desk.close("Report filed", "had the PIN of another precinct")
    photograph(desk.page, "10-closed")

    assert published.moved_by(paper)
    newcomer.page.bring_to_front()
    expect(newcomer.page.locator("#state")).to_have_text("Call ended")
    assert kinds("ann", WITHOUT_PIN) == [
        ActivityKind.CALL_TAKEN,
        ActivityKind.UNIT_CLAIMED,
        ActivityKind.CHAIR_VERIFIED_OTHERWISE,
        ActivityKind.REPORT_ENTERED,
        ActivityKind.CALL_ENDED,
    ]


def test_the_desk_is_worked_without_a_mouse(
    newcomer: Newcomer,
    handset: Handset,
    visit: Callable[[], Page],
    hotline_up: Running,
    passwords: Mapping[str, str],
    published: Published,
) -> None:
    newcomer.hold(BY_KEYBOARD)
    paper = newcomer.paper
    desk = Desk(visit(), hotline_up.desk, by_keyboard=True)
    desk.sign_in("ann", passwords["ann"])
    desk.begin_shift(handset)
    newcomer.page.bring_to_front()
    newcomer.call()
    newcomer.key("*0#")

    desk.page.bring_to_front()
    desk.take_next()
    desk.verify_otherwise()
    desk.open_report()
    desk.enter(paper)
    desk.check()
    desk.agree_to_award()
    desk.file()
    desk.close("Report filed", "by keyboard")

    assert published.moved_by(paper)
