"""Turns in, exact XML out."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.prompts import Prompt, line
from hotline.calls.turns import Ask, Connect, End
from hotline.telephony import twiml
from hotline.telephony.twiml import Telephone, Voice

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
PHONE = Telephone(Voice((("en", "Joanna"), ("es", "Lupe"))), 5, 25, "+15155550199")
LINE = "+15155550100"


def write(turn, language="en", telephone=PHONE):
    return twiml.write(turn, 7, language, telephone, LINE).decode()


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
    said = write(Ask((line(Prompt.LANGUAGE_POUND), line(Prompt.CODE)), 5))
    assert (
        '<Say voice="Lupe" language="es-US">Español, 9 numeral.</Say>'
        '<Say voice="Joanna" language="en-US">Key your precinct code.</Say>'
    ) in said


def test_a_person_is_dialled_from_the_number_that_was_called():
    assert write(Connect((line(Prompt.PERSON),))).endswith(
        '<Dial action="/voice/dialled/8" method="POST" timeout="25" callerId="+15155550100">'
        '<Number url="/voice/accept" method="POST">+15155550199</Number></Dial></Response>'
    )


def test_the_end():
    assert write(End((line(Prompt.GOODBYE),)), "es").endswith(
        '<Say voice="Lupe" language="es-US">Gracias. Adiós.</Say><Hangup/></Response>'
    )


def test_speed_and_recordings():
    voice = Voice((), 115, "https://media.example.org", frozenset({"en/pin", "en/viable"}))
    telephone = Telephone(voice, 5, 25, "")
    lines = (line(Prompt.MISMATCH), line(Prompt.PIN), line(Prompt.VIABLE, threshold=6))
    said = write(Ask(lines, 6), telephone=telephone)
    assert (
        '<Say language="en-US"><prosody rate="115%">That code and PIN do not match.</prosody></Say>'
        "<Play>https://media.example.org/en/pin.mp3</Play>"
        '<Say language="en-US"><prosody rate="115%">Viable: 6.</prosody></Say>'
    ) in said


def test_an_apology_without_anybody_to_dial():
    said = twiml.apology(Telephone(Voice(()), 5, 25, ""), LINE).decode()
    assert "<Dial" not in said
    assert "Please call again in a few minutes." in said


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))))
def test_no_name_breaks_the_xml(name):
    for said in (write(Ask((line(Prompt.COUNT, candidate=name),), None)),):
        root = ElementTree.fromstring(said)
        assert name in (root.findtext("Gather/Say") or "")


@pytest.mark.parametrize("prompt", list(Prompt))
def test_no_answer_comes_near_what_twilio_refuses(prompt):
    values = {"n": 1, "groups": "A name 100, " * 14, "number": "1, " * 6}
    filled = {key: values.get(key, "x" * 40) for key in twiml.placeholders(prompt.value)}
    assert len(write(Ask((line(prompt, **filled),), None))) < twiml.LARGEST / 10
