"""Blocked numbers, switches, limits and drills in Chromium: read and pressed in both sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.operations.admission import block_requests, limits
from hotline.operations.admission.switches import Switch, turn_on
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext, utc_now
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations import lives
from tests.served import served
from tests.towns import CODES, town
from tests.web.control_pages import BEN, Control
from tests.web.faults import LOST, PALE, SMALL, TWICE, UNNAMED, WIDE

SIZES = {"laptop": (1280, 800, "light"), "phone": (390, 844, "dark")}
CHAIR, STRANGER = "+15155550101", "+15155550142"

pytestmark = pytest.mark.browser


@pytest.fixture
def control(parts: AppContext) -> Control:
    real = AppContext(parts.settings, parts.engine, parts.redis, utc_now)
    load_election(real, replace(town(), chairs_line="+15155550100"), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, "town", [Chair(CODES[0], "Alva North", (CHAIR,))])
    for n in range(40):
        number = f"+131255501{n % 10:02}"
        lives.arrive(real, f"CA{n}", caller=f"key{n % 10}")
        lives.to_person(real, f"CA{n}", caller=f"key{n % 10}", number=number)
    ingest_events(real)
    return Control(real)


@pytest.fixture
def site(control: Control) -> Iterator[str]:
    with served(control.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(params=SIZES)
def page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An administrator's browser. Whatever it complains about fails the test."""
    width, height, scheme = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    assert context.request.get(f"{site}/enter/ada").ok
    yield page
    context.close()
    assert [text for text in complaints if "422" not in text] == []


def look(page: Page, name: str) -> None:
    page.wait_for_load_state()
    for wrong in (UNNAMED, TWICE, LOST, SMALL, PALE):
        assert page.evaluate(wrong) == [], name
    assert not page.evaluate(WIDE), name
    assert page.locator("h1").count() == 1, name


def test_a_block_from_its_suggestion_to_its_lifting(
    page: Page, site: str, control: Control
) -> None:
    page.goto(f"{site}/admin/blocks")
    expect(page.get_by_text("+1312555010* made 40 calls")).to_be_visible()
    look(page, "suggested")

    page.get_by_role("button", name="Look at it +").click()
    expect(page.get_by_role("heading", name="Block +1312555010*")).to_be_visible()
    look(page, "preview")
    page.get_by_role("button", name="Block it").click()

    expect(page.locator(".done")).to_contain_text("+1312555010 are blocked")
    page.get_by_text("Let it in again, or another end").click()
    look(page, "blocked")
    page.locator("[id^=lift-]").fill("it was a survey")
    page.get_by_role("button", name="Let it in again").click()
    expect(page.get_by_text("Nothing is blocked.")).to_be_visible()


def test_a_chairs_number_waits_for_somebody_else(page: Page, site: str, control: Control) -> None:
    page.goto(f"{site}/admin/blocks")
    page.get_by_label("Number, or the beginning").fill(CHAIR)
    page.get_by_role("button", name="Look at whom").click()
    expect(page.get_by_text("telephone ending in 0101")).to_be_visible()
    look(page, "preview")
    page.get_by_label("Why").fill("sings")
    page.get_by_role("button", name="Ask a second person").click()
    expect(page.get_by_role("heading", name="Waiting for a second person")).to_be_visible()
    look(page, "asked")

    [request] = block_requests.waiting(control.parts)
    assert page.context.request.get(f"{site}/enter/ben").ok
    page.goto(f"{site}/admin/blocks/asked")
    look(page, "to agree to")
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_text("Nobody waits for a second person.")).to_be_visible()
    assert request.by == "ada"


def test_what_is_wrong_with_a_block_or_a_file(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/blocks")
    page.get_by_label("Number, or the beginning").fill("+1*")
    page.get_by_role("button", name="Look at whom").click()
    expect(page.get_by_role("alert")).to_contain_text("Too many numbers begin so")
    look(page, "wrong number")

    page.goto(f"{site}/admin/blocks")
    text = f"pattern,reason\n{STRANGER},shouts\n+1*,all of them\n".encode()
    page.get_by_label("CSV").set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": text}
    )
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("Line 3: too many numbers begin so")).to_be_visible()
    look(page, "wrong file")
    page.get_by_role("button", name="Apply the good rows only").click()
    expect(page.locator(".done")).to_contain_text("1 blocks are made, 1 rows left out")


def test_a_limit_is_looked_at_changed_and_taken_back(
    page: Page, site: str, control: Control
) -> None:
    limits.change(control.parts, "line_guesses", 90, BEN, "a long reason " * 10)
    page.goto(f"{site}/admin/limits")
    expect(page.get_by_role("heading", name="Room on the line")).to_be_visible()
    look(page, "limits")

    page.get_by_role("link", name="Change Calls at once").click()
    page.get_by_label("New value").fill("100000000")
    page.get_by_role("button", name="Look at what it means").click()
    expect(page.get_by_role("alert")).to_contain_text("from 1 to 100000 calls")
    look(page, "refused")
    page.get_by_label("New value").fill("2")
    page.get_by_role("button", name="Look at what it means").click()
    expect(page.get_by_text("The line is made for 2 calls at once.")).to_be_visible()
    look(page, "limit")
    page.get_by_label("Why").fill("the line is small")
    page.get_by_role("button", name="Change it to 2 calls").click()
    expect(page.locator(".done")).to_contain_text("2 calls from now on")

    page.goto(f"{site}/admin/limits")
    page.get_by_role("button", name="Undo: back to 250 calls").click()
    expect(page.locator(".done")).to_contain_text("250 calls from now on")


def test_intake_is_closed_once_it_was_heard_and_a_drill_begun(
    page: Page, site: str, control: Control
) -> None:
    turn_on(control.parts, Switch.ROSTER_ONLY, BEN, "strangers")
    page.goto(f"{site}/admin/switches")
    expect(page.get_by_role("heading", name="Roster only: on")).to_be_visible()
    look(page, "switches")

    page.get_by_role("button", name="Look at what callers would hear").click()
    expect(page.get_by_text("English: about")).to_be_visible()
    look(page, "closing")
    page.get_by_label("Why, for the records").fill("all are in")
    page.get_by_role("button", name="Close intake now").click()
    expect(page.get_by_role("heading", name="Intake closed: on")).to_be_visible()
    look(page, "closed")

    page.get_by_role("link", name="Begin a drill").click()
    expect(page.get_by_role("heading", name="Begin a drill?")).to_be_visible()
    look(page, "drill")
    page.get_by_label("Why").fill("staff practise")
    page.get_by_role("button", name="Begin the drill now").click()
    expect(page.get_by_role("heading", name="A drill is on")).to_be_visible()
    look(page, "in a drill")
