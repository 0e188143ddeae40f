"""TwiML as Twilio reads it; what it warns about it leaves out."""

from __future__ import annotations

import pytest
from twilio.twiml.voice_response import VoiceResponse

from hotline.sandbox.problems import Code, TwimlError
from hotline.sandbox.twiml.gather import GatherRule
from hotline.sandbox.twiml.parser import LIMIT, parse
from hotline.sandbox.twiml.verbs import (
    Dial,
    DialedNumber,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Unplayed,
    Verb,
)


def verbs(inner: str) -> tuple[Verb, ...]:
    document = parse(f"<Response>{inner}</Response>".encode())
    assert not document.warnings, document.warnings
    return document.verbs


READ = [
    ("<Say>Hello</Say>", Say("Hello")),
    (
        '<Say language="es-US" voice="Polly.Lupe" loop="2">Hola</Say>',
        Say("Hola", "es-US", "Polly.Lupe", 2),
    ),
    ("<Say>One\n  two</Say>", Say("One two")),
    ('<Say>a<break time="1s"/>b</Say>', Say("a b")),
    ('<Say><prosody rate="90%">4, 7<s>1</s></prosody></Say>', Say("4, 7 1")),
    ('<Say>See <sub alias="Iowa">IA</sub>.</Say>', Say("See Iowa.")),
    ("<Say>ca<emphasis>n</emphasis>'t</Say>", Say("can't")),
    ("<Play>/prompts/1.mp3</Play>", Play("/prompts/1.mp3")),
    ("<Pause/>", Pause(1)),
    ('<Pause length="3"/>', Pause(3)),
    ("<Gather/>", Gather(GatherRule())),
    (
        '<Gather input="dtmf" numDigits="5" timeout="7" finishOnKey="" action="/a?b=1"'
        ' actionOnEmptyResult="true" method="GET"><Say>Code</Say><Pause/><Play>x</Play></Gather>',
        Gather(GatherRule(5, "", True, 7), "/a?b=1", "GET", (Say("Code"), Pause(1), Play("x"))),
    ),
    ("<Redirect> /next </Redirect>", Redirect("/next")),
    ("<Reject/>", Reject(RejectReason.REJECTED)),
    ('<Reject reason="busy"/>', Reject(RejectReason.BUSY)),
    ("<Hangup/>", Hangup()),
    ("<Dial>+15155550199</Dial>", Dial((DialedNumber("+15155550199"),))),
    (
        '<Dial action="/after" timeout="20" callerId="+15155550100" hangupOnStar="true">'
        '<Number url="/whisper">+15155550199</Number></Dial>',
        Dial(
            (DialedNumber("+15155550199", "/whisper"),), "/after", "POST", 20, "+15155550100", True
        ),
    ),
    ("<Enqueue>staff</Enqueue>", Enqueue("staff")),
    ("<Leave/>", Leave()),
    ("<Record/>", Unplayed("Record")),
    ("<Dial><Queue>staff</Queue></Dial>", Unplayed("Dial/Queue")),
    ('<Gather input="speech"/>', Unplayed('Gather input="speech"')),
]


@pytest.mark.parametrize(("inner", "verb"), READ)
def test_what_is_right_is_read_without_a_warning(inner: str, verb: Verb) -> None:
    assert verbs(inner) == (verb,)


def test_what_twilios_own_library_writes_is_read_without_a_warning() -> None:
    response = VoiceResponse()
    with response.gather(num_digits=5, action="/code", action_on_empty_result=True) as gather:
        gather.say("Key the code.", voice="Polly.Joanna-Neural", language="en-US")
    response.dial("+15155550199", caller_id="+15155550100", answer_on_bridge=True, time_limit=60)
    response.redirect("/again", method="POST")
    document = parse(str(response).encode())
    assert [type(v) for v in document.verbs] == [Gather, Dial, Redirect]
    assert not document.warnings


WRONG = [
    ("<say>Hello</say><Hangup/>", (Hangup(),), "<say> is not allowed in <Response>"),
    ("<Shout>Hello</Shout><Hangup/>", (Hangup(),), "<Shout> is not allowed in <Response>"),
    ('<Pause lenght="2"/>', (Pause(1),), "attribute lenght is not allowed in <Pause>"),
    ('<Pause length="soon"/>', (Pause(1),), 'length="soon" is not a whole number'),
    ('<Gather numDigits="0"/>', (Gather(GatherRule()),), 'numDigits="0" is not a whole number'),
    ('<Gather method="PUT"/>', (Gather(GatherRule()),), 'method="PUT" is neither POST nor GET'),
    # "Nest only Say, Play, Pause"
    ("<Gather><Redirect>/x</Redirect></Gather>", (Gather(GatherRule()),), "<Redirect> is not"),
    ("<Gather><Gather/></Gather>", (Gather(GatherRule()),), "<Gather> is not allowed in <Gather>"),
    ("<Gather>Key it</Gather>", (Gather(GatherRule()),), "text is not allowed in <Gather>"),
    ("<Say>Hi<Pause/></Say>", (Say("Hi"),), "<Pause> is not allowed in <Say>"),
    ("<Number>+15155550199</Number>", (), "<Number> is not allowed in <Response>"),
    ('<Reject reason="prank"/>', (Reject(),), 'reason="prank" is neither rejected nor busy'),
]


@pytest.mark.parametrize(("inner", "kept", "warning"), WRONG)
def test_what_is_wrong_is_left_out_with_a_warning(
    inner: str, kept: tuple[Verb, ...], warning: str
) -> None:
    document = parse(f"<Response>{inner}</Response>".encode())
    assert document.verbs == kept
    assert [(w.code, w.warning) for w in document.warnings] == [(Code.SCHEMA_WARNING, True)]
    assert warning in document.warnings[0].message


def test_a_warning_names_the_line() -> None:
    document = parse(b"<Response>\n<Say>Hi</Say>\n<Bark/>\n</Response>")
    assert document.warnings[0].message.startswith("line 3:")


def test_one_finish_on_key_only() -> None:
    document = parse(b'<Response><Gather finishOnKey="#*"/></Response>')
    assert document.verbs == (Gather(GatherRule()),)
    assert [w.code for w in document.warnings] == [Code.INVALID_FINISH_KEY]


REFUSED = [
    (b"", Code.NOT_XML),
    (b"Hello", Code.NOT_XML),
    (b"<Response>", Code.NOT_XML),
    (b"<html><body/></html>", Code.NOT_XML),
    (b"<Response>\xff</Response>", Code.NOT_XML),
    (b'<!DOCTYPE r [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>', Code.NOT_XML),
    (b"<Response>" + b" " * LIMIT + b"</Response>", Code.BODY_TOO_LARGE),  # "at most 64 kB"
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_what_cannot_be_executed(body: bytes, code: Code) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(body)
    assert refused.value.problem.code == code
    assert not refused.value.problem.warning


def test_64_kb_exactly_is_still_allowed() -> None:
    frame = len(b"<Response></Response>")
    assert parse(b"<Response>" + b" " * (LIMIT - frame) + b"</Response>").verbs == ()
