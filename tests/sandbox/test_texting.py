"""Text messages that come in, against Twilio's documentation of its messaging webhook."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.problems import Code
from hotline.sandbox.rest.network import Network
from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, Reply, Webhook, twiml

REPLY = "<Message>Results: at example.org</Message>"


@pytest.fixture
def texting(webhook: Webhook, make_exchange: Callable[..., Exchange]) -> Exchange:
    webhook.script["/sms/answer"] = REPLY
    return make_exchange(text_url=f"{webhook.url}/sms/answer")


def test_the_webhook_gets_what_twilio_sends(webhook: Webhook, texting: Exchange) -> None:
    texted = texting.text(CHAIR, LINE, "Who won? ü+&")
    (form,) = webhook.forms("/sms/answer")
    assert (
        form.items()
        >= {
            "MessageSid": texted.sid,
            "SmsSid": texted.sid,
            "AccountSid": ACCOUNT,
            "From": CHAIR,
            "To": LINE,
            "Body": "Who won? ü+&",
            "NumMedia": "0",
            "NumSegments": "1",
            "FromCity": "DES MOINES",
            "ApiVersion": "2010-04-01",
        }.items()
    )
    assert texted.sid.startswith("SM")
    assert "CallSid" not in form


def test_the_reply_comes_to_the_telephone(webhook: Webhook, texting: Exchange) -> None:
    network = Network(texting, ACCOUNT, seed=1)
    network.text(CHAIR, LINE, "Results?")
    (message,) = network.find_messages(to=CHAIR)
    assert (message.from_, message.body) == (LINE, "Results: at example.org")


@pytest.mark.parametrize(
    ("answer", "replies"),
    [
        ("", ()),
        ("<Message/>", ()),
        ("<Message><Body>One</Body></Message><Message>Two</Message>", ("One", "Two")),
        (Reply("A plain reply", content_type="text/plain"), ("A plain reply",)),
        (Reply("", content_type="text/plain"), ()),
    ],
)
def test_what_is_a_reply(
    webhook: Webhook, texting: Exchange, answer: str | Reply, replies: tuple[str, ...]
) -> None:
    webhook.script["/sms/answer"] = answer
    texted = texting.text(CHAIR, LINE, "Results?")
    assert (texted.replies, texted.problems) == (replies, ())


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply(status=500), Code.HTTP_ERROR_STATUS),
        (Reply("<Response>"), Code.NOT_XML),
        (Reply("<Answer/>"), Code.NOT_XML),
        (Reply(twiml(REPLY), content_type="application/json"), Code.CONTENT_TYPE),
        ("<Say>Results</Say>", Code.SCHEMA_WARNING),
        (Reply(drop=True), Code.PROTOCOL_VIOLATION),
    ],
)
def test_a_bad_answer_is_a_problem_and_no_reply(
    webhook: Webhook, texting: Exchange, answer: str | Reply, code: Code
) -> None:
    webhook.script["/sms/answer"] = answer
    texted = texting.text(CHAIR, LINE, "Results?")
    assert texted.replies == ()
    assert [problem.code for problem in texted.problems] == [code]


def test_what_cannot_be_sent(make_exchange: Callable[..., Exchange], webhook: Webhook) -> None:
    url = f"{webhook.url}/sms/answer"
    with pytest.raises(ValueError, match="no such line"):
        make_exchange(numbers=[LINE], text_url=url).text(CHAIR, "+15155550150", "Hello")
    with pytest.raises(ValueError, match="telephone number"):
        make_exchange(text_url=url).text("anonymous", LINE, "Hello")
    with pytest.raises(ValueError, match="no webhook"):
        make_exchange().text(CHAIR, LINE, "Hello")
    assert not webhook.received
