"""axe-core on the pages that people work with: nothing serious and nothing critical."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.conftest import Running
from tests.end_to_end.newcomer import Newcomer
from tests.end_to_end.staff import Desk, Handset

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHAIR = "05820"
GRAVE = {"serious", "critical"}
SIZES = {"laptop": (1366, 768), "tablet": (820, 1180)}


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A browser of its own, in which nobody is signed in."""
    context = browser.new_context(locale="en-US", color_scheme=request.param)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds, at both sizes: the rule, what it means, and where."""
    found = []
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for rule in Axe().run(page).response["violations"]:
            if rule["impact"] in GRAVE:
                where = [node["html"] for node in rule["nodes"]]
                found.append(f"{name}: {rule['id']}: {rule['help']}: {where}")
    return found


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><input><img src=x></main>")
    assert {fault.split(": ")[1] for fault in faults(page)} == {"image-alt", "label"}


def test_signing_in(page: Page, hotline_up: Running, passwords: Mapping[str, str]) -> None:
    desk = Desk(page, hotline_up.desk)
    assert not faults(page)
    desk.write(page.get_by_label("Name"), "sue")
    desk.write(page.get_by_label("Password"), "not hers")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert not faults(page)

    desk.write(page.get_by_label("Password"), passwords["sue"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Code")).to_be_visible()
    assert not faults(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    assert not faults(page)


def test_setting_up_the_second_factor(page: Page, hotline_up: Running) -> None:
    name, password = f"new-{secrets.token_hex(4)}", "an-invented-password-of-hers"
    added = ("user", "add", name, "--role=supervisor", "--password-stdin")
    subprocess.run(
        [sys.executable, "-m", "hotline", *added],
        input=password,
        text=True,
        check=True,
        capture_output=True,
    )
    desk = Desk(page, hotline_up.desk)
    desk.write(page.get_by_label("Name"), name)
    desk.write(page.get_by_label("Password"), password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Set up the second factor")).to_be_visible()
    assert not faults(page)


def test_the_desk(
    page: Page,
    visit: Callable[[], Page],
    hotline_up: Running,
    passwords: Mapping[str, str],
) -> None:
    handset = Handset(visit(), hotline_up.handset)
    chair = Newcomer(visit(), hotline_up.handset)
    chair.hold(CHAIR)
    desk = Desk(page, hotline_up.desk)
    desk.sign_in("bo", passwords["bo"])
    assert not faults(page)
    desk.begin_shift(handset)
    assert not faults(page)

    chair.page.bring_to_front()
    chair.call()
    chair.key("*0#")
    page.bring_to_front()
    expect(page.locator(".queue > li")).not_to_have_count(0)
    assert not faults(page)
    desk.take_next()
    _unfold(page)
    assert not faults(page)

    desk.open_report()
    assert not faults(page)
    desk.write(page.get_by_label("Attendance"), "many")
    desk.check()
    expect(page.locator(".problem")).not_to_have_count(0)
    assert not faults(page)
    desk.enter(chair.paper)
    desk.check()
    expect(page.get_by_label("Yes, the same")).to_be_visible()
    assert not faults(page)
    desk.agree_to_award()
    assert not faults(page)

    page.locator("a.home").click()
    _end(desk, chair, handset)


def _end(desk: Desk, chair: Newcomer, handset: Handset) -> None:
    """So that the next test finds nobody at work and nobody waiting."""
    chair.page.bring_to_front()
    chair.hang_up()
    desk.page.bring_to_front()
    expect(desk.page.locator(".hung-up")).to_be_visible()
    assert not faults(desk.page)
    handset.page.bring_to_front()
    handset.page.get_by_role("button", name="Hang up").click()
    expect(handset.page.locator("#state")).to_have_text("Call ended")


def test_every_page_that_the_desk_leads_to(
    page: Page, hotline_up: Running, passwords: Mapping[str, str]
) -> None:
    desk = Desk(page, hotline_up.desk)
    desk.sign_in("ann", passwords["ann"])
    led_to = page.locator("nav a").evaluate_all("all => all.map(one => one.href)")
    assert len(led_to) > 1
    own = [page.url.replace("/desk/", path) for path in ("/account/", "/account/password")]
    for address in (*led_to, f"{hotline_up.desk}unit/{CHAIR}", *own):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        _unfold(page)
        assert not faults(page), address


def test_the_results(page: Page, hotline_up: Running) -> None:
    page.goto(f"{hotline_up.results}?lang=en")
    assert not faults(page)
    _unfold(page)
    assert not faults(page)


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
