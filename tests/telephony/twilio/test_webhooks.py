"""Signatures and forms, against twilio.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from hotline.guard.caller import Attestation
from hotline.telephony.twilio.webhooks import (
    Signatures,
    has_ended,
    read_dial,
    read_digits,
    read_incoming,
    read_text,
)

PATH, QUERY = "/myapp.php", "foo=1&bar=2"


def vector(from_):
    return {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212", "From": from_}


@pytest.mark.parametrize(
    ("base", "from_", "signature"),
    [
        ("https://example.com", "+14158675310", "L/OH5YylLD5NRKLltdqwSvS0BnU="),
        ("https://mycompany.com", "+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        ("https://mycompany.com", "+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ],
)
class TestVectors:
    def test_right(self, base, from_, signature):
        form = {**vector(from_), "Caller": from_}
        assert Signatures(("12345",), base).valid(PATH, QUERY, form, signature)

    def test_the_old_token_is_accepted_while_it_is_rotated(self, base, from_, signature):
        form = {**vector(from_), "Caller": from_}
        assert Signatures(("new", "12345"), base).valid(PATH, QUERY, form, signature)

    @pytest.mark.parametrize("change", [{"Digits": "1235"}, {"Digits": "1234 "}, {"Extra": "1"}])
    def test_anything_changed_is_wrong(self, base, from_, signature, change):
        form = {**vector(from_), "Caller": from_, **change}
        assert not Signatures(("12345",), base).valid(PATH, QUERY, form, signature)

    def test_the_query_and_its_order_count(self, base, from_, signature):
        form = {**vector(from_), "Caller": from_}
        assert not Signatures(("12345",), base).valid(PATH, "bar=2&foo=1", form, signature)


def test_a_missing_signature_is_wrong():
    assert not Signatures(("12345",), "https://example.com").valid(PATH, QUERY, vector(""), None)


def test_over_http_the_port_counts():
    url = "http://127.0.0.1:8000/voice/answer"
    signature = RequestValidator("t").compute_signature(url, {"A": "b"})
    good = Signatures(("t",), "http://127.0.0.1:8000")
    assert good.valid("/voice/answer", "", {"A": "b"}, signature)


@pytest.mark.parametrize(
    "from_",
    ["anonymous", "unknown", "restricted", "", "+266696687", "+7378742833", "+2562533", None],
)
def test_a_withheld_number_is_nobodys(from_):
    form = {"CallSid": "CA1", "To": "+15155550100"}
    if from_ is not None:
        form["From"] = from_
    call = read_incoming(form)
    assert call.caller.number is None
    assert (call.sid, call.line_called) == ("CA1", "+15155550100")


def test_attestation_is_read():
    call = read_incoming({"From": "+15155550123", "StirVerstat": "TN-Validation-Failed-Diverted"})
    assert call.caller.attestation is Attestation.FAILED


@pytest.mark.parametrize("sid", ["", "a" * 65, "CA 1", "CA1\n", "CA{1}"])
def test_an_unusable_callsid_is_none(sid):
    assert read_incoming({"CallSid": sid}).sid == ""


@given(
    st.dictionaries(
        st.sampled_from(["CallSid", "MessageSid", "From", "To", "Digits", "Body", "StirVerstat"]),
        st.text(),
    )
)
def test_any_form_can_be_read(form):
    read_incoming(form)
    read_text(form)
    read_digits(form)
    read_dial(form)
    has_ended(form)


def test_a_text_message():
    form = {"MessageSid": "SM1", "From": "+15155550123", "To": "+15155550100", "Body": "Who won?"}
    text = read_text(form)
    assert (text.sid, text.caller.number, text.line_called) == (
        "SM1",
        "+15155550123",
        "+15155550100",
    )
    assert text.body == "Who won?"
    assert read_text({"MessageSid": "SM{1}"}).sid == ""


def test_a_gather_ended_by_pound():
    assert read_digits({"Digits": "35", "FinishedOnKey": "#"}).finished
    assert not read_digits({"Digits": "35", "FinishedOnKey": ""}).finished


@pytest.mark.parametrize(
    ("form", "talked"),
    [
        ({"DialCallStatus": "completed"}, True),
        ({"DialCallStatus": "completed", "DialBridged": "false"}, False),
        ({"DialCallStatus": "no-answer"}, False),
        ({}, False),
    ],
)
def test_how_a_dial_ended(form, talked):
    assert read_dial(form).talked is talked


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_a_call_that_is_over(status):
    assert has_ended({"CallStatus": status})


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "", "x"])
def test_a_call_that_is_not(status):
    assert not has_ended({"CallStatus": status})
