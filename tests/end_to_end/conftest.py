"""Hotline as a newcomer has it: `hotline up` from nothing, and a browser on its pages."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.rehearsal.alone import alone
from hotline.supervisor import people
from tests.end_to_end.newcomer import Newcomer
from tests.end_to_end.published import Published

expect.set_options(timeout=15_000)  # milliseconds: a whole system may run on a busy machine


@dataclass(frozen=True)
class Running:
    """Where a running system is to be found."""

    results: str
    handset: str
    desk: str


@pytest.fixture(scope="package")
def hotline_up() -> Iterator[Running]:
    with alone():
        port = int(os.environ["PORT"])
        here = f"http://127.0.0.1:{port}"
        yield Running(f"{here}/results", f"http://127.0.0.1:{port + 1}/", f"{here}/desk/")


@pytest.fixture(scope="package")
def passwords(hotline_up: Running) -> dict[str, str]:
    """Of the people whom `hotline up` makes to try the desk as, by name."""
    made = json.loads((Path(os.environ["HOTLINE_VAR"]) / people.FILE).read_text())
    return {person["name"]: person["password"] for person in made}


@pytest.fixture
def visit(browser: Browser, hotline_up: Running) -> Iterator[Callable[[], Page]]:
    """Opens a page of one browser; whatever that complains about fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    complaints: list[str] = []

    def open_one() -> Page:
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    context.close()
    assert not complaints


@pytest.fixture
def newcomer(visit: Callable[[], Page], hotline_up: Running) -> Newcomer:
    """Somebody who has just opened the handset page."""
    return Newcomer(visit(), hotline_up.handset)


@pytest.fixture
def published(newcomer: Newcomer, hotline_up: Running) -> Published:
    return Published(newcomer.page, hotline_up.results)
