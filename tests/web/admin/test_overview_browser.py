"""The overview in Chromium: in both sizes and both schemes, while the line changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext, utc_now
from hotline.operations.reports.load_election import load_election
from tests.operations.acting import tabulated
from tests.operations.lives import arrive, turned_away
from tests.served import served
from tests.towns import CODES, caucus, town
from tests.web.admin.areas import NAMES, fail_job
from tests.web.control_pages import Control
from tests.web.faults import SMALL, UNNAMED, WIDE

SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
GRAVE = {"serious", "critical"}

pytestmark = pytest.mark.browser


@pytest.fixture
def control(parts: AppContext) -> Control:
    real = AppContext(parts.settings, parts.engine, parts.redis, utc_now)
    load_election(real, town(), "test")
    for number in range(3):
        arrive(real, f"CA{number}", after=-90, standing="roster", verdict="fast-lane")
        turned_away(real, f"CAx{number}", reason="penalty")
    ingest_events(real)
    tabulated(real, CODES[0], caucus(ash=10))
    fail_job(real)
    return Control(real)


@pytest.fixture
def site(control: Control) -> Iterator[str]:
    with served(control.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of Ada's. Whatever the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(path: str = "", size: str = "laptop", **how: object) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **how)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        assert context.request.get(f"{site}/enter/ada").ok
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/admin/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_it_fits_and_can_be_read(open_page: Callable[..., Page], size: str, scheme: str) -> None:
    page = open_page(size=size, color_scheme=scheme)

    images = page.locator(".chart img")
    expect(images).to_have_count(len(NAMES))
    for number in range(len(NAMES)):
        image = images.nth(number)
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        source = str(image.evaluate("one => one.naturalWidth > 0 && one.currentSrc"))
        assert ("ink=dark" in source) is (scheme == "dark"), source
    assert not page.evaluate(WIDE)
    assert not page.evaluate(SMALL)
    assert not page.evaluate(UNNAMED)
    violations = Axe().run(page).response["violations"]
    assert not [(one["id"], one["nodes"]) for one in violations if one["impact"] in GRAVE]


@pytest.mark.parametrize("path", ["jobs", "charts/calls"])
def test_so_do_the_pages_that_it_leads_to(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(path)

    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert not page.evaluate(WIDE)
        assert not page.evaluate(SMALL)
    violations = Axe().run(page).response["violations"]
    assert not [(one["id"], one["nodes"]) for one in violations if one["impact"] in GRAVE]


def test_it_changes_while_it_is_open(open_page: Callable[..., Page], control: Control) -> None:
    page = open_page()
    figures = page.locator('[data-live="figures"]')
    expect(figures).to_contain_text("1 of 6")
    page.evaluate("window.sameDocument = true")

    tabulated(control.parts, CODES[1], caucus(ash=7))

    expect(figures).to_contain_text("2 of 6")
    expect(page.locator("#said")).to_contain_text("Wrong: ")
    assert page.evaluate("window.sameDocument")


def test_without_its_script_it_says_the_same(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)

    expect(page.locator('[data-live="problems"]')).to_contain_text("No worker for tabulation")
    expect(page.locator(".chart img")).to_have_count(len(NAMES))
    page.get_by_role("link", name="Look, and queue again").click()
    page.get_by_role("button", name="Queue it again").click()
    expect(page.locator(".done")).to_have_text("1 job is queued again.")
