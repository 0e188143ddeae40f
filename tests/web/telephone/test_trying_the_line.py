"""Test calls as the telephone network brings them: who is asked, and what is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from redis import Redis
from sqlalchemy import select

from hotline.operations.admission import switches
from hotline.operations.admission.switches import Switch
from hotline.operations.reports.filing import file_report, story
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import reissue
from hotline.operations.roster.readiness_call import mark_practiced
from hotline.operations.roster.units import ShownUnits, UnitQuery, unit_list
from hotline.store.database import reading
from hotline.store.reports import units
from hotline.store.roster import readiness_calls
from hotline.store.roster.practice import latest_practice
from hotline.store.schema.control_tables import test_call
from hotline.store.schema.desk_tables import activity
from tests.calls.dialogue import small_election
from tests.operations.acting import filing
from tests.towns import caucus
from tests.web.telephone.network import CHAIR, ONE, STRANGER, TWO

SAID = "The line opens at six."


@pytest.fixture
def tomorrow(parts):
    """Loads the election so that its day is still to come, with a ledger for real reports."""

    def load():
        load_election(parts, replace(small_election(), date=date(2020, 2, 4)), "test")
        open_ledger(parts, False, "test")

    return load


def close(parts):
    switches.turn_on(parts, Switch.INTAKE_CLOSED, "ann", "not yet", {"en": SAID})


def on_record(parts):
    with reading(parts.engine) as connection:
        rows = connection.execute(select(test_call).order_by(test_call.c.id))
        return [(row.unit_code, row.call_sid, row.caller) for row in rows]


def test_a_chair_is_ready(network, parts):
    close(parts)
    phone = network.dial(CHAIR)
    assert phone.hears(SAID)
    assert phone.hears("This is a test of the reporting line for 2 precincts.")
    assert phone.key("1").hears("Thank you. You are ready.")
    assert "<Hangup" in phone.twiml
    assert on_record(parts) == [(ONE, "CA01", "0101"), (TWO, "CA01", "0101")]
    with reading(parts.engine) as connection:
        said = list(connection.execute(select(activity).order_by(activity.c.id)))
        assert readiness_calls.latest(connection, "small") == dict.fromkeys((ONE, TWO), parts.now())
    assert [(row.kind, row.unit_code, row.after) for row in said if row.call_sid] == [
        ("test-call", ONE, {"caller": "0101"}),
        ("test-call", TWO, {"caller": "0101"}),
    ]


def test_the_same_key_twice_is_one_test(network, parts):
    close(parts)
    phone = network.dial(CHAIR)
    action = phone.action
    form = {"Digits": "1", "FinishedOnKey": ""}
    first, again = (phone.post(action, **form) for _ in range(2))
    assert first == again
    assert len(on_record(parts)) == 2


def test_redis_that_forgot_the_call_writes_nothing_twice(network, parts, redis_url):
    close(parts)
    network.dial(CHAIR).key("1")
    with Redis.from_url(redis_url) as client:
        client.delete("hotline:call:CA01")
    network.dial(CHAIR).key("1")
    assert len(on_record(parts)) == 2


def test_a_second_call_is_a_second_test(network, parts):
    close(parts)
    network.dial(CHAIR).key("1")
    network.dial(CHAIR, sid="CA02").key("1")
    assert [sid for _, sid, _ in on_record(parts)] == ["CA01", "CA01", "CA02", "CA02"]


def test_a_forged_number_and_a_stranger_are_asked_nothing(network, parts):
    close(parts)
    for n, who in enumerate(({"StirVerstat": "TN-Validation-Failed-A"}, {"from_": STRANGER})):
        phone = network.dial(**{"from_": CHAIR} | who, sid=f"CA1{n}")
        assert phone.hears(SAID)
        assert not phone.hears("This is a test")


def test_on_the_night_nothing_of_it_is_said(network, parts):
    assert not network.dial(CHAIR).hears("This is a test")


def test_the_day_before_a_chair_tries_it_and_may_report(network, parts, tomorrow):
    tomorrow()
    phone = network.dial(CHAIR)
    assert phone.hears("This is a test of the reporting line for 2 precincts.")
    assert phone.key("2").hears("Reporting for Adair, One?")
    assert on_record(parts) == []
    assert network.dial(CHAIR, sid="CA02").key("1").hears("You are ready.")
    assert len(on_record(parts)) == 2


def test_the_day_before_a_borrowed_phone_tries_it_by_code_and_pin(
    network,
    parts,
    tomorrow,
    tmp_path,
):
    tomorrow()
    pin = reissue(parts, ONE)
    phone = network.dial(STRANGER).key(ONE, pin)
    assert phone.hears("How many attend?")
    assert on_record(parts) == [(ONE, "CA01", "0102")]


def test_a_rehearsal_before_the_day_is_not_held_up(network, parts, tomorrow):
    tomorrow()
    open_ledger(parts, True, "test")
    assert network.dial(CHAIR).hears("Reporting for Adair, One?")


@pytest.mark.parametrize("of_today", [True, False], ids=["a report has come", "the day after"])
def test_a_line_that_has_been_open_tells_nobody_that_they_are_ready(network, parts, of_today):
    load_election(
        parts, replace(small_election(), date=date(2020, 2, 3 if of_today else 2)), "test"
    )
    open_ledger(parts, False, "test")
    if of_today:
        file_report(parts, filing(parts, TWO, caucus(5, 8)))
    close(parts)
    phone = network.dial(CHAIR)
    assert phone.hears(SAID)
    assert not phone.hears("This is a test")
    assert "<Hangup" in phone.twiml


def test_a_line_that_is_not_open_yet_on_the_day_is_tried(network, parts):
    open_ledger(parts, False, "test")
    close(parts)
    assert network.dial(CHAIR).hears("This is a test of the reporting line for 2 precincts.")


def test_without_the_table_the_chair_hears_that_it_failed(network, parts, engine):
    close(parts)
    phone = network.dial(CHAIR)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE test_call RENAME TO elsewhere")
    try:
        phone.key("1")
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO test_call")
    assert phone.hears("Your test could not be written down.")
    assert on_record(parts) == []


def test_a_report_is_practiced_and_never_reaches_the_ledger(network, parts, tomorrow):
    tomorrow()
    pin = reissue(parts, ONE)
    phone = network.dial(CHAIR)
    assert phone.hears("To practice a report, press 3.")
    assert phone.key("3").hears("This is practice: nothing that you key is counted.")
    for keys in (pin, "40#", "20*20*0*0*0#", "1", "20*20#", "1", "1"):
        phone.key(keys)

    assert phone.hears("That was practice: nothing was filed, and nothing counts.")
    assert "<Hangup" in phone.twiml
    assert story(parts, parts.election().ledger_id, ONE) == []
    with reading(parts.engine) as connection:
        assert latest_practice(connection, "small") == {ONE: parts.now()}
        assert units.standings(connection, parts.election().ledger_id)[ONE].versions == 0
    rows = {row.code: row for row in unit_list(parts, UnitQuery()).rows}
    assert (rows[ONE].practiced_at, rows[TWO].practiced_at) == (parts.now(), None)
    assert unit_list(parts, UnitQuery(shown=ShownUnits.NO_PRACTICE)).codes == [
        code for code in rows if code != ONE
    ]


def test_practice_of_another_ledger_of_the_election_is_remembered(network, parts, tomorrow):
    tomorrow()
    mark_practiced(parts, ONE, "CA09", "0101")
    mark_practiced(parts, ONE, "CA09", "0101")
    open_ledger(parts, False, "test", force=True)

    with reading(parts.engine) as connection:
        assert latest_practice(connection, "small").keys() == {ONE}
        said = [one for one in connection.execute(select(activity)) if one.call_sid == "CA09"]
    assert len(said) == 1


def test_nothing_that_was_practiced_is_offered_on_the_night(network, parts, tomorrow):
    tomorrow()
    pin = reissue(parts, ONE)
    phone = network.dial(CHAIR)
    for keys in ("3", pin, "40#", "20*20*0*0*0#"):
        phone.key(keys)
    phone.hang_up()

    again = network.dial(CHAIR, sid="CA02").key("2")
    assert again.key(pin).hears("How many attend?")
