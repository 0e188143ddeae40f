"""The overview's pages: words, figures, charts with their numbers, and failed jobs."""

from __future__ import annotations

import csv
import io
import re
import time
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest

from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.lookout import Lookout
from hotline.operations.monitoring.situation import Minute, Situation
from hotline.operations.monitoring.tables import tables
from hotline.operations.reports.load_election import load_election
from hotline.store.admission import wrong_pins
from hotline.store.queues import QueueName
from hotline.web.admin import charts
from tests.conftest import Clock
from tests.operations.acting import CONTESTING, tabulated
from tests.operations.lives import arrive, turned_away
from tests.towns import CODES, caucus, town
from tests.web.admin.areas import NAMES, fail_job
from tests.web.control_pages import SUE, Control


@pytest.fixture
def busy(parts: AppContext, clock: Clock) -> AppContext:
    """A line on which something has happened in the last whole minute."""
    load_election(parts, town(), "test")
    arrive(parts, "CA1", standing="roster", verdict="fast-lane")
    arrive(parts, "CA2", verdict="challenge")
    turned_away(parts, "CA3", reason="penalty")
    turned_away(parts, "CA4", reason="block", standing="roster", last4="0101")
    tabulated(parts, CODES[0], caucus(ash=10), CONTESTING)
    wrong_pins.count(parts.redis, clock())
    ingest_events(parts)
    clock.advance(60)
    return parts


@pytest.fixture
def control(busy: AppContext) -> Control:
    return Control(busy)


def test_what_is_wrong_is_said_first_with_what_to_do(control: Control) -> None:
    page = unescape(control.page(""))

    wrong = page[page.index("<h1>") : page.index("On the line")]
    assert "A chair's telephone, …0101, is turned away: blocked." in wrong
    assert "lift the block" in wrong
    assert "No worker for tabulation" in wrong
    assert "All is well" not in wrong
    assert page.count("A chair's telephone, …0101") == 1


def test_the_figures(control: Control) -> None:
    page = unescape(control.page(""))

    figures = dict(re.findall(r"<dt>(.*?)</dt><dd><b>(.*?)</b>", page))
    assert figures["On the line"] == "0 of 250"
    assert figures["Precincts reported"] == "1 of 6"
    assert figures["Reports in five minutes"] == "1"
    assert figures["Wrong PINs in five minutes"] == "1"
    assert "19:00 CST …0101, on the roster: blocked" in page


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_has_its_words_its_numbers_and_a_file_of_them(
    control: Control, name: str
) -> None:
    page = control.page("")
    assert f'href="/admin/charts/{name}"' in page
    assert f'href="/admin/charts/{name}.csv"' in page
    (said,) = re.findall(rf'data-chart="{name}">.*?alt="(.*?)"', page)
    assert len(said) > 20

    numbers = control.page(f"charts/{name}")
    assert said in numbers

    answer = control.client.get(f"/admin/charts/{name}.csv")
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert answer.mimetype == "text/csv"
    assert rows
    for cell in (*head, *rows[-1]):
        assert f">{cell}</t" in numbers


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ink", ["", "&ink=dark"])
def test_a_chart_is_an_image_that_needs_nothing_else(control: Control, name: str, ink: str) -> None:
    answer = control.client.get(f"/admin/charts/{name}.svg?v=1{ink}")

    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == charts.CONTENT_POLICY
    tree = ElementTree.fromstring(answer.data)
    tags = {one.tag.rpartition("}")[2] for one in tree.iter()}
    assert not tags & {"script", "image", "use", "foreignObject", "a"}
    references = re.findall(r"url\((.*?)\)|href=\"(.*?)\"|@import", answer.text)
    assert {found for found, _ in references} <= {f"#p{n}" for n in range(5)}
    again = control.client.get(
        f"/admin/charts/{name}.svg?v=1{ink}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_dark_ink_is_another(control: Control) -> None:
    light, dark = (
        control.client.get(f"/admin/charts/calls.svg?v=1{ink}").data for ink in ("", "&ink=dark")
    )
    assert light != dark


def test_there_is_no_other_chart(control: Control) -> None:
    for path in ("charts/others", "charts/others.csv", "charts/others.svg"):
        control.page(path, 404)


def test_what_has_not_changed_is_not_sent_again(busy: AppContext, clock: Clock) -> None:
    control = Control(busy, Lookout(DeskServices(busy), timedelta(0)))
    first = control.client.get("/admin/state")
    assert set(first.json["parts"]) == {"problems", "figures", "machinery"}
    assert set(first.json["charts"]) == set(NAMES)
    assert first.json["said"].startswith("Wrong: A chair is turned away; ")

    known = {"If-None-Match": first.headers["ETag"]}
    assert control.client.get("/admin/state", headers=known).status_code == 304

    tabulated(busy, CODES[1], caucus(ash=7))
    for _ in range(500):  # a look is made again some time after it was made
        second = control.client.get("/admin/state", headers=known)
        if second.status_code == 200:
            break
        time.sleep(0.01)
    assert "2 of 6" in second.json["parts"]["figures"]


def test_all_who_look_at_once_share_one_look(busy: AppContext) -> None:
    lookout = Lookout(DeskServices(busy), timedelta(minutes=10))
    control = Control(busy, lookout)
    before = control.client.get("/admin/state").json

    tabulated(busy, CODES[1], caucus(ash=7))

    assert control.client.get("/admin/state").json == before


def test_a_part_that_is_silent_is_named_and_its_figures_are_not_known(control: Control) -> None:
    silent = Situation(control.parts.now(), frozenset({"database", "redis"}))
    control.lookout.look = lambda: silent  # type: ignore[method-assign]

    page = unescape(control.page(""))

    assert "The database does not answer." in page
    assert "Redis does not answer." in page
    figures = dict(re.findall(r"<dt>(.*?)</dt><dd><b>(.*?)</b>", page))
    assert set(figures.values()) == {"not known"}


def test_charts_are_drawn_of_nothing_and_of_much(clock: Clock) -> None:
    much = [
        Minute(
            clock() + timedelta(minutes=n),
            {("fast-lane", "roster"): 10**6, ("admit", "unknown"): n},
            {("room", "unknown"): 10**7},
            filed=n,
        )
        for n in range(60)
    ]
    for minutes in ([], much):
        for table in tables(Situation(clock(), minutes=minutes), town().zone).values():
            assert ElementTree.fromstring(charts.draw(table)).tag.endswith("svg")


def test_failed_jobs_are_listed_and_queued_again(control: Control) -> None:
    assert "No job has failed." in control.page("jobs")
    fail_job(control.parts)

    page = unescape(control.page("jobs"))
    assert "ValueError: the carrier does not like …0142" in page

    page = control.does("jobs/messages/retry", back="/admin/jobs")
    assert "1 job is queued again." in page
    assert control.parts.queue(QueueName.MESSAGES).count == 1
    page = control.does("jobs/messages/retry", back="/admin/jobs")
    assert "No job of messages is waiting to be queued again." in page


def test_the_overview_leads_to_the_jobs_that_failed(control: Control) -> None:
    fail_job(control.parts)

    page = control.page("")

    assert "1 job failed" in page
    assert 'href="/admin/jobs">Look, and queue again</a>' in page


@pytest.mark.parametrize("path", ["", "state", "charts/calls", "charts/calls.svg", "jobs"])
def test_it_is_for_administrators(control: Control, path: str) -> None:
    asked = {"Accept": "application/json"}
    assert control.client.get(f"/admin/{path}", headers=asked).status_code == 200
    control.actor = SUE
    assert control.client.get(f"/admin/{path}", headers=asked).status_code == 403
