"""The REST stand-in, asked by Twilio's own library and held against Twilio's own description."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from hotline.sandbox.rest.network import Network
from hotline.sandbox.rest.refusals import ApiError
from hotline.sandbox.texting import count_segments
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.rest.stand_in import CALLS, KEY, MESSAGES, SECRET, Clock, place
from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, TOKEN, Webhook


def test_twilios_library_sends_a_message(
    twilio: Callable[[str, str], Client], network: Network
) -> None:
    for user, password in ((ACCOUNT, TOKEN), (KEY, SECRET)):
        sent = twilio(user, password).messages.create(to=CHAIR, from_=LINE, body="Filed: 123456")
        assert sent.status == "queued"
        assert sent.sid == network.messages[-1].sid
    assert [(m.to, m.body) for m in network.messages] == [(CHAIR, "Filed: 123456")] * 2


def test_twilios_library_reads_messages_page_by_page(
    twilio: Callable[[str, str], Client], network: Network
) -> None:
    client = twilio(ACCOUNT, TOKEN)
    for number in range(7):
        network.send({"To": CHAIR, "From": LINE, "Body": str(number)})
    network.send({"To": "+15155550144", "From": LINE, "Body": "another's"})
    found = client.messages.list(to=CHAIR, page_size=3)
    assert [m.body for m in found] == ["6", "5", "4", "3", "2", "1", "0"]
    assert client.messages(found[0].sid).fetch().status == "delivered"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"to": "+1515", "from_": LINE, "body": "x"}, 21211),
        ({"to": "+15151550123", "from_": LINE, "body": "x"}, 21211),
        ({"to": "anonymous", "from_": LINE, "body": "x"}, 21211),
        ({"to": "", "from_": LINE, "body": "x"}, 21604),
        ({"to": CHAIR, "body": "x"}, 21603),
        ({"to": CHAIR, "from_": "HOTLINE", "body": "x"}, 21212),
        ({"to": CHAIR, "from_": CHAIR, "body": "x"}, 21606),
        ({"to": CHAIR, "from_": LINE}, 21602),
        ({"to": CHAIR, "from_": LINE, "body": "x" * 1601}, 21617),
    ],
)
def test_a_bad_message_is_refused(
    twilio: Callable[[str, str], Client], network: Network, message: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio(ACCOUNT, TOKEN).messages.create(**message)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert not network.messages


@pytest.mark.parametrize(
    "credentials", [(ACCOUNT, "wrong"), ("AC" + "9" * 32, TOKEN), (KEY, TOKEN)]
)
def test_wrong_credentials(
    twilio: Callable[[str, str], Client], credentials: tuple[str, str]
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio(*credentials).messages.create(to=CHAIR, from_=LINE, body="x")
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_no_credentials(app: Flask) -> None:
    assert app.test_client().get(MESSAGES).status_code == 401


def test_too_many_requests_are_unprocessed(
    twilio: Callable[[str, str], Client], network: Network
) -> None:
    """429 with code 20429 is unprocessed."""
    client = twilio(ACCOUNT, TOKEN)
    network.refuse_next(2)
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refused:
            client.messages.create(to=CHAIR, from_=LINE, body="x")
        assert (refused.value.status, refused.value.code) == (429, 20429)
    assert not network.messages
    client.messages.create(to=CHAIR, from_=LINE, body="x")
    assert len(network.messages) == 1


def test_other_refusals_can_be_had(network: Network) -> None:
    network.refuse_next(error=ApiError(400, 21610, "Attempt to send to unsubscribed recipient"))
    with pytest.raises(ApiError, match="21610"):
        network.send({"To": CHAIR, "From": LINE, "Body": "x"})


def test_what_is_not_there(client: FlaskClient) -> None:
    for path in (
        f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1.json",
        f"/2010-04-01/Accounts/{ACCOUNT}/Calls/CA1.json",
        f"/2010-04-01/Accounts/AC{'8' * 32}/Messages.json",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.json is not None
        assert answer.json["code"] == 20404


# Calls of our own


def test_twilios_library_calls(
    twilio: Callable[[str, str], Client], network: Network, webhook: Webhook
) -> None:
    webhook.script["/voice/callback"] = "<Say>Please go on.</Say>"
    client = twilio(KEY, SECRET)
    made = client.calls.create(
        to=CHAIR,
        from_=LINE,
        url=f"{webhook.url}/voice/callback",
        status_callback=f"{webhook.url}/voice/status",
        status_callback_event=["answered", "completed"],
    )
    assert made.status == "queued"
    call = network.answer(made.sid)
    assert call.last_heard == "Please go on."
    assert client.calls(made.sid).fetch().status == "completed"
    statuses = [f["CallStatus"] for f in webhook.forms("/voice/status")]
    assert statuses == ["in-progress", "completed"]


def test_a_call_of_ours_rings_and_is_answered(
    client: FlaskClient, network: Network, webhook: Webhook
) -> None:
    webhook.script["/voice/callback"] = '<Gather numDigits="1"><Say>Press 1.</Say></Gather>'
    sid = place(client, webhook)
    assert not network.ringing(LINE)
    assert [call.sid for call in network.ringing(CHAIR)] == [sid]
    call = network.answer(sid)
    assert not network.ringing(CHAIR)
    assert (
        webhook.forms("/voice/callback")[0].items()
        >= {
            "Direction": "outbound-api",
            "CallStatus": "in-progress",
            "From": LINE,
            "To": CHAIR,
            "CallSid": sid,
        }.items()
    )
    assert call.waiting is not None
    call.hang_up()
    assert [f["CallStatus"] for f in webhook.forms("/voice/status")] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    with pytest.raises(KeyError):
        network.answer(sid)


def test_a_call_of_ours_may_bring_its_twiml(
    client: FlaskClient, network: Network, webhook: Webhook
) -> None:
    sid = place(client, webhook, Twiml="<Response><Say>Hello.</Say></Response>")
    assert network.answer(sid).last_heard == "Hello."
    broken = place(client, webhook, Twiml="<Response>")
    assert "application error" in network.answer(broken).last_heard


def test_a_call_of_ours_is_declined(
    client: FlaskClient, network: Network, webhook: Webhook
) -> None:
    sid = place(client, webhook)
    network.ringing(CHAIR)
    assert network.decline(sid).state is CallStatus.BUSY
    assert webhook.forms("/voice/status")[-1]["CallStatus"] == "busy"


def test_a_call_of_ours_rings_out(
    client: FlaskClient, network: Network, webhook: Webhook, clock: Clock
) -> None:
    sid = place(client, webhook, Timeout="20")
    network.ringing(CHAIR)
    clock.time += timedelta(seconds=21)
    assert not network.ringing(CHAIR)
    outgoing = network.find_outgoing(sid)
    assert outgoing is not None
    assert outgoing.call.state is CallStatus.NO_ANSWER
    assert not outgoing.call.answered


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": LINE, "Url": "http://x"}, 21201),
        ({"To": CHAIR, "Url": "http://x"}, 21213),
        ({"To": "+1", "From": LINE, "Url": "http://x"}, 21211),
        ({"To": CHAIR, "From": CHAIR, "Url": "http://x"}, 21210),
        ({"To": CHAIR, "From": LINE}, 21205),
        ({"To": CHAIR, "From": LINE, "Url": "http://x", "Timeout": "soon"}, 21208),
    ],
)
def test_a_bad_call_is_refused(client: FlaskClient, form: dict[str, str], code: int) -> None:
    answer = client.post(CALLS, data=form)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == code


# Against Twilio's description


def described(description: dict[str, Any], instance: object, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    jsonschema.validate(instance, schema)
    known = description["components"]["schemas"][name]["properties"]
    assert isinstance(instance, dict)
    assert instance.keys() == known.keys()


def test_resources_have_the_shape_that_twilio_describes(
    description: dict[str, Any], client: FlaskClient, webhook: Webhook
) -> None:
    message = client.post(MESSAGES, data={"To": CHAIR, "From": LINE, "Body": "x"}).json
    described(description, message, "api.v2010.account.message")
    call = client.get(CALLS.replace(".json", f"/{place(client, webhook)}.json")).json
    described(description, call, "api.v2010.account.call")
    page = client.get(MESSAGES).json
    assert page is not None
    listed = description["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["get"]
    schema = listed["responses"]["200"]["content"]["application/json"]["schema"]
    assert page.keys() == schema["properties"].keys()


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("x", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("ñ" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("x" * 152 + "€" + "x" * 152, 3),
        ("–" * 70, 1),
        ("–" * 71, 2),
        ("🗳" * 35, 1),
        ("🗳" * 36, 2),
    ],
)
def test_segments(body: str, count: int) -> None:
    assert count_segments(body) == count
