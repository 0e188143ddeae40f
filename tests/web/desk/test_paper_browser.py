"""Paper and photographs at the desk in Chromium: by keyboard alone, in both sizes and schemes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.operations.desk.entry.pictures import fetch_picture
from hotline.store.database import reading, writing
from hotline.store.desk import images
from hotline.store.desk.images import Arrival
from hotline.store.schema.tables import report
from tests.operations.desk.entry.sheets import form
from tests.pictures import HTML, picture
from tests.web.desk.looks import SIZES, _look
from tests.web.desk.sheets import NEW, OTHER, RIGHT, keyed
from tests.web.desk_pages import ANN, BO, UNIT, Desks

pytestmark = pytest.mark.browser


@pytest.fixture
def differing(desks: Desks) -> Desks:
    """A paper about which two differ, and one that waits for a second person."""
    keyed(desks, ANN, RIGHT).press("keep")
    keyed(desks, BO, OTHER, "/desk/paper/1/key").press("keep")
    keyed(desks, BO, form(30, {"ash": 15, "birch": 15}, {"ash": 15, "birch": 15})).press("keep")
    return desks


@pytest.fixture
def pictured(desks: Desks) -> Desks:
    """Pictures of every kind: attached, to be attached, in quarantine, refused."""
    parts = desks.board.parts
    sheet = picture("PNG", (1_200, 1_600))

    class Kept:
        def fetch(self, url: str) -> bytes:
            return HTML if url == "no picture" else sheet

    for number, (units, url) in enumerate(
        [((UNIT,), "a"), ((UNIT, "10002"), "b"), ((), "c"), ((UNIT,), "no picture")]
    ):
        ledger_id = parts.election().ledger_id
        arrival = Arrival(ledger_id, f"MM{number}", 0, url, parts.now(), "key", "0101", units)
        with writing(parts.engine) as connection:
            added = images.add_image(connection, arrival)
        assert added == number + 1
        fetch_picture(parts, Kept(), added)
    return desks


def test_a_paper_is_keyed_by_keyboard_alone(page: Page, site: str, desks: Desks) -> None:
    keyed(desks, BO, RIGHT).press("keep")
    page.goto(f"{site}/desk/paper")
    _tab_to(page, "a[href='/desk/paper/1/key']")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are the second person.")).to_be_visible()
    for name, count in RIGHT.items():
        _tab_to(page, f"[name='{name}']")
        page.keyboard.type(count)
    page.keyboard.press("Enter")
    expect(page.locator(".objection input").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Compare this with the paper")).to_be_visible()
    _tab_to(page, "#keep")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Both agree")).to_be_visible()
    with reading(desks.board.parts.engine) as connection:
        [row] = connection.execute(select(report)).all()
    assert row.figures["president"]["first"] == {"ash": 20, "birch": 20}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_can_be_read_and_pressed(
    page: Page, site: str, differing: Desks, pictured: Desks, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    paths = ["paper", "paper/1", "paper/1/key", "paper/2", "paper/2/key", NEW[6:]]
    paths += ["images", "images/quarantine", *(f"images/{n}" for n in (1, 2, 3, 4))]

    for name in ("ann", "sue"):
        assert page.context.request.get(f"{site}/enter/{name}").ok
        for path in paths if name == "ann" else ("paper/1", "paper/2", "images/3"):
            page.goto(f"{site}/desk/{path}")
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            _look(page, path)
            broken = "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).length"
            page.evaluate("() => Promise.all([...document.images].map(i => i.decode()))")
            assert page.evaluate(broken) == 0, path


def _tab_to(page: Page, wanted: str) -> None:
    for _ in range(60):
        if page.evaluate("one => document.activeElement.matches(one)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not get to {wanted}")
