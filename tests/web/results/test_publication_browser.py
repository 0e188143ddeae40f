"""The pages of publication in Chromium: at both sizes, in both schemes, in every state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from hotline.operations.context import AppContext
from hotline.operations.publication import orders as ordering
from hotline.operations.publication.orders import WantedOrder
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.store.enums import PublicationMode
from tests.operations.acting import published, tabulated, tamper
from tests.served import served
from tests.towns import CODES, caucus, town
from tests.web.control_pages import ADA, Control
from tests.web.desk.looks import _look

SIZES = {"laptop": (1280, 800), "phone": (390, 844)}

pytestmark = pytest.mark.browser


@pytest.fixture
def control(parts: AppContext) -> Control:
    """Approval is needed, and something waits for it."""
    load_election(parts, town(), "test")
    open_ledger(parts, is_test=False, by="test")
    tabulated(parts, CODES[0], caucus(12, 8))
    published(parts)
    ordering.give(parts, ADA, WantedOrder(PublicationMode.APPROVAL), "the committee decided so")
    tabulated(parts, CODES[1], caucus(30, 40, 5))
    return Control(parts)


@pytest.fixture
def site(control: Control) -> Iterator[str]:
    with served(control.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(("size", "scheme"), [("laptop", "light"), ("phone", "dark")])
def test_every_state_can_be_read_and_pressed(
    browser: object, site: str, control: Control, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": width, "height": height}, color_scheme=scheme
    )
    context.set_default_timeout(10_000)
    page: Page = context.new_page()
    assert context.request.get(f"{site}/enter/ada").ok

    page.goto(f"{site}/admin/publication")
    expect(page.get_by_role("cell", name="+30", exact=True).first).to_be_visible()
    _look(page, "waiting")
    page.get_by_label("Why").fill("because")
    page.get_by_role("button", name="Order it").click()
    expect(page.locator("main").get_by_role("alert")).to_contain_text("It is so already.")
    expect(page.get_by_label("Why")).to_have_value("because")
    _look(page, "a bad order")
    page.goto(f"{site}/admin/publication")
    page.get_by_role("button", name="Approve: publish exactly this").click()
    expect(page.locator(".done")).to_contain_text("Published as number 2")
    _look(page, "approved")
    page.goto(f"{site}/admin/publication/certify")
    expect(page.locator("main").get_by_role("alert")).to_contain_text(
        "They cannot be certified now."
    )
    _look(page, "not to be certified")
    for code in CODES[2:]:
        tabulated(control.parts, code, caucus(3, 4))
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("button", name="Certify and publish")).to_be_visible()
    _look(page, "to be certified")
    tamper(control.parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
    publish_now(control.parts)
    page.goto(f"{site}/admin/publication")
    expect(page.locator("main").get_by_role("alert").first).to_contain_text("number 2 stands")
    _look(page, "refused")
    context.close()
