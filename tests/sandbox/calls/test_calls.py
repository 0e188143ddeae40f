"""Whole calls against a scripted webhook: what Twilio's network would do, by twilio.md."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hotline.sandbox.calls.call import Call
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine
from hotline.sandbox.problems import CallEnded, Code, NotListening, UnsupportedVerb
from hotline.sandbox.transcript import (
    Ended,
    HeardSpeech,
    KeyedDigits,
    Paused,
    Played,
    RequestKind,
    Silent,
)
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, Received, Reply, Webhook

CODE = (
    '<Gather numDigits="5" action="/voice/code" actionOnEmptyResult="true">'
    "<Say>Key the precinct code.</Say></Gather><Redirect>/voice/answer</Redirect>"
)
PIN = (
    '<Gather numDigits="6" action="/voice/pin" actionOnEmptyResult="true">'
    '<Say language="es-US" voice="Polly.Lupe">Key your PIN.</Say></Gather>'
)


def spoken_words(call: Call) -> int:
    return sum(heard.words for heard in call.heard)


def keys_pressed(call: Call) -> int:
    return sum(len(entry.keys) for entry in call.transcript if isinstance(entry, KeyedDigits))


# Requests


def test_the_first_request(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = "<Say>Hello</Say>"
    call = exchange.dial(CHAIR, LINE)
    form = webhook.received[0].form
    assert (
        form.items()
        >= {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": CHAIR,
            "Caller": CHAIR,
            "To": LINE,
            "Called": LINE,
            "FromState": "IA",
            "StirVerstat": "TN-Validation-Passed-A",
        }.items()
    )
    assert {"FromCity", "FromZip", "FromCountry", "CalledCity", "CallToken"} <= form.keys()
    assert len(call.sid) == 34
    assert "Digits" not in form


def test_parameters_can_be_set_and_left_out(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = ""
    call = exchange.dial(
        CHAIR,
        LINE,
        StirVerstat="No-TN-Validation-Diverted",
        CallToken=None,
        FromCity=None,
        ForwardedFrom="+15155550111",
        CallSid="CA" + "f" * 32,
    )
    form = webhook.received[0].form
    assert call.sid == form["CallSid"] == "CA" + "f" * 32
    assert form["StirVerstat"] == "No-TN-Validation-Diverted"
    assert form["ForwardedFrom"] == "+15155550111"
    assert not {"CallToken", "FromCity"} & form.keys()


@pytest.mark.parametrize("withheld", ["anonymous", "", "+266696687"])
def test_a_withheld_number(webhook: Webhook, exchange: Exchange, withheld: str) -> None:
    webhook.script["/voice/answer"] = ""
    exchange.dial(withheld, LINE)
    assert webhook.received[0].form["From"] == withheld
    assert webhook.received[0].form["FromState"] == ""


def test_only_lines_of_the_exchange_can_be_called(
    make_exchange: Callable[..., Exchange],
) -> None:
    with pytest.raises(ValueError, match="no such line"):
        make_exchange(numbers=[LINE]).dial(CHAIR, "+15155550111")


def test_a_seed_repeats_a_call(webhook: Webhook, make_exchange: Callable[..., Exchange]) -> None:
    webhook.script["/voice/answer"] = ""
    one, two = make_exchange(seed=7), make_exchange(seed=7)
    assert [one.dial(CHAIR, LINE).sid, one.dial(CHAIR, LINE).sid] == [
        two.dial(CHAIR, LINE).sid,
        two.dial(CHAIR, LINE).sid,
    ]
    assert make_exchange(seed=None).dial(CHAIR, LINE).sid != one.dial(CHAIR, LINE).sid


# Gather


def test_a_conversation(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": CODE,
        "/voice/code": PIN,
        "/voice/pin": '<Pause length="2"/><Say>Thank you.</Say><Hangup/><Say>Never.</Say>',
    }
    call = exchange.dial(CHAIR, LINE)
    assert call.state is CallStatus.IN_PROGRESS
    assert call.waiting is not None
    assert call.last_heard == "Key the precinct code."
    call.press("10018").press("1234").press("56")
    assert call.state is CallStatus.COMPLETED
    assert call.answered
    assert not call.problems
    digits = {"Digits": "10018", "FinishedOnKey": "", "msg": "Gather End"}
    assert webhook.forms("/voice/code")[0].items() >= digits.items()
    assert webhook.forms("/voice/code")[0]["CallStatus"] == "in-progress"
    assert webhook.forms("/voice/pin")[0]["Digits"] == "123456"
    without_requests = [e for e in call.transcript if e not in call.requests]
    assert without_requests == [
        HeardSpeech("Key the precinct code."),
        KeyedDigits("10018"),
        HeardSpeech("Key your PIN.", "es-US", "Polly.Lupe"),
        KeyedDigits("1234"),
        KeyedDigits("56"),
        Paused(2),
        HeardSpeech("Thank you."),
        Ended(CallStatus.COMPLETED),
    ]
    assert [(r.kind, r.path, r.status) for r in call.requests] == [
        (RequestKind.VOICE, "/voice/answer", 200),
        (RequestKind.GATHER, "/voice/code", 200),
        (RequestKind.GATHER, "/voice/pin", 200),
        (RequestKind.STATUS, "/voice/status", 204),
    ]


def test_the_time_on_the_line(webhook: Webhook, exchange: Exchange) -> None:
    """call.md: words ÷ 2.5 a second, 0.8 s a key, 0.75 s a turn; pauses and silences as given."""
    webhook.script |= {"/voice/answer": CODE, "/voice/code": '<Say loop="2">Bye.</Say>'}
    call = exchange.dial(CHAIR, LINE).press("10018")
    assert (spoken_words(call), keys_pressed(call), call.turns) == (4 + 2, 5, 1)
    assert call.seconds == pytest.approx(6 / 2.5 + 5 * 0.8 + 0.75)
    assert webhook.forms("/voice/status")[0]["CallDuration"] == str(call.duration) == "8"


def test_the_key_that_finished(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {"/voice/answer": '<Gather action="/voice/n"/>', "/voice/n": ""}
    exchange.dial(CHAIR, LINE).press("0*6*0*8#")
    form = webhook.forms("/voice/n")[0]
    assert (form["Digits"], form["FinishedOnKey"]) == ("0*6*0*8", "#")


def test_keys_keyed_ahead_go_into_the_next_gather_and_cut_its_speech(
    webhook: Webhook, exchange: Exchange
) -> None:
    webhook.script |= {"/voice/answer": CODE, "/voice/code": PIN, "/voice/pin": "<Say>Done.</Say>"}
    call = exchange.dial(CHAIR, LINE).press("10018123456")
    assert webhook.forms("/voice/pin")[0]["Digits"] == "123456"
    assert [h.text for h in call.heard] == ["Key the precinct code.", "Done."]
    assert HeardSpeech("Key your PIN.", "es-US", "Polly.Lupe", cut=True) in call.transcript
    assert spoken_words(call) == 5


def test_speech_outside_a_gather_cannot_be_cut(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": CODE,
        "/voice/code": f"<Say>Thank you.</Say><Play>/ding.mp3</Play>{PIN}",
        "/voice/pin": "<Say>Done.</Say>",
    }
    call = exchange.dial(CHAIR, LINE).press("10018123456")
    assert HeardSpeech("Thank you.") in call.transcript
    assert Played("/ding.mp3") in call.transcript


def test_a_late_hash_lands_in_the_next_gather(webhook: Webhook, exchange: Exchange) -> None:
    """numDigits submits by itself, so a late # lands in the next Gather, and empties it."""
    webhook.script |= {"/voice/answer": CODE, "/voice/code": PIN, "/voice/pin": "<Say>Empty.</Say>"}
    exchange.dial(CHAIR, LINE).press("10018#")
    form = webhook.forms("/voice/pin")[0]
    assert (form["Digits"], form["FinishedOnKey"]) == ("", "#")


