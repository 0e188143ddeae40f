"""Live calls, queues and conferences by REST, asked by Twilio's own library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.rest.network import Network
from hotline.sandbox.transcript import OnHold
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.rest.stand_in import CALLS, place
from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, TOKEN, Received, Reply, Webhook

STAFF = "+15155550190"
ROOM = "desk-0123456789abcdef"
GONE = "CA" + "0" * 32


@pytest.fixture
def line(network: Network) -> Exchange:
    """The exchange behind the REST interface."""
    return network._exchange


@pytest.fixture
def rest(twilio: Callable[[str, str], Client]) -> Client:
    return twilio(ACCOUNT, TOKEN)


@pytest.fixture
def script(webhook: Webhook, line: Exchange) -> Iterator[Webhook]:
    def answer(received: Received) -> str:
        if received.form["From"] == STAFF:
            return f"<Dial><Conference>{ROOM}</Conference></Dial><Say>Shift over.</Say>"
        return '<Enqueue waitUrl="/voice/waiting" action="/voice/waited">staff</Enqueue>'

    webhook.script |= {
        "/voice/answer": answer,
        "/voice/waiting": '<Gather timeout="20"><Say>Please wait.</Say></Gather>',
        "/voice/waited": "",
        "/voice/talk": f"<Dial><Conference>{ROOM}</Conference></Dial>",
        "/voice/hold": "<Say>Hold the line.</Say>",
    }
    yield webhook
    line.settle()


def refused(request: Callable[[], Any]) -> tuple[int, int | None]:
    with pytest.raises(TwilioRestException) as error:
        request()
    return error.value.status, error.value.code


def test_a_waiting_caller_is_brought_to_whoever_is_connected(
    rest: Client, script: Webhook, line: Exchange
) -> None:
    """The whole of it: the room is found by its name, the caller by the call's SID."""
    staff, chair = line.dial(STAFF, LINE), line.dial(CHAIR, LINE)
    answered = rest.calls(chair.sid).update(url=f"{script.url}/voice/talk", method="POST")
    assert (answered.sid, answered.status, answered.direction) == (
        chair.sid,
        "in-progress",
        "inbound",
    )
    line.settle()
    assert chair.meeting is not None
    assert staff.meeting is not None
    assert chair.meeting.room is staff.meeting.room
    (room,) = rest.conferences.list(friendly_name=ROOM, status="in-progress")
    inside = rest.conferences(room.sid).participants
    assert [p.call_sid for p in inside.list()] == [staff.sid, chair.sid]
    held = inside(chair.sid).update(hold=True, hold_url=f"{script.url}/voice/hold")
    assert (held.hold, held.muted, held.status) == (True, False, "connected")
    line.settle()
    assert chair.last_heard.endswith("Hold the line.")
    assert script.received[-1].method == "GET"
    assert [p.call_sid for p in inside.list(hold=True)] == [chair.sid]
    assert inside(chair.sid).update(hold=False, muted=True).muted
    assert OnHold(False) in chair.transcript
    assert inside(chair.sid).delete()
    line.settle()
    assert chair.ended
    assert refused(lambda: inside(chair.sid).fetch()) == (404, 20404)
    assert rest.conferences(room.sid).update(status="completed").status == "completed"
    line.settle()
    assert staff.last_heard == "Shift over."
    assert not rest.conferences.list(status="in-progress")
    assert rest.conferences(room.sid).fetch().reason_conference_ended == "conference-ended-via-api"


def test_a_supervisor_coaches_and_joins(rest: Client, script: Webhook, line: Exchange) -> None:
    staff, boss = line.dial(STAFF, LINE), line.dial(STAFF, LINE)
    (room,) = rest.conferences.list(friendly_name=ROOM)
    inside = rest.conferences(room.sid).participants
    coach = inside(boss.sid).update(coaching=True, call_sid_to_coach=staff.sid)
    assert (coach.coaching, coach.call_sid_to_coach) == (True, staff.sid)
    assert refused(lambda: inside(boss.sid).update(coaching=True, call_sid_to_coach=GONE)) == (
        400,
        13240,
    )
    assert refused(lambda: inside(boss.sid).update(coaching=True)) == (400, 20001)
    joined = inside(boss.sid).update(coaching=False, end_conference_on_exit=True)
    assert (joined.coaching, joined.end_conference_on_exit) == (False, True)


def test_an_announcement_is_for_one_alone(rest: Client, script: Webhook, line: Exchange) -> None:
    staff = line.dial(STAFF, LINE)
    (room,) = rest.conferences.list(friendly_name=ROOM, status="init")
    rest.conferences(room.sid).participants(staff.sid).update(
        announce_url=f"{script.url}/voice/hold"
    )
    line.settle()
    assert staff.last_heard == "Hold the line."
    assert script.received[-1].method == "POST"


