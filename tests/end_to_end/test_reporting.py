"""A chair reports from the handset page, and the public page moves."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hotline.calls.prompts import Prompt
from tests.end_to_end.conftest import Running
from tests.end_to_end.newcomer import Newcomer
from tests.end_to_end.published import Published

pytestmark = pytest.mark.browser

CHAIR = "04222"
AWAY_FROM_HOME = "04246"
SPANISH_SPEAKER = "05115"
"""Units of the public record whose reports are short, and whose chairs report no other."""


def test_the_first_call_of_a_newcomer(
    newcomer: Newcomer, published: Published, visit: Callable[[], Page], hotline_up: Running
) -> None:
    paper = newcomer.paper
    assert not newcomer.texts

    newcomer.call()
    newcomer.report()

    [number] = re.findall(r"Confirmation number ((?:\d, ){5}\d)", newcomer.heard)
    text = newcomer.page.locator("#texts li")
    expect(text).to_contain_text(f"Confirmation number {number.replace(', ', '')}.")
    assert published.moved_by(paper)
    newcomer.key("2")
    expect(newcomer.page.locator("#state")).to_have_text("Call ended")

    results = visit()
    results.goto(f"{hotline_up.results}?lang=en")
    expect(results.get_by_text("TEST DATA").first).to_be_visible()
    expect(results.get_by_text("Unofficial, partial")).to_be_visible()
    assert shown(results) == published.shown()


def shown(results: Page) -> dict[str, dict[str, str]]:
    """The counts on the page: by measure, by candidate, without the zeros it folds away."""
    rows = "rows => rows.map(row => ['.name', '.value'].map(s => row.querySelector(s).innerText))"
    return {
        measure: {
            name.strip(): value.replace(",", "")
            for name, value in results.locator(f"#president-{measure} ol > li").evaluate_all(rows)
        }
        for measure in ("first", "final", "sde")
    }


def test_a_dropped_call_goes_on_where_it_stopped(newcomer: Newcomer, published: Published) -> None:
    newcomer.hold(CHAIR)
    newcomer.call()
    newcomer.report(until="Klobuchar.")
    newcomer.hang_up()

    newcomer.call()
    newcomer.key(newcomer.paper.pin)
    assert newcomer.hears(Prompt.RESUME)
    newcomer.key("1")

    assert newcomer.heard.endswith("Klobuchar.")
    newcomer.report()
    assert published.moved_by(newcomer.paper)


def test_a_phone_that_nobody_knows_needs_code_and_pin(
    newcomer: Newcomer, published: Published
) -> None:
    newcomer.hold(AWAY_FROM_HOME)
    newcomer.hold("An unknown phone")
    newcomer.by_column = True
    newcomer.call()
    assert newcomer.hears(Prompt.CODE)

    newcomer.report()

    assert published.moved_by(newcomer.paper)
    newcomer.hang_up()
    assert not newcomer.texts
    newcomer.hold(AWAY_FROM_HOME)
    expect(newcomer.page.locator("#texts li")).to_have_count(1)


@pytest.mark.slow
def test_in_spanish(newcomer: Newcomer, published: Published) -> None:
    newcomer.hold(SPANISH_SPEAKER)
    newcomer.call()
    assert "Español" in newcomer.heard

    newcomer.key("9#")
    newcomer.language = "es"
    newcomer.report()

    assert "Número de confirmación" in newcomer.heard
    spoken = newcomer.page.locator("#transcript li[lang=es]").count()
    assert spoken > 15
    assert published.moved_by(newcomer.paper)