def test_a_late_hash_is_a_digit_where_no_key_finishes(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": CODE,
        "/voice/code": '<Gather numDigits="6" finishOnKey="" action="/voice/pin"/>',
        "/voice/pin": "",
    }
    exchange.dial(CHAIR, LINE).press("10018#12345")
    assert webhook.forms("/voice/pin")[0]["Digits"] == "#12345"


def test_no_input_falls_through(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": '<Gather timeout="7" action="/voice/n"/><Say>Still there?</Say>'
        '<Gather action="/voice/n" actionOnEmptyResult="true"/>',
        "/voice/n": "<Say>Goodbye.</Say>",
    }
    call = exchange.dial(CHAIR, LINE).silence()
    assert call.last_heard == "Still there?"
    assert not webhook.forms("/voice/n")
    call.silence()
    form = webhook.forms("/voice/n")[0]
    assert (form["Digits"], form["FinishedOnKey"], form["msg"]) == ("", "", "Gather End")
    assert [e for e in call.transcript if isinstance(e, Silent)] == [Silent(7), Silent(5)]


def test_a_bare_hash_falls_through(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = '<Gather action="/voice/n"/><Say>Again.</Say>'
    call = exchange.dial(CHAIR, LINE).press("#")
    assert call.last_heard == "Again."
    assert call.ended


def test_digits_and_then_nothing_are_submitted(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {"/voice/answer": CODE, "/voice/code": ""}
    exchange.dial(CHAIR, LINE).press("100").silence()
    assert webhook.forms("/voice/code")[0]["Digits"] == "100"


def test_an_action_defaults_to_the_document_and_may_be_absolute_or_get(
    webhook: Webhook, exchange: Exchange
) -> None:
    webhook.script |= {
        "/voice/answer": [
            '<Gather numDigits="1"/>',
            f'<Gather numDigits="1" method="GET" action="{webhook.url}/other?n=2"/>',
        ],
        "/other": '<Gather numDigits="1" action="next"/>',
        "/next": "",
    }
    exchange.dial(CHAIR, LINE).press("1").press("2").press("3")
    kinds = [(r.method, r.path.partition("&")[0]) for r in webhook.received]
    assert kinds[:4] == [
        ("POST", "/voice/answer"),
        ("POST", "/voice/answer"),
        ("GET", "/other?n=2"),
        ("POST", "/next"),
    ]


def test_a_telephone_has_twelve_keys(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = CODE
    call = exchange.dial(CHAIR, LINE)
    for wrong in ("", "12a", "1 2", "+"):
        with pytest.raises(ValueError, match="no such keys"):
            call.press(wrong)


# The end


def test_a_call_ends_where_its_document_ends(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = "<Say>That is all.</Say>"
    call = exchange.dial(CHAIR, LINE)
    assert call.state is CallStatus.COMPLETED
    with pytest.raises(CallEnded, match="That is all"):
        call.press("1")
    with pytest.raises(CallEnded):
        call.silence()
    assert call.hang_up().state is CallStatus.COMPLETED


@pytest.mark.parametrize(
    ("reject", "status"),
    [('<Reject reason="busy"/>', "busy"), ("<Reject/><Say>Never</Say>", "no-answer")],
)
def test_reject_as_the_first_verb_is_unanswered_and_unbilled(
    webhook: Webhook, exchange: Exchange, reject: str, status: str
) -> None:
    webhook.script["/voice/answer"] = reject
    call = exchange.dial(CHAIR, LINE)
    assert call.state == status
    assert not call.answered
    assert not call.heard
    callback = webhook.forms("/voice/status")[0]
    assert (callback["CallStatus"], callback["CallDuration"]) == (status, "0")


def test_reject_anywhere_else_is_billed(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = "<Say>Sorry.</Say><Reject/>"
    call = exchange.dial(CHAIR, LINE)
    assert call.state is CallStatus.COMPLETED
    assert call.answered


def test_hanging_up_posts_the_status_and_nothing_else(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = CODE
    call = exchange.dial(CHAIR, LINE).press("12").hang_up()
    assert call.state is CallStatus.COMPLETED
    assert [r.path for r in webhook.received] == ["/voice/answer", "/voice/status"]
    form = webhook.forms("/voice/status")[0]
    assert form["CallStatus"] == "completed"
    assert form["SequenceNumber"] == "0"
    assert {"Timestamp", "CallDuration"} <= form.keys()


def test_hanging_up_with_the_last_key(webhook: Webhook, exchange: Exchange) -> None:
    """The step is still taken; nobody hears what came of it."""
    webhook.script |= {"/voice/answer": CODE, "/voice/code": PIN}
    call = exchange.dial(CHAIR, LINE).press("10018", hang_up=True)
    assert len(webhook.forms("/voice/code")) == 1
    assert "PIN" not in call.last_heard
    assert call.state is CallStatus.COMPLETED


def test_hanging_up_before_the_answer(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = CODE
    call = exchange.dial(CHAIR, LINE, hang_up=True)
    assert call.state is CallStatus.NO_ANSWER
    assert not call.heard


def test_hanging_up_while_a_request_is_under_way(webhook: Webhook, exchange: Exchange) -> None:
    leaving: list[threading.Thread] = []

    def meanwhile(_received: Received) -> str:
        leaving.append(threading.Thread(target=call.hang_up))
        leaving[0].start()
        while not call.caller_gone:
            threading.Event().wait(0.001)
        return "<Say>Too late.</Say>"

    webhook.script |= {"/voice/answer": CODE, "/voice/code": meanwhile}
    call = exchange.dial(CHAIR, LINE)
    call.press("10018")
    leaving[0].join()
    assert call.state is CallStatus.COMPLETED
    assert "Too late." not in call.last_heard
    assert len(webhook.forms("/voice/status")) == 1


def test_status_callbacks_for_every_event(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    webhook.script["/voice/answer"] = "<Say>Hello</Say>"
    exchange = make_exchange(
        status_events=(CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.COMPLETED),
        now=lambda: datetime(2020, 2, 4, 3, 14, 15, tzinfo=UTC),
    )
    exchange.dial(CHAIR, LINE)
    forms = webhook.forms("/voice/status")
    assert [(f["CallStatus"], f["SequenceNumber"]) for f in forms] == [
        ("ringing", "0"),
        ("in-progress", "1"),
        ("completed", "2"),
    ]
    assert forms[0]["Timestamp"] == "Tue, 04 Feb 2020 03:14:15 +0000"
    assert "CallDuration" not in forms[0]


def test_a_status_callback_wants_204_or_twiml(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {"/voice/answer": "", "/voice/status": Reply("OK", content_type="text/html")}
    assert [p.code for p in exchange.dial(CHAIR, LINE).problems] == [Code.NOT_XML]
    webhook.script["/voice/status"] = ""
    assert not exchange.dial(CHAIR, LINE).problems


def test_an_endless_loop_of_documents_is_stopped(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = "<Redirect>/voice/answer</Redirect>"
    call = exchange.dial(CHAIR, LINE)
    assert [p.code for p in call.problems] == [Code.ENDLESS]
    assert call.ended


def test_a_long_call_is_not_an_endless_loop(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = '<Gather numDigits="1"/><Redirect>/voice/answer</Redirect>'
    call = exchange.dial(CHAIR, LINE)
    for _ in range(80):
        call.press("1").silence()
    assert not call.problems
    assert not call.ended


def test_what_the_network_does_not_play_is_said(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = "<Say>Wait.</Say><Record/>"
    with pytest.raises(UnsupportedVerb, match="Record"):
        exchange.dial(CHAIR, LINE)
    assert webhook.forms("/voice/status")[0]["CallStatus"] == "completed"


def test_waiting_where_nobody_listens(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = CODE
    with pytest.raises(NotListening):
        exchange.dial(CHAIR, LINE).callee_hangs_up()


# Errors

BAD = [
    (Reply(status=500), Code.HTTP_ERROR_STATUS),
    (Reply(status=404), Code.HTTP_ERROR_STATUS),
    (Reply("{}", content_type="application/json"), Code.CONTENT_TYPE),
    (Reply("<Response/>", content_type=None), Code.CONTENT_TYPE),
    (Reply("<Response>"), Code.NOT_XML),
    (Reply(""), Code.NOT_XML),
    (Reply(f"<Response>{' ' * 65536}</Response>"), Code.BODY_TOO_LARGE),
    (Reply("", 302, headers={"Location": "/voice/code"}), Code.TOO_MANY_REDIRECTS),
]


@pytest.mark.parametrize(("reply", "code"), BAD)
def test_an_error_goes_to_the_fallback_url(
    webhook: Webhook, make_exchange: Callable[..., Exchange], reply: Reply, code: Code
) -> None:
    webhook.script |= {
        "/voice/answer": CODE,
        "/voice/code": reply,
        "/voice/fallback": "<Say>A person will call you.</Say>",
    }
    exchange = make_exchange(fallback_url=f"{webhook.url}/voice/fallback")
    call = exchange.dial(CHAIR, LINE).press("10018")
    form = webhook.forms("/voice/fallback")[0]
    assert form["ErrorCode"] == str(int(code))
    assert form["ErrorUrl"] == f"{webhook.url}/voice/code"
    assert "Digits" not in form
    assert call.last_heard == "A person will call you."
    assert [p.code for p in call.problems] == [code]


def test_with_no_fallback_it_is_an_application_error(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = Reply(status=500)
    call = exchange.dial(CHAIR, LINE)
    assert "application error" in call.last_heard
    assert call.state is CallStatus.COMPLETED
    assert [p.code for p in call.problems] == [Code.HTTP_ERROR_STATUS]


def test_a_fallback_that_fails_too_is_not_asked_again(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    exchange = make_exchange(fallback_url=f"{webhook.url}/voice/fallback")
    call = exchange.dial(CHAIR, LINE)
    assert len(webhook.forms("/voice/fallback")) == 1
    assert "application error" in call.last_heard


def test_a_late_answer_goes_to_the_fallback_url(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    never = threading.Event()
    webhook.script |= {
        "/voice/answer": Reply(hold=never),
        "/voice/fallback": "<Say>One moment.</Say>",
    }
    call = make_exchange(fallback_url=f"{webhook.url}/voice/fallback", cap_s=0.2).dial(CHAIR, LINE)
    never.set()
    assert webhook.forms("/voice/fallback")[0]["ErrorCode"] == str(int(Code.CONNECTION_FAILED))
    assert call.last_heard == "One moment."
    assert call.requests[0].status is None


def test_a_redirected_action_has_lost_its_digits(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": CODE,
        "/voice/code": Reply("", 308, headers={"Location": "/voice/code/"}),
        "/voice/code/": '<Gather numDigits="1" action="onward"/>',
        "/voice/code/onward": "",
    }
    exchange.dial(CHAIR, LINE).press("10018").press("1")
    redirected = webhook.received[2]
    assert redirected.method == "GET"
    assert "CallSid=" in redirected.path
    assert "Digits" not in redirected.path
    # Relative URLs count against where the document came from in the end.
    assert webhook.forms("/voice/code/onward")[0]["Digits"] == "1"


def test_a_warning_is_recorded_and_the_call_goes_on(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = "<Bark/><Say>Hello</Say>"
    call = exchange.dial(CHAIR, LINE)
    assert call.last_heard == "Hello"
    assert [(p.code, p.warning) for p in call.problems] == [(Code.SCHEMA_WARNING, True)]


def test_plain_text_is_read_out(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = Reply("Closed\ntonight", content_type="text/plain")
    call = exchange.dial(CHAIR, LINE)
    assert call.last_heard == "Closed tonight"
    assert call.ended


# The fluent wrapper


def test_a_call_reads_like_a_call(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {"/voice/answer": CODE, "/voice/code": PIN, "/voice/pin": "<Say>Bye.</Say>"}
    line = SimulatedLine(exchange, LINE)
    first = line.dial(CHAIR)
    assert first.hears("the  PRECINCT code")
    assert not first.hears("PIN")
    assert first.key("10018").hears("key your pin")
    assert first.wait().hears("Bye")
    assert first.ended
    assert not first.turned_away
    second = line.dial(CHAIR, StirVerstat=None)
    assert second.hang_up().ended


def test_a_caller_who_is_turned_away(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = '<Reject reason="busy"/>'
    assert SimulatedLine(exchange, LINE).dial(CHAIR).turned_away
