"""The desk in Chromium: by keyboard alone, while the queue changes, in both sizes and schemes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from hotline.election.model import Election
from hotline.operations.context import Parts, utc_now
from hotline.operations.reports.load_election import load_election
from hotline.store.database import reading, writing
from hotline.store.desk.waiting import Class
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from hotline.store.schema.tables import report
from tests.operations.desk.test_story import called
from tests.web.desk_pages import ANN, PHONE, SUE, UNIT, Desks
from tests.web.results.test_results_browser import ARGUMENTS, CHROMIUM

SIZES = {"laptop": (1366, 768), "tablet": (820, 1180)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium at /usr/bin/chromium"),
]

UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), textarea, button, a")]
    .filter(one => !(one.labels && one.labels.length) && !one.getAttribute("aria-label")
        && !one.textContent.trim()).map(one => one.outerHTML)"""
TWICE = """() => { const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
    return ids.filter((id, n) => ids.indexOf(id) !== n); }"""
LOST = """() => [...document.querySelectorAll("[aria-describedby]")]
    .filter(one => !document.getElementById(one.getAttribute("aria-describedby")))
    .map(one => one.outerHTML)"""
SMALL = """() => [...document.querySelectorAll("button, .button, input:not([type=hidden])")]
    .filter(one => one.offsetParent && !one.matches("[type=radio], [type=checkbox]")
        && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"""
PALE = """() => {
    const parse = text => { const found = text.match(/[\\d.]+/g).map(Number);
        return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 }; };
    const light = rgb => { const [r, g, b] = rgb.map(v => (v /= 255) <= 0.03928
        ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const ground = one => { for (; one; one = one.parentElement) {
        const found = parse(getComputedStyle(one).backgroundColor);
        if (found.alpha > 0) return found.rgb; } return [255, 255, 255]; };
    const pale = [];
    for (const one of document.querySelectorAll("body *")) {
        const own = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || !one.offsetParent) continue;
        const [a, b] = [light(parse(getComputedStyle(one).color).rgb), light(ground(one))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) pale.push(`${ratio.toFixed(1)} ${one.outerHTML.slice(0, 90)}`);
    }
    return pale;
}"""
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def desks(parts: Parts, town: Election) -> Desks:
    real = Parts(parts.settings, parts.engine, parts.redis, utc_now)
    load_election(real, replace(town, chairs_line="+15155550100"), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva North", (PHONE,))])
    desks = Desks(real)
    called(real, "40#", "20*19*0#", "1")
    desks.waits("CA1")
    desks.waits("CA2", Class.UNKNOWN, unit="", last4="0142", number="")
    desks.begins(ANN)
    desks.begins(SUE)
    return desks


@pytest.fixture
def site(desks: Desks) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, desks.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Ann's desk. Whatever the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    assert context.request.get(f"{site}/enter/ann").ok
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/desk/")
    yield page
    context.close()
    assert not complaints


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


def _look(page: Page, path: str) -> None:
    page.wait_for_load_state()  # a click returns before the styles of the next page are there
    for wrong in (UNNAMED, TWICE, LOST, SMALL, PALE):
        assert page.evaluate(wrong) == [], path
    assert not page.evaluate(WIDE), path
    assert page.locator("h1").count() == 1, path
