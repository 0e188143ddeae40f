"""How the reviewers' pages look in a browser."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.faults import SMALL, TWICE, UNNAMED, WIDE

SIZES = {"laptop": (1280, 800), "telephone": (390, 844)}


GRAVE = {"serious", "critical"}


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands, at both sizes; each in another scheme."""
    page.wait_for_load_state()  # a click returns before the styles of the next page are there
    found = [*page.evaluate(UNNAMED), *page.evaluate(TWICE)]
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light" if size == "laptop" else "dark")
        if page.evaluate(WIDE):
            found.append(f"{size}: the page scrolls sideways")
        found += [f"{size}: too small: {one}" for one in page.evaluate(SMALL)]
        for rule in Axe().run(page).response["violations"]:
            if rule["impact"] in GRAVE:
                where = [node["html"] for node in rule["nodes"]]
                found.append(f"{size}: {rule['id']}: {rule['help']}: {where}")
        if folder := os.environ.get("HOTLINE_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{size}.png", full_page=True)
    return found
