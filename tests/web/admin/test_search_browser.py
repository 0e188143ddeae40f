"""Calls and activity in Chromium, in both sizes and schemes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.admission import switches
from hotline.operations.admission.switches import Switch
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext, utc_now
from hotline.operations.reports.load_election import load_election
from hotline.store.database import transact
from tests.operations.lives import arrive, end, to_person, turned_away, verify
from tests.served import served
from tests.towns import CODES, town
from tests.web.control_pages import ADA, Control
from tests.web.faults import LOST, PALE, SMALL, TWICE, UNNAMED, WIDE

SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
SHOWN = {
    "calls": "calls",
    "wrong": "calls?digits=12&since=then&outcome=filed",
    "none": "calls?line=public",
    "call": "calls/CA2",
    "activity": "activity",
}

pytestmark = pytest.mark.browser


@pytest.fixture
def site(parts: AppContext) -> Iterator[str]:
    """Sixty calls and what was done about some of them."""
    real = AppContext(parts.settings, parts.engine, parts.redis, utc_now)
    load_election(real, town(), "test")
    for number in range(57):
        turned_away(real, f"CA{number + 3}", caller="another-caller-1")
    arrive(real, "CA1", standing="roster", verdict="fast-lane")
    verify(real, "CA1", unit=CODES[0])
    end(real, "CA1", seconds=100)
    arrive(real, "CA2")
    to_person(real, "CA2")
    ingest_events(real, rest=0)
    control = Control(real)
    switches.turn_on(real, Switch.INTAKE_CLOSED, ADA, "all are in", {"en": "We are closed."})
    _note(real)
    with served(control.app) as port:
        yield f"http://127.0.0.1:{port}"


def _note(parts: AppContext) -> None:
    transact(
        parts.engine,
        lambda each: log_activity(
            each,
            parts,
            ADA,
            ActivityKind.ROSTER_EDITED,
            call_sid="CA2",
            unit=CODES[0],
            before={"name": "Alva North", "phones": ["0101"]},
            after={"name": "Alva North", "phones": ["0101", "0102"]},
            note="said so on the telephone",
        ),
    )


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """An administrator's. Whatever the browser complains about fails the test."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    assert context.request.get(f"{site}/enter/ada").ok
    page.on("console", lambda m: _is_ours(m.type, m.text) and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


def _is_ours(kind: str, text: str) -> bool:
    return kind == "error" and "422" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_stand_in_both_sizes_and_schemes(
    page: Page, site: str, size: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    for name, path in SHOWN.items():
        page.goto(f"{site}/admin/{path}")
        expect(page.locator("h1")).to_have_count(1)
        for look in (UNNAMED, TWICE, LOST, SMALL, PALE):
            assert page.evaluate(look) == [], (name, look)
        assert not page.evaluate(WIDE), name
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{size}-{scheme}.png", full_page=True)


def test_a_search_by_keyboard_and_on_to_the_next_page(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/calls")
    page.get_by_label("Number: last four digits").fill("0142")
    page.get_by_label("What came of it").select_option("turned-away")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Search").press("Enter")

    expect(page.get_by_text("57 calls found, the newest first.")).to_be_visible()
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".calls tbody tr")).to_have_count(7)
    expect(page.get_by_label("Number: last four digits")).to_have_value("0142")
    page.get_by_role("link", name="Newer").click()
    expect(page.locator(".calls tbody tr")).to_have_count(50)


def test_a_file_is_downloaded(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/calls?outcome=person")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download (CSV)").click()

    text = Path(download.value.path()).read_text()
    assert [line.split(",")[0] for line in text.splitlines()] == [
        "\ufeffsid",
        "CA2",
    ]  # the mark by which spreadsheets know UTF-8
