from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from hotline.election.model import Election
from hotline.operations.context import AppContext, utc_now
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.desk.waiting import Class
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations.desk.telephoned import called
from tests.served import served
from tests.web.desk_pages import ANN, PHONE, SUE, UNIT, Desks
from tests.web.messenger import OTHER, TWO
from tests.web.switchboard import CHAIR, LINE, Desk, desk, settings_of


@pytest.fixture
def desks(parts: AppContext, town: Election) -> Desks:
    real = AppContext(parts.settings, parts.engine, parts.redis, utc_now)
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
    with served(desks.app) as port:
        yield f"http://127.0.0.1:{port}"


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


@pytest.fixture
def whole(parts: AppContext, town: Election) -> Iterator[Desk]:
    load_election(parts, replace(town, chairs_line=LINE), "test")
    chairs = [
        Chair(UNIT, "Alva North", (CHAIR,)),
        Chair(UNIT, "Bea South", (TWO,)),
        Chair(OTHER, "Bea South", (TWO,)),
    ]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, chairs)
    settings = settings_of(parts.settings.var, parts.settings.pin_pepper.get_secret_value())
    with desk(AppContext(settings, parts.engine, parts.redis, parts.now)) as made:
        yield made
