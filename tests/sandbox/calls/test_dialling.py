"""Dial, against twilio.md: "Dial"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.office import Callee, Pickup
from hotline.sandbox.problems import CallEnded, Code
from hotline.sandbox.transcript import Dialled, HeardSpeech, RequestKind
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.webhook import CHAIR, LINE, Webhook

STAFF = "+15155550190"
SECOND = "+15155550191"
DIAL = (
    f'<Dial action="/voice/after" callerId="{LINE}">'
    f'<Number url="/voice/whisper">{STAFF}</Number></Dial>'
)
ACCEPT = (
    '<Gather numDigits="1" action="/voice/accept"><Say>A chair is calling. To take it, press 1.'
    "</Say></Gather><Hangup/>"
)


@pytest.fixture
def script(webhook: Webhook) -> Webhook:
    webhook.script |= {
        "/voice/answer": DIAL,
        "/voice/whisper": ACCEPT,
        "/voice/accept": lambda r: "" if r.form["Digits"] == "1" else "<Hangup/>",
        "/voice/after": "<Say>Goodbye.</Say>",
    }
    return webhook


def test_a_callee_who_presses_1_is_bridged(script: Webhook, exchange: Exchange) -> None:
    call = exchange.dial(CHAIR, LINE)
    after = script.forms("/voice/after")[0]
    assert (
        after.items()
        >= {
            "DialCallStatus": "completed",
            "DialBridged": "true",
            "DialCallDuration": "60",
            "CallStatus": "in-progress",
        }.items()
    )
    whisper = script.forms("/voice/whisper")[0]
    assert (
        whisper.items()
        >= {
            "Direction": "outbound-dial",
            "From": LINE,
            "To": STAFF,
            "ParentCallSid": call.sid,
            "CallSid": after["DialCallSid"],
            "CallStatus": "in-progress",
        }.items()
    )
    assert call.last_heard == "Goodbye."
    assert call.seconds >= 60
    assert not call.problems


def test_the_whisper_is_heard_by_the_callee_alone(script: Webhook, exchange: Exchange) -> None:
    call = exchange.dial(CHAIR, LINE)
    assert [h.text for h in call.heard] == ["Goodbye."]
    assert HeardSpeech("A chair is calling. To take it, press 1.") in call.legs[0].transcript
    assert Dialled(STAFF, CallStatus.COMPLETED, True) in call.transcript


@pytest.mark.parametrize(
    ("callee", "status"),
    [
        (Callee(keys="2"), "no-answer"),  # declines
        (Callee(keys=""), "no-answer"),  # a voicemail: answers and keys nothing
        (Callee(Pickup.BUSY), "busy"),
        (Callee(Pickup.NO_ANSWER), "no-answer"),
    ],
)
def test_a_callee_who_does_not_take_it(
    script: Webhook, make_exchange: Callable[..., Exchange], callee: Callee, status: str
) -> None:
    make_exchange(callee=lambda _number: callee).dial(CHAIR, LINE)
    after = script.forms("/voice/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in after
    rang = callee.pickup is Pickup.ANSWERS
    assert bool(script.forms("/voice/whisper")) is rang


def test_a_number_without_a_whisper_is_bridged_at_once(
    webhook: Webhook, exchange: Exchange
) -> None:
    webhook.script["/voice/answer"] = f"<Dial>{STAFF}</Dial><Say>They hung up.</Say>"
    call = exchange.dial(CHAIR, LINE)
    assert call.last_heard == "They hung up."
    assert call.legs[0].leg.from_ == CHAIR


def test_the_first_number_that_takes_it_has_it(
    script: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    script.script["/voice/answer"] = (
        f'<Dial action="/voice/after"><Number>{STAFF}</Number><Number>{SECOND}</Number></Dial>'
    )
    asleep = {STAFF: Callee(Pickup.NO_ANSWER), SECOND: Callee()}
    call = make_exchange(callee=asleep.__getitem__).dial(CHAIR, LINE)
    assert Dialled(SECOND, CallStatus.COMPLETED, True) in call.transcript


@pytest.mark.parametrize(
    ("dial", "code"),
    [
        # "callerId must be the called number or one owned"
        (f'<Dial callerId="{CHAIR}">{STAFF}</Dial>', Code.INVALID_CALLER_ID),
        ("<Dial>the office</Dial>", Code.INVALID_NUMBER),
        ("<Dial>+15155</Dial>", Code.INVALID_NUMBER),
    ],
)
def test_a_dial_that_cannot_be_made(
    webhook: Webhook, exchange: Exchange, dial: str, code: Code
) -> None:
    webhook.script["/voice/answer"] = dial.replace("<Dial", '<Dial action="/voice/after"')
    webhook.script["/voice/after"] = ""
    call = exchange.dial(CHAIR, LINE)
    assert [p.code for p in call.problems] == [code]
    assert webhook.forms("/voice/after")[0]["DialCallStatus"] == "failed"


def test_a_dial_on_the_callees_side_is_left_out(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/whisper"] = f"<Dial>{SECOND}</Dial>"
    call = exchange.dial(CHAIR, LINE)
    assert [p.code for p in call.problems] == [Code.SCHEMA_WARNING]


def test_a_conversation_that_lasts(script: Webhook, make_exchange: Callable[..., Exchange]) -> None:
    exchange = make_exchange(callee=lambda _number: Callee(stays=True))
    call = exchange.dial(CHAIR, LINE)
    assert call.bridged_to == STAFF
    call.press("5")
    assert not script.forms("/voice/after")
    call.callee_hangs_up(talk_seconds=90)
    assert call.bridged_to == ""
    assert script.forms("/voice/after")[0]["DialCallDuration"] == "90"
    assert call.ended
    with pytest.raises(CallEnded):
        call.press("1")


def test_a_star_may_hang_up_on_the_callee(
    script: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    script.script["/voice/answer"] = DIAL.replace("<Dial", '<Dial hangupOnStar="true"')
    call = make_exchange(callee=lambda _number: Callee(stays=True)).dial(CHAIR, LINE)
    assert call.press("*").last_heard == "Goodbye."


def test_the_caller_hangs_up_on_the_callee(
    script: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    """The action is told, and its TwiML obeyed by nobody."""
    call = make_exchange(callee=lambda _number: Callee(stays=True)).dial(CHAIR, LINE).hang_up()
    assert script.forms("/voice/after")[0]["CallStatus"] == "completed"
    assert not call.heard
    assert [r.kind for r in call.requests] == [
        RequestKind.VOICE,
        RequestKind.DIAL,
        RequestKind.STATUS,
    ]


def test_a_conversation_ends_at_its_limit(
    script: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    script.script["/voice/answer"] = DIAL.replace("<Dial", '<Dial timeLimit="45"')
    make_exchange(callee=lambda _number: Callee(talk_seconds=300)).dial(CHAIR, LINE)
    assert script.forms("/voice/after")[0]["DialCallDuration"] == "45"
