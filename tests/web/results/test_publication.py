"""The pages of publication: what stands, what would go out, and the orders by which it does."""

from __future__ import annotations

import re
from html import unescape

import pytest

from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.store.database import reading
from hotline.store.enums import PublicationMode, ResultStatus
from hotline.store.publication import orders
from hotline.store.publication.publications import latest
from tests.conftest import Clock
from tests.operations.acting import published, tabulated, tamper
from tests.towns import CODES, caucus, town
from tests.web.control_pages import ADA, SUE, Control

WHY = "the committee decided so"


@pytest.fixture
def control(parts: AppContext) -> Control:
    load_election(parts, town(), "test")
    open_ledger(parts, is_test=False, by="test")
    tabulated(parts, CODES[0], caucus(12, 8))
    published(parts)
    return Control(parts)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(page)).split())


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="(\w+)"', page)
    assert found
    return found[1]


def order(control: Control, **form: str) -> str:
    usual = {"seen": field(control.page("publication"), "seen"), "mode": "live", "why": WHY}
    return control.does("publication/order", **usual | form)


def standing(control: Control) -> orders.PublicationOrder | None:
    with reading(control.parts.engine) as connection:
        return orders.last(connection, control.parts.election().ledger_id)


def test_it_says_what_stands_and_that_nothing_is_new(control: Control) -> None:
    said = text(control.page("publication"))

    assert "Number 1 , Unofficial, partial , published 2020-02-03 19:00:00 CST." in said
    assert "Nothing: everything that was reported is out." in said
    assert "Signed with the key" in said


def test_without_an_election_there_is_something_to_do(parts: AppContext) -> None:
    control = Control(parts)

    assert "hotline election load" in control.page("publication")
    assert "nothing to certify" in control.page("publication/certify")


def test_before_the_first_publication(parts: AppContext) -> None:
    load_election(parts, town(), "test")

    said = text(Control(parts).page("publication"))

    assert "Nothing has been published of this ledger yet." in said
    assert "Reported – 0 none" in said
    assert "This is a test ledger: its results are never certified." in said


def test_what_is_approved_is_what_was_shown(control: Control) -> None:
    order(control, mode="approval")
    tabulated(control.parts, CODES[1], caucus(3, 4))
    control.actor = SUE
    page = control.page("publication")
    said = text(page)
    assert "Reported 1 2 +1" in said
    assert "Alex Ash 12 15 +3" in said
    assert "Birch 8 12 +4" in said
    assert "Order how results go out" not in said

    said = text(control.does("publication/approve", digest=field(page, "digest")))

    assert "Published as number 2, exactly as you looked at it." in said
    assert "Number 2 , Unofficial, partial" in said


def test_what_has_changed_meanwhile_is_not_published(control: Control) -> None:
    order(control, mode="approval")
    tabulated(control.parts, CODES[1], caucus(3, 4))
    page = control.page("publication")
    tabulated(control.parts, CODES[2], caucus(1, 1))

    said = text(control.does("publication/approve", digest=field(page, "digest")))

    assert "It has changed since you looked: look again." in said
    assert "Reported 1 3 +2" in said
    found = latest(control.parts.engine)
    assert found is not None
    assert found.number == 1


def test_an_embargo_is_in_the_time_of_the_election(control: Control, clock: Clock) -> None:
    said = text(order(control, embargo="2020-02-03T21:30"))

    assert "nothing newer goes out before 2020-02-03 21:30:00 CST" in said
    given = standing(control)
    assert given is not None
    assert given.embargo_until is not None
    assert f"{given.embargo_until:%H:%M}" == "03:30"  # UTC
    assert (given.embargo_until - clock.time).total_seconds() == 2.5 * 3600


TWICE = "2020-11-01T01:30"
"""In Iowa the clocks went back that night."""