def test_a_call_is_ended(rest: Client, script: Webhook, line: Exchange) -> None:
    chair = line.dial(CHAIR, LINE)
    rest.calls(chair.sid).update(status="completed")
    line.settle()
    assert chair.state is CallStatus.COMPLETED
    assert rest.calls(chair.sid).fetch().status == "completed"
    talk = f"{script.url}/voice/talk"
    assert refused(lambda: rest.calls(chair.sid).update(url=talk)) == (400, 21220)
    assert refused(lambda: rest.calls(chair.sid).update(status="completed")) == (400, 21220)
    assert refused(lambda: rest.calls(GONE).update(url=talk)) == (404, 20404)


def test_a_call_that_rings_is_canceled(
    client: FlaskClient, network: Network, script: Webhook, line: Exchange
) -> None:
    """It cannot be redirected before it is answered."""
    sid = place(client, script)
    network.ringing(CHAIR)
    path = CALLS.replace(".json", f"/{sid}.json")
    assert client.post(path, data={"Url": f"{script.url}/voice/talk"}).status_code == 400
    assert client.post(path, data={"Status": "canceled"}).status_code == 200
    line.settle()
    assert not network.ringing(CHAIR)
    assert client.get(path).json["status"] == "canceled"
    assert script.forms("/voice/status")[-1]["CallStatus"] == "canceled"


def test_canceling_does_not_affect_a_call_in_progress(
    rest: Client, script: Webhook, line: Exchange
) -> None:
    chair = line.dial(CHAIR, LINE)
    rest.calls(chair.sid).update(status="canceled")
    line.settle()
    assert not chair.ended


def test_a_bad_change_is_refused(rest: Client, script: Webhook, line: Exchange) -> None:
    chair = line.dial(CHAIR, LINE)
    for change, code in (({"url": "/voice/talk"}, 21205), ({"status": "ringing"}, 21218)):
        assert refused(lambda given=change: rest.calls(chair.sid).update(**given)) == (400, code)
    assert chair.queued is not None


def test_a_change_too_many_is_unprocessed(
    rest: Client, script: Webhook, line: Exchange, network: Network
) -> None:
    chair = line.dial(CHAIR, LINE)
    network.refuse_next()
    talk = f"{script.url}/voice/talk"
    assert refused(lambda: rest.calls(chair.sid).update(url=talk)) == (429, 20429)
    line.settle()
    assert chair.queued is not None


def test_members_of_a_queue_are_called_forward(
    rest: Client, script: Webhook, line: Exchange
) -> None:
    """Only the first who asks for a call gets it."""
    first, second, third = (line.dial(CHAIR, LINE) for _ in range(3))
    (queue,) = rest.queues.list()
    assert (queue.friendly_name, queue.current_size) == ("staff", 3)
    members = rest.queues(queue.sid).members
    assert [(m.call_sid, m.position) for m in members.list()] == [
        (first.sid, 1),
        (second.sid, 2),
        (third.sid, 3),
    ]
    talk = f"{script.url}/voice/talk"
    assert members(second.sid).update(url=talk).call_sid == second.sid
    assert refused(lambda: members(second.sid).update(url=talk)) == (404, 20404)
    assert members("Front").fetch().call_sid == first.sid
    members("Front").update(url=talk)
    assert members("Front").fetch().call_sid == third.sid
    line.settle()
    assert first.meeting is not None
    assert second.meeting is not None
    results = [f["QueueResult"] for f in script.forms("/voice/waited")]
    assert results == ["redirected", "redirected"]
    assert third.queued is not None


def test_a_queue_has_a_size(rest: Client, script: Webhook, line: Exchange) -> None:
    queue = rest.queues.create(friendly_name="staff", max_size=1)
    assert refused(lambda: rest.queues.create(friendly_name="staff")) == (400, 22003)
    line.dial(CHAIR, LINE)
    line.dial(CHAIR, LINE)
    assert script.forms("/voice/waited")[0]["QueueResult"] == "queue-full"
    assert rest.queues(queue.sid).update(max_size=2).max_size == 2
    assert rest.queues(queue.sid).fetch().current_size == 1
    assert refused(lambda: rest.queues(queue.sid).update(max_size=9999)) == (400, 22001)


def test_rest_asked_from_within_a_webhook_does_not_wait_for_it(
    rest: Client, script: Webhook, line: Exchange
) -> None:
    """The webhook of one call redirects it and another, before it answers."""
    staff, chair = line.dial(STAFF, LINE), line.dial(CHAIR, LINE)

    def meanwhile(_received: Received) -> Reply:
        for call in (chair, staff):
            rest.calls(call.sid).update(url=f"{script.url}/voice/elsewhere")
        return Reply("<Response><Say>For nobody.</Say></Response>")

    script.script["/voice/elsewhere"] = '<Gather timeout="9"><Say>Here.</Say></Gather>'
    script.script["/voice/waiting"] = meanwhile
    chair.silence()
    line.settle()
    assert chair.last_heard == staff.last_heard == "Here."
