"""Replies in, exact XML out: every kind that is sent, byte by byte."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.prompts import COUNTED_BY, Line, Prompt, line, placeholders
from hotline.calls.recorded.phrases import Phrase
from hotline.calls.turns import Ask, Connect, End
from hotline.election.rules.caucus_rule import VIABLE
from hotline.telephony.replies import (
    AS_IT_IS,
    HANG_UP,
    LEAVE_QUEUE,
    TURN_AWAY,
    Continuation,
    Destination,
    Reply,
)
from hotline.telephony.telephone import Telephone, staff_room, talk, to_talk
from hotline.telephony.twilio import twiml
from hotline.telephony.twilio.twiml import TwimlWriter

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
PHONE = Telephone(5, 25, "+15155550199")
ALONE = Telephone(5, 25, "")
WRITER = TwimlWriter({"en": "Joanna", "es": "Lupe"})
LINE = "+15155550100"


def write(turn, language="en", telephone=PHONE, writer=WRITER):
    return writer.write(telephone.turn(turn, 7, language, LINE)).decode()


def say(text: str) -> str:
    return f'<Say voice="Joanna" language="en-US">{text}</Say>'


def gather(path: str, digits: int, text: str, seconds: int = 5) -> str:
    return (
        f'<Gather input="dtmf" action="{path}" method="POST" timeout="{seconds}" '
        f'numDigits="{digits}" finishOnKey="#" actionOnEmptyResult="true">{say(text)}</Gather>'
        f'<Redirect method="POST">{path}</Redirect>'
    )


def room(path: str, how: str) -> str:
    return (
        f'<Dial action="{path}" method="POST"><Conference {how} waitUrl="">desk-1</Conference>'
        "</Dial>"
    )


OWN = 'startConferenceOnEnter="true" endConferenceOnExit="true" beep="false"'
OTHERS = 'startConferenceOnEnter="true" endConferenceOnExit="false" beep="false"'
BYE = (line(Prompt.GOODBYE),)
ACCEPT = "A caller to the results line needs a person. To take the call, press 1."
APOLOGY = (
    "We are sorry. Something went wrong on our side. One moment. We connect you with a person."
)


@pytest.mark.parametrize(
    ("reply", "verbs"),
    [
        (AS_IT_IS, ""),
        (HANG_UP, "<Hangup/>"),
        (LEAVE_QUEUE, "<Leave/>"),
        (TURN_AWAY, '<Reject reason="busy"/>'),
        (to_talk(3), '<Redirect method="POST">/voice/talk/3</Redirect>'),
        (talk(3, "desk-1"), room("/voice/talked/3", 'beep="onEnter"')),
        (staff_room("desk-1", own=True), room("/voice/staff/left", OWN)),
        (staff_room("desk-1", own=False), room("/voice/staff/left", OTHERS)),
        (
            staff_room("desk-1", own=False, muted=True),
            room("/voice/staff/left", f'{OTHERS} muted="true"'),
        ),
        (
            staff_room("desk-1", own=False, coached="CA1"),
            room("/voice/staff/left", f'{OTHERS} coach="CA1"'),
        ),
        (
            PHONE.park(BYE, 3, "en"),
            f"{say('Thank you. Goodbye.')}"
            '<Enqueue action="/voice/waited/4" method="POST" waitUrl="/voice/waiting/3" '
            'waitUrlMethod="POST">desk</Enqueue>',
        ),
        (
            PHONE.while_waiting(BYE, 3, "en"),
            gather("/voice/waiting/3", 1, "Thank you. Goodbye.", 20),
        ),
        (
            PHONE.enter_staff(BYE, 10, "en"),
            gather("/voice/staff/entered", 10, "Thank you. Goodbye."),
        ),
        (
            PHONE.press_one(BYE, Continuation(Destination.REACHED, "OUT1"), "en"),
            '<Gather input="dtmf" action="/voice/reached/OUT1" method="POST" timeout="5" '
            f'numDigits="1" finishOnKey="#">{say("Thank you. Goodbye.")}</Gather><Hangup/>',
        ),
        (PHONE.goodbye(), f"{say('Thank you. Goodbye.')}<Hangup/>"),
        (PHONE.whisper(), gather("/voice/accepted", 1, ACCEPT) + "<Hangup/>"),
        (
            PHONE.apology(LINE),
            f"{say(APOLOGY)}"
            '<Dial action="/voice/dialled" method="POST" timeout="25" callerId="+15155550100">'
            '<Number url="/voice/accept" method="POST">+15155550199</Number></Dial>',
        ),
    ],
)
def test_every_kind_of_reply(reply: Reply, verbs: str) -> None:
    assert WRITER.write(reply).decode() == f"{HEAD}<Response>{verbs}</Response>"


def test_a_number_ended_by_pound():
    assert write(Ask((line(Prompt.COUNT, candidate="Ash"),), None)) == (
        f"{HEAD}<Response>"
        '<Gather input="dtmf" action="/voice/turn/8" method="POST" timeout="5" finishOnKey="#" '
        'actionOnEmptyResult="true"><Say voice="Joanna" language="en-US">Ash.</Say></Gather>'
        '<Redirect method="POST">/voice/turn/8</Redirect></Response>'
    )


def test_a_menu_takes_one_key():
    assert 'numDigits="1"' in write(Ask((line(Prompt.RIGHT),), 1))


def test_the_invitation_to_spanish_is_spoken_in_spanish():
    invitation = Line(Prompt.LANGUAGE_POUND, (("language", "Español"), ("key", "9")), "es")
    said = write(Ask((invitation, line(Prompt.CODE)), 5))
    assert (
        '<Say voice="Lupe" language="es-US">Español, 9 numeral.</Say>'
        '<Say voice="Joanna" language="en-US">Key your precinct code.</Say>'
    ) in said


def test_a_person_is_dialled_from_the_number_that_was_called():
    assert write(Connect((line(Prompt.PERSON),))).endswith(
        '<Dial action="/voice/dialled/8" method="POST" timeout="25" callerId="+15155550100">'
        '<Number url="/voice/accept" method="POST">+15155550199</Number></Dial></Response>'
    )


def test_a_talk_and_a_key_can_be_given_less_time():
    assert ' timeout="25" timeLimit="600" callerId=' in write(Connect((line(Prompt.PERSON),), 600))
    assert ' timeout="3" numDigits="6"' in write(Ask((line(Prompt.PIN),), 6, 3))


def test_turned_away_is_one_verb_and_nothing_else():
    assert WRITER.write(TURN_AWAY) is WRITER.write(TURN_AWAY)


def test_a_text_message_is_answered_or_not():
    said = twiml.text_reply("A & B: results at https://line.example.org/results").decode()
    assert said == (
        f"{HEAD}<Response><Message>A &amp; B: results at https://line.example.org/results"
        "</Message></Response>"
    )
    assert twiml.text_reply(None).decode() == f"{HEAD}<Response></Response>"


def test_a_call_of_ours_says_its_lines_and_hangs_up():
    lines = (line(Prompt.SECOND_SPOKEN, election="Town", unit="One", code="4, 7"),)
    said = WRITER.write(PHONE.announcement(lines, "en")).decode()
    assert said.startswith(f'{HEAD}<Response><Say voice="Joanna" language="en-US">Town. The code')
    assert said.endswith("</Say><Hangup/></Response>")


def test_why_intake_is_closed_is_said_by_the_voice_of_its_language():
    lines = (
        Line(Prompt.CLOSED_BECAUSE, (("reason", "All is in."),), "en"),
        Line(Prompt.CLOSED_BECAUSE, (("reason", "Todo está."),), "es"),
    )
    assert write(End(lines)).endswith(
        '<Say voice="Joanna" language="en-US">All is in.</Say>'
        '<Say voice="Lupe" language="es-US">Todo está.</Say><Hangup/></Response>'
    )


def test_the_end():
    assert write(End((line(Prompt.GOODBYE),)), "es").endswith(
        '<Say voice="Lupe" language="es-US">Gracias. Adiós.</Say><Hangup/></Response>'
    )


def test_speed_and_recordings():
    recorded = {Phrase("Key your PIN", "en"): "https://media.example.org/en/pin.wav?a&b"}
    telephone = Telephone(5, 25, "", recorded.get)
    lines = (line(Prompt.MISMATCH), line(Prompt.PIN), line(VIABLE, threshold=6))
    said = write(Ask(lines, 6), "en", telephone, TwimlWriter(rate=115))
    assert (
        '<Say language="en-US"><prosody rate="115%">That code and PIN do not match.</prosody></Say>'
        "<Play>https://media.example.org/en/pin.wav?a&amp;b</Play>"
        '<Say language="en-US"><prosody rate="115%">Viable from 6.</prosody></Say>'
    ) in said


def test_an_apology_without_anybody_to_dial():
    said = WRITER.write(ALONE.apology(LINE)).decode()
    assert "<Dial" not in said
    assert "Please call again in a few minutes." in said


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))))
def test_no_name_breaks_the_xml(name):
    for said in (write(Ask((line(Prompt.COUNT, candidate=name),), None)),):
        root = ElementTree.fromstring(said)
        assert name in (root.findtext("Gather/Say") or "")


@pytest.mark.parametrize("prompt", list(Prompt))
def test_no_answer_comes_near_what_twilio_refuses(prompt):
    counted = dict.fromkeys(("n", *COUNTED_BY.values()), 1)
    values = {**counted, "groups": "A name 100, " * 14, "number": "1, " * 6}
    filled = {key: values.get(key, "x" * 40) for key in placeholders(prompt.value)}
    assert len(write(Ask((line(prompt, **filled),), None))) < twiml.LARGEST / 10
