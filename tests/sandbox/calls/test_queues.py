"""Enqueue, as Twilio plays it: the wait document over and over, and every way out."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.problems import Code, NotListening
from hotline.sandbox.switchboard.orders import HangUpOrder, RedirectOrder
from hotline.sandbox.transcript import LeftQueue, Played, Queued, RequestKind
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.webhook import CHAIR, LINE, Received, Reply, Webhook

OTHER = "+15155550124"
ENQUEUE = (
    '<Enqueue waitUrl="/voice/waiting?n=1" action="/voice/waited">staff</Enqueue><Say>Next.</Say>'
)
OFFER = (
    '<Gather numDigits="1" timeout="20" action="/voice/waiting-key"><Say>You are next.</Say>'
    "</Gather>"
)


@pytest.fixture
def script(webhook: Webhook) -> Webhook:
    webhook.script |= {
        "/voice/answer": ENQUEUE,
        "/voice/waiting": OFFER,
        "/voice/waiting-key": lambda r: "<Leave/>" if r.form["Digits"] == "1" else "<Say>No.</Say>",
        "/voice/waited": "<Say>Goodbye.</Say>",
        "/voice/talk": '<Gather numDigits="1"><Say>Here is a person.</Say></Gather>',
    }
    return webhook


def waited(webhook: Webhook) -> list[dict[str, str]]:
    return webhook.forms("/voice/waited")


def test_a_call_waits_and_hears_where_it_stands(script: Webhook, exchange: Exchange) -> None:
    first, second = exchange.dial(CHAIR, LINE), exchange.dial(OTHER, LINE)
    assert Queued("staff", 1) in first.transcript
    assert Queued("staff", 2) in second.transcript
    forms = script.forms("/voice/waiting")
    assert [(f["QueuePosition"], f["CurrentQueueSize"]) for f in forms] == [("1", "1"), ("2", "2")]
    assert forms[0]["QueueSid"] == forms[1]["QueueSid"]
    assert forms[0]["QueueSid"].startswith("QU")
    assert {"QueueTime": "0", "AvgQueueTime": "0", "MaxQueueSize": "1000"}.items() <= forms[
        0
    ].items()
    assert forms[0]["CallStatus"] == "in-progress"
    assert not waited(script)
    assert first.last_heard == "You are next."


def test_the_wait_document_comes_round_with_the_time_that_has_passed(
    script: Webhook, exchange: Exchange
) -> None:
    first = exchange.dial(CHAIR, LINE)
    second = exchange.dial(OTHER, LINE)
    second.silence()
    first.hang_up()
    second.silence()
    forms = [f for f in script.forms("/voice/waiting") if f["CallSid"] == second.sid]
    assert [f["QueuePosition"] for f in forms] == ["2", "2", "1"]
    assert int(forms[1]["QueueTime"]) == 21  # three words, a silence of 20 s, a turn
    assert not second.ended


def test_a_key_in_the_wait_document_leads_on_and_back(script: Webhook, exchange: Exchange) -> None:
    call = exchange.dial(CHAIR, LINE).press("2")
    assert script.forms("/voice/waiting-key")[0]["Digits"] == "2"
    assert call.last_heard == "No. You are next."  # the document is over: the round begins anew
    assert call.queued is not None
    call.press("1")
    assert waited(script)[0]["QueueResult"] == "leave"
    assert call.last_heard == "Goodbye."
    assert call.ended


def test_leaving_without_an_action_goes_on_after_the_enqueue(
    script: Webhook, exchange: Exchange
) -> None:
    script.script["/voice/answer"] = ENQUEUE.replace(' action="/voice/waited"', "")
    call = exchange.dial(CHAIR, LINE).press("1")
    assert call.last_heard == "Next."
    assert LeftQueue("leave") in call.transcript


def test_a_redirected_call_is_told_of_and_goes_elsewhere(
    script: Webhook, exchange: Exchange
) -> None:
    call = exchange.dial(CHAIR, LINE)
    call.order(RedirectOrder(f"{script.url}/voice/talk"))
    exchange.settle()
    assert call.last_heard.endswith("Here is a person.")
    form = waited(script)[0]
    assert (form["QueueResult"], form["CallStatus"]) == ("redirected", "in-progress")
    assert call.queued is None
    assert not exchange.switchboard.queue("staff").members
    assert [r.kind for r in call.requests] == [
        RequestKind.VOICE,
        RequestKind.WAIT,
        RequestKind.QUEUE,
        RequestKind.ORDERED,
    ]
    assert not call.problems
    assert call.waiting is not None
    assert call.waiting.action == f"{script.url}/voice/talk"


def test_hanging_up_in_the_queue(script: Webhook, exchange: Exchange) -> None:
    call = exchange.dial(CHAIR, LINE).hang_up()
    form = waited(script)[0]
    assert (form["QueueResult"], form["CallStatus"]) == ("hangup", "completed")
    assert script.forms("/voice/status")[0]["CallStatus"] == "completed"
    assert not exchange.switchboard.queue("staff").members
    assert "Goodbye." not in call.last_heard


def test_being_hung_up_on_in_the_queue(script: Webhook, exchange: Exchange) -> None:
    call = exchange.dial(CHAIR, LINE)
    call.order(HangUpOrder())
    exchange.settle()
    assert call.state is CallStatus.COMPLETED
    assert not call.caller_gone
    assert waited(script)[0]["QueueResult"] == "hangup"


def test_a_full_queue(script: Webhook, exchange: Exchange) -> None:
    exchange.switchboard.queue("staff", 1)
    exchange.dial(CHAIR, LINE)
    call = exchange.dial(OTHER, LINE)
    form = waited(script)[0]
    assert form["QueueResult"] == "queue-full"
    assert "QueueSid" not in form
    assert call.last_heard == "Goodbye."


def test_a_wait_document_that_fails(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/waiting"] = Reply(status=500)
    call = exchange.dial(CHAIR, LINE)
    assert waited(script)[0]["QueueResult"] == "error"
    assert [p.code for p in call.problems] == [Code.HTTP_ERROR_STATUS]
    assert call.last_heard == "Goodbye."


def test_hanging_up_from_the_wait_document(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/waiting"] = "<Say>Closed.</Say><Hangup/>"
    assert exchange.dial(CHAIR, LINE).state is CallStatus.COMPLETED
    assert waited(script)[0]["QueueResult"] == "hangup"


def test_a_round_of_music_takes_no_time_and_is_asked_for_when_somebody_waits(
    script: Webhook, exchange: Exchange
) -> None:
    script.script["/voice/waiting"] = '<Say>Please wait.</Say><Pause length="30"/>'
    call = exchange.dial(CHAIR, LINE)
    assert len(script.forms("/voice/waiting")) == 1
    assert call.round_seconds == 30
    call.silence()
    forms = script.forms("/voice/waiting")
    assert [f["QueueTime"] for f in forms] == ["0", "30"]


def test_a_wait_document_may_lead_to_itself_for_ever(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/waiting"] = "<Say>Please wait.</Say><Redirect>/voice/waiting</Redirect>"
    call = exchange.dial(CHAIR, LINE)
    rounds = len(script.forms("/voice/waiting"))
    for _ in range(150):
        call.silence()
    assert len(script.forms("/voice/waiting")) > rounds + 149
    assert not call.problems
    assert not call.ended


@pytest.mark.parametrize(("attribute", "played"), [("", True), (' waitUrl=""', False)])
def test_without_a_wait_document_there_is_music_or_silence(
    script: Webhook, exchange: Exchange, attribute: str, played: bool
) -> None:
    script.script["/voice/answer"] = f"<Enqueue{attribute}>staff</Enqueue>"
    call = exchange.dial(CHAIR, LINE).silence()
    assert any(isinstance(e, Played) for e in call.transcript) is played
    assert call.queued is not None
    assert len(script.received) == 1


def test_what_a_wait_document_may_not_do_is_left_out(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/waiting"] = f"<Dial>{OTHER}</Dial><Enqueue>more</Enqueue>{OFFER}"
    call = exchange.dial(CHAIR, LINE)
    assert [p.code for p in call.problems] == [Code.SCHEMA_WARNING] * 2
    assert call.last_heard == "You are next."


def test_leave_outside_a_queue_is_left_out(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/answer"] = "<Leave/><Say>Still here.</Say>"
    call = exchange.dial(CHAIR, LINE)
    assert call.last_heard == "Still here."
    assert [p.warning for p in call.problems] == [True]


# Orders from outside


def test_a_redirect_interrupts_a_gather(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/answer"] = OFFER
    call = exchange.dial(CHAIR, LINE)
    call.order(RedirectOrder(twiml="<Response><Say>Come with me.</Say></Response>"))
    exchange.settle()
    assert call.last_heard.endswith("Come with me.")
    assert call.ended
    assert len(script.received) == 2  # the answer, and the status at the end


def test_a_redirect_while_a_webhook_is_under_way_makes_its_answer_nobodys(
    script: Webhook, exchange: Exchange
) -> None:
    """It must neither wait for that webhook nor be lost."""
    returned = threading.Event()

    def meanwhile(_received: Received) -> str:
        call.order(RedirectOrder(f"{script.url}/voice/talk"))
        returned.set()
        return "<Leave/>"

    script.script["/voice/waiting-key"] = meanwhile
    call = exchange.dial(CHAIR, LINE)
    call.press("1")
    exchange.settle()
    assert returned.is_set()
    assert call.last_heard == "Here is a person."
    assert waited(script)[0]["QueueResult"] == "redirected"
    assert len(waited(script)) == 1


def test_a_caller_who_hangs_up_while_being_redirected(script: Webhook, exchange: Exchange) -> None:
    held = threading.Event()
    script.script["/voice/talk"] = Reply("<Response><Say>Too late.</Say></Response>", hold=held)
    call = exchange.dial(CHAIR, LINE)
    call.order(RedirectOrder(f"{script.url}/voice/talk"))
    while not script.forms("/voice/talk"):
        threading.Event().wait(0.001)
    leaving = threading.Thread(target=call.hang_up)
    leaving.start()
    held.set()
    leaving.join()
    exchange.settle()
    assert call.state is CallStatus.COMPLETED
    assert "Too late." not in call.last_heard
    assert len(script.forms("/voice/status")) == 1


def test_the_last_of_two_redirects_counts(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/other"] = OFFER.replace("You are next", "Another room")
    call = exchange.dial(CHAIR, LINE)
    for name in ("talk", "other"):
        call.order(RedirectOrder(f"{script.url}/voice/{name}"))
    exchange.settle()
    assert call.last_heard.endswith("Another room.")
    assert len(waited(script)) == 1


def test_a_patient_caller_is_called_away_from_what_is_being_said(
    script: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    """What is said takes half a minute of real time; whoever is taken need not hear it out."""
    script.script["/voice/answer"] = '<Say>Wait.</Say><Pause length="30"/>' + ENQUEUE
    exchange = make_exchange()
    calls: list[object] = []

    def dial() -> None:
        calls.append(exchange.dial(CHAIR, LINE, patient=True, CallSid="CA" + "7" * 32))

    caller = threading.Thread(target=dial)
    caller.start()
    while (call := exchange.find_call("CA" + "7" * 32)) is None or not call.heard:
        threading.Event().wait(0.005)
    call.order(RedirectOrder(twiml="<Response><Hangup/></Response>"))
    caller.join(10)
    assert not caller.is_alive()
    exchange.settle()
    assert call.ended
    assert call.seconds < 10
    assert not waited(script)


def test_silence_where_nobody_waits(script: Webhook, exchange: Exchange) -> None:
    script.script["/voice/answer"] = OFFER
    with pytest.raises(NotListening):
        exchange.dial(CHAIR, LINE).talk(5)
