from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.alerts import WATCHED_AT, Watch
from hotline.operations.monitoring.rules import TEXTS, WATCHED
from hotline.operations.reports.load_election import load_election
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind
from hotline.store.monitoring import incidents
from hotline.store.monitoring.incidents import Incident
from tests.conftest import Clock
from tests.web.control_pages import ADA, SUE, Control

PHONE = "+15155550142"


@pytest.fixture
def control(parts: AppContext, town: Election) -> Control:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    settings = parts.settings.model_copy(
        update={
            "alert_url": "https://hooks.example.org/t/secret-token",
            "alert_secret": SecretStr("s"),
        }
    )
    return Control(AppContext(settings, parts.engine, parts.redis, parts.now))


def goes_wrong(control: Control, said: str = "Chairs wait 4 min", subject: str = "") -> None:
    with writing(control.parts.engine) as connection:
        new = Incident(0, "chairs-wait", subject, said, control.parts.now())
        assert incidents.begin(connection, new)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section aria-labelledby="{name}">(.*?)</section>', page, re.S)
    assert found is not None
    return found[1]


def test_every_rule_is_there_with_its_threshold(control: Control) -> None:
    rules = section(control.page("alerts"), "rules")

    for rule in WATCHED:
        assert f'<th scope="row">{TEXTS[rule].title}</th>' in rules
    assert 'href="/admin/limits/alert_chairs_wait_minutes">4 minutes<' in rules
    assert "90%" in rules


def test_a_number_is_shown_by_its_last_digits_once_it_is_saved(control: Control) -> None:
    page = control.does("alerts/people", who="ben", phone="(515) 555-0142")

    assert "Ben gets alerts at …0142." in page or "ben gets alerts at …0142." in page
    people = section(page, "people")
    assert "ben</strong>, by text message to …0142" in people
    assert PHONE not in page
    assert "555-0142" not in page
    with reading(control.parts.engine) as connection:
        (entry, *_) = activity.latest(connection, 1)
    assert entry.kind is ActivityKind.ALERT_PEOPLE_CHANGED
    assert entry.after == {"name": "ben", "phone": "0142"}


@pytest.mark.parametrize("phone", ["12", "nobody", "+15155550100"])
def test_what_was_written_stays_where_it_cannot_be(control: Control, phone: str) -> None:
    page = control.does("alerts/people", who="ben", phone=phone)

    assert f'value="{phone}"' in page
    assert "<option selected>ben</option>" in page
    assert 'role="alert"' in section(page, "people")


def test_somebody_is_removed_once(control: Control) -> None:
    control.does("alerts/people", who="ben", phone=PHONE)
    page = control.does("alerts/people/2/remove", back="/admin/alerts")
    assert "Ben gets no alerts any more." in page
    again = control.does("alerts/people/2/remove", back="/admin/alerts")
    assert "This person gets no alerts already." in again


def test_a_supervisor_is_no_choice(control: Control) -> None:
    people = section(control.page("alerts"), "people")
    assert "<option>ben</option>" in people
    assert "sue" not in people
    page = control.does("alerts/people", who="sue", phone=PHONE)
    assert "Alerts go to administrators: choose one." in page


def test_the_address_of_the_webhook_is_not_shown_in_full(control: Control) -> None:
    page = control.page("alerts")
    assert "posted to hooks.example.org as well" in page
    assert "secret-token" not in page


def test_a_test_is_on_record(control: Control) -> None:
    page = control.does("alerts/test", back="/admin/alerts")
    assert "A test is on its way" in page
    assert "ada tries whether alerts arrive" in section(page, "past")


def test_what_is_wrong_stands_on_every_page(control: Control) -> None:
    for number in range(3):
        goes_wrong(control, f"Wrong {number}", str(number))
    for path in ("alerts", "limits"):
        banner = re.search(r'<ul class="alerts">(.*?)</ul>', control.page(path), re.S)
        assert banner is not None
        assert "<strong>Wrong 0.</strong>" in banner[1]
        assert "<summary>1 more</summary>" in banner[1]
        assert 'href="/admin/alerts"' in banner[1]


def test_nothing_stands_there_while_all_is_well(control: Control) -> None:
    assert '<ul class="alerts">' not in control.page("alerts")


def test_the_page_says_what_is_wrong_and_what_was(control: Control, clock: Clock) -> None:
    goes_wrong(control)
    page = control.page("alerts")
    assert "<h3>Chairs wait 4 min</h3>" in section(page, "now")
    assert "Nobody has been told yet." in page
    with writing(control.parts.engine) as connection:
        (one,) = incidents.unended(connection)
        incidents.note_told(connection, one.id, incidents.Phase.BEGUN, "webhook", "sent")
        incidents.end(connection, one.id, clock() + timedelta(minutes=3))
    page = control.page("alerts")
    assert "Nothing, as far as is known." in section(page, "now")
    assert "webhook, that it began: sent" in section(page, "past")


def test_whether_anybody_watches_is_said(control: Control, clock: Clock) -> None:
    assert "Nobody has watched the line yet" in control.page("alerts")
    Watch(DeskServices(control.parts), lambda work: None).look()
    assert control.parts.redis.get(WATCHED_AT)
    assert "looked at last at 19:00:00" in control.page("alerts")
    clock.advance(120)
    assert "Nobody watches the line</strong> since" in control.page("alerts")


def test_it_is_for_administrators(control: Control) -> None:
    control.actor = SUE
    answer = control.client.get("/admin/alerts", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    control.actor = ADA
    control.page("alerts")
