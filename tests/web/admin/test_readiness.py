"""The page of what has to be right before the night; in Chromium, in both widths and schemes."""

from __future__ import annotations

import re
from html import unescape

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from hotline.operations.readiness.checks import CheckState, ReadinessCheck
from hotline.operations.readiness.round import Examined, Rounds
from tests.operations.readiness.conftest import line, settings
from tests.operations.readiness.whole import Whole
from tests.served import served
from tests.web.control_pages import Control

__all__ = ["line", "settings"]  # fixtures
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}


@pytest.fixture
def control(line: Whole) -> Control:
    with line.parts.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM account")
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'account'")
    return Control(line.parts)


def test_what_is_wrong_is_said_with_how_to_mend_it(line: Whole, control: Control) -> None:
    line.network.reroute_number(line.number(), {"VoiceFallbackUrl": ""})
    page = unescape(control.page("readiness"))
    # Nobody of the pages' own accounts has a second factor.
    assert "Not ready: 3 wrong, 0 could not be checked." in page
    rows = {
        name: (kind, seen)
        for kind, name, seen in re.findall(
            r'<div class="(\w+)">\s*<dt>([^<]+)</dt>.*?<dd class="seen">(.*?)</dd>', page, re.DOTALL
        )
    }
    assert rows["fallback"] == (
        "wrong",
        "no fallback URL: a call that fails hears a recorded error"
        '<span class="mend">Run hotline twilio provision, look at what would change, and then '
        "with --apply.</span>",
    )
    assert rows["second factor"][0] == "wrong"
    assert rows["signed requests"] == ("ok", "a signed request is answered")


def test_whoever_looks_at_the_same_time_sees_the_same(line: Whole) -> None:
    rounds = Rounds(line.parts)
    assert rounds.look() is rounds.look()


def test_areas_are_put_together() -> None:
    checks = [
        ReadinessCheck(area, name, CheckState.OK, "")
        for area, name in (("A", "1"), ("B", "2"), ("A", "3"))
    ]
    found = Examined(None, checks)  # type: ignore[arg-type]
    assert [(a.name, [c.name for c in a.checks]) for a in found.areas] == [
        ("A", ["1", "3"]),
        ("B", ["2"]),
    ]
    assert (found.count("ok"), found.count("wrong"), found.is_ready) == (3, 0, True)


@pytest.mark.browser
def test_it_fits_and_can_be_read(control: Control, browser: Browser) -> None:
    with served(control.app) as port:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/enter/ada")
        expect(page.locator("body")).to_contain_text("ada")
        for scheme in ("light", "dark"):
            for width, height in SIZES.values():
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(f"http://127.0.0.1:{port}/admin/readiness")
                expect(page.get_by_role("heading", level=1)).to_have_text("Readiness")
                assert not page.evaluate(WIDE), (scheme, width)
                found = Axe().run(page)
                assert not found.response["violations"], found.generate_report()
