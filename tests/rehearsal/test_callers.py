"""Honest callers who do not get through at once."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from hotline.election.model import Election
from hotline.guard.triage import CallerStanding
from hotline.rehearsal import callers
from hotline.rehearsal.callers import MOST_CALLS, visit
from hotline.rehearsal.chair import CallSheet
from hotline.rehearsal.mischief import NuisanceReport
from hotline.rehearsal.plan import Assignment
from hotline.rehearsal.progress import RehearsalProgress
from hotline.rehearsal.reading_out import code_in
from hotline.rehearsal.visits import Visit
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine
from tests.sandbox.webhook import CHAIR, LINE, Received, Webhook

BORROWED = "+12125550150"
CODE = '<Gather numDigits="5" action="/voice/code"><Say>Key your precinct code.</Say></Gather>'
PIN = '<Gather numDigits="6" action="/voice/pin"><Say>Key your PIN.</Say></Gather>'
FILED = (
    "<Say>Filed. Confirmation number 4, 7. Again: 4, 7. Another precinct? Press 1.</Say>"
    '<Gather numDigits="1" action="/voice/another"/>'
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before dialling again."""
    monkeypatch.setattr(callers, "REDIAL", (0.0, 0.0))


@pytest.fixture
def call(
    webhook: Webhook,
    make_exchange: Callable[..., Exchange],
    town: Election,
) -> Callable[..., RehearsalProgress]:
    webhook.script |= {
        "/voice/answer": CODE,
        "/voice/code": PIN,
        "/voice/pin": FILED,
        "/voice/another": CODE,
    }
    line = SimulatedLine(make_exchange(), LINE)

    def call(
        *codes: str, phone: str = CHAIR, standing: CallerStanding = CallerStanding.ROSTER
    ) -> RehearsalProgress:
        given = tuple(Assignment(CallSheet(code, "482913", "", {}), CHAIR) for code in codes)
        progress = RehearsalProgress(
            planned=len(codes), most_seconds=90, nuisances=NuisanceReport()
        )
        wanted = Visit(phone, standing, given)
        account = visit(
            line,
            town,
            wanted,
            in_one_go=False,
            code_sent=lambda _phone: None,
            chance=Random(1),
        )
        progress.add(account)
        return progress

    return call


def test_several_reports_in_one_call(webhook, call):
    progress = call("10018", "10026", "10034")
    assert progress.passed
    assert progress.calls == 3
    assert len(webhook.forms("/voice/answer")) == 1
    assert [form["Digits"] for form in webhook.forms("/voice/code")] == ["10018", "10026", "10034"]


def test_a_key_for_another_report_that_was_too_hasty_is_pressed_again(webhook, call):
    webhook.script["/voice/another"] = [FILED, CODE]
    progress = call("10018", "10026")
    assert progress.passed
    assert [form["Digits"] for form in webhook.forms("/voice/code")] == ["10018", "10026"]
    assert [form["Digits"] for form in webhook.forms("/voice/another")] == ["1", "1"]


def test_who_is_turned_away_dials_again_and_the_night_has_failed(webhook, call):
    busy = '<Reject reason="busy"/>'
    webhook.script["/voice/answer"] = [busy, busy, CODE]
    progress = call("10018")
    assert progress.confirmations == {"10018": "47"}
    assert progress.turned_away == {CallerStanding.ROSTER: 2}
    assert progress.wrong == ["an honest caller was turned away: 10018 (roster)"] * 2
    assert not progress.passed
    assert not progress.trouble


def test_who_is_never_let_in_gives_up(webhook, call):
    webhook.script["/voice/answer"] = '<Reject reason="busy"/>'
    progress = call("10018", standing=CallerStanding.WITHHELD, phone="anonymous")
    assert progress.turned_away == {CallerStanding.WITHHELD: MOST_CALLS}
    assert progress.trouble == ["10018: never got through"]


def test_who_gets_nowhere_on_a_borrowed_phone_goes_home(webhook, call):
    def answer(received: Received) -> str:
        away = received.form["From"] == BORROWED
        return "<Say>Please call from the chair's own phone.</Say>" if away else CODE

    webhook.script["/voice/answer"] = answer
    progress = call("10018", phone=BORROWED, standing=CallerStanding.UNKNOWN)
    assert progress.passed
    assert progress.sent_home == 1
    assert [form["From"] for form in webhook.forms("/voice/answer")] == [BORROWED, CHAIR]


def test_a_report_that_is_not_filed_from_the_own_phone_is_trouble(webhook, call):
    webhook.script["/voice/answer"] = "<Say>Goodbye.</Say>"
    progress = call("10018")
    assert "never filed; the last words were: Goodbye." in progress.trouble[0]
    assert not progress.passed


def test_the_code_is_read_out_of_its_own_message_only():
    told = "Iowa caucuses: 471023 is the code to report for Adair, 1 North West from another phone."
    assert code_in(f"{told} If nobody is calling for you now, tell it to no one.") == "471023"
    assert code_in("Iowa caucuses: filed for Adair. Confirmation number 471023.") is None