def test_an_embargo_at_a_time_that_exists_twice_is_asked_about(control: Control) -> None:
    page = order(control, embargo=TWICE)

    assert "Embargo: 2020-11-01 01:30 exists twice in America/Chicago" in text(page)
    assert re.findall(r'name="meant" value="([^"]+)"> ([^<]+)<', page) == [
        (f"{TWICE}-05:00", "2020-11-01 01:30 CDT"),
        (f"{TWICE}-06:00", "2020-11-01 01:30 CST"),
    ]
    assert standing(control) is None

    page = order(control, embargo=TWICE, meant=f"{TWICE}-06:00")

    given = standing(control)
    assert given is not None
    assert f"{given.embargo_until:%H:%M}" == "07:30"  # UTC
    assert "before 2020-11-01 01:30:00 CST" in text(page)
    assert f'value="{TWICE}-06:00" checked' in page  # so that another order keeps it
    assert f'value="{TWICE}-05:00" checked' not in page


def test_an_embargo_at_a_time_that_never_exists_is_refused(control: Control) -> None:
    never = "2020-03-08T02:30"

    page = order(control, embargo=never, meant="2020-03-08T02:30-06:00")

    assert "never exists in America/Chicago" in text(page)
    assert 'value="2020-03-08T03:30-05:00"' in page
    assert standing(control) is None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"embargo": "2020-02-03T18:00"}, "The embargo has to end at a time to come."),
        ({"embargo": "tonight"}, "Embargo: this is no time; write it as in 2020-02-03 19:00."),
        ({"embargo": "9999-12-31T23:59"}, "Embargo: this is no time"),
        ({"mode": "sometimes"}, "Choose how results go out, and as what."),
        ({"status": "final"}, "Choose how results go out, and as what."),
        ({"status": "recount"}, "Tick that the status shall change"),
        ({"status": "certified", "confirmed": "yes"}, "Results are certified one by one"),
        ({"why": " ", "mode": "approval"}, "Say why."),
        ({}, "It is so already."),
        ({"seen": "99"}, "Somebody has ordered otherwise since you looked: look again."),
        ({"seen": "x", "mode": "approval"}, "Somebody has ordered otherwise"),
    ],
)
def test_what_cannot_be_ordered_is_said_and_what_was_written_is_kept(
    control: Control, form: dict[str, str], said: str
) -> None:
    page = order(control, **form)

    assert said in text(page)
    assert f'value="{form.get("why", WHY)}"' in page
    assert f'value="{form.get("embargo", "")}"' in page
    assert standing(control) is None


def test_a_status_is_ordered_and_published(control: Control) -> None:
    order(control, status="recount", confirmed="yes")
    published(control.parts)

    said = text(control.page("publication"))

    assert "Number 2 , Recount" in said
    given = standing(control)
    assert given is not None
    assert (given.status, given.mode) == (ResultStatus.RECOUNT, PublicationMode.LIVE)


def test_a_refusal_is_said_with_since_when_what_stands(control: Control, clock: Clock) -> None:
    tamper(control.parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
    publish_now(control.parts)
    clock.advance(600)

    said = text(control.page("publication"))

    assert "Since 2020-02-03 19:00:00 CST nothing newer goes out: number 1 stands." in said
    assert "president final ash: the running total is 13, the reports come to 12." in said


def test_certifying_shows_what_it_would_be_first(control: Control) -> None:
    said = text(control.page("publication/certify"))
    assert "5 of 6 precincts are outstanding." in said
    for code in CODES[1:]:
        tabulated(control.parts, code, caucus(3, 4))
    published(control.parts)
    page = control.page("publication/certify")
    assert "All 12 entries of the ledger were read again" in text(page)
    digest = field(page, "digest")

    said = text(control.does("publication/certify", digest=digest, note=WHY))
    assert "Tick that you mean it" in said
    assert WHY in control.does("publication/certify", digest="0", note=WHY, confirmed="yes")

    said = text(control.does("publication/certify", digest=digest, note=WHY, confirmed="yes"))
    assert "Certified and published as number 3." in said
    assert "Number 3 , Certified" in said
    assert "has certified the same figures already" in text(control.page("publication/certify"))


@pytest.mark.parametrize("path", ["publication/order", "publication/certify"])
def test_supervisors_order_nothing(control: Control, path: str) -> None:
    control.actor = SUE
    token = control.client.get("/token").text

    answer = control.client.post(
        f"/admin/{path}", data={"csrf_token": token}, headers={"Accept": "application/json"}
    )

    assert answer.status_code == 403
    control.actor = ADA
    assert standing(control) is None
