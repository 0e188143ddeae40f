"""What a real network does to a program: retries, replays, novelties, callbacks astray."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.office import Adversity
from hotline.sandbox.problems import Code
from hotline.sandbox.transcript import RequestKind
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.webhook import CHAIR, LINE, Webhook

STEP = '<Gather numDigits="1" action="/voice/step"/>'


def sent_as(webhook: Webhook, path: str) -> list[tuple[dict[str, str], str]]:
    return [(r.form, r.headers["X-Twilio-Signature"]) for r in webhook.received if r.path == path]


def test_every_request_may_come_twice(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    webhook.script |= {"/voice/answer": STEP, "/voice/step": "<Say>Done.</Say>"}
    call = make_exchange(adversity=Adversity(twice=1)).dial(CHAIR, LINE).press("4")
    first, second = sent_as(webhook, "/voice/step")
    assert first == second
    assert call.last_heard == "Done."
    assert not call.problems
    assert [r.kind for r in call.requests if r.path == "/voice/step"] == [
        RequestKind.GATHER,
        RequestKind.AGAIN,
    ]


def test_an_answer_that_differs_the_second_time_is_noticed(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    exchange = make_exchange(adversity=Adversity(twice=1))
    heard = set()
    for _ in range(10):
        webhook.script["/voice/answer"] = ["<Say>One</Say>", "<Say>Two</Say>"]
        call = exchange.dial(CHAIR, LINE)
        assert [p.code for p in call.problems] == [Code.ANSWERED_OTHERWISE]
        heard.add(call.last_heard)
    assert heard == {"One", "Two"}


def test_an_old_step_may_come_again(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    webhook.script |= {"/voice/answer": STEP, "/voice/step": f"<Say>Next.</Say>{STEP}"}
    call = make_exchange(adversity=Adversity(replayed=1)).dial(CHAIR, LINE)
    call.press("1").press("2").press("3")
    assert len([r for r in call.requests if r.kind is RequestKind.REPLAY]) == 3
    assert call.turns == 3
    # A replay is an old request byte for byte, its signature too.
    every = [(r.path, str(r.form), r.headers["X-Twilio-Signature"]) for r in webhook.received]
    assert len(set(every)) == 4 < len(every)


def test_a_driver_can_replay_what_it_likes_even_after_the_end(
    webhook: Webhook, exchange: Exchange
) -> None:
    webhook.script |= {"/voice/answer": STEP, "/voice/step": ""}
    call = exchange.dial(CHAIR, LINE).press("1")
    assert call.state is CallStatus.COMPLETED
    call.replay(call.sent[0])
    assert sent_as(webhook, "/voice/answer")[0] == sent_as(webhook, "/voice/answer")[1]
    assert call.state is CallStatus.COMPLETED


def test_parameters_nobody_announced(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    webhook.script["/voice/answer"] = ""
    calm, novel = make_exchange(), make_exchange(adversity=Adversity(novelties=1))
    calm.dial(CHAIR, LINE)
    novel.dial(CHAIR, LINE)
    ordinary, other = webhook.forms("/voice/answer")
    assert len(other.keys() - ordinary.keys()) == 1


def test_callbacks_may_be_lost(webhook: Webhook, make_exchange: Callable[..., Exchange]) -> None:
    webhook.script["/voice/answer"] = ""
    make_exchange(adversity=Adversity(status_lost=1)).dial(CHAIR, LINE)
    assert not webhook.forms("/voice/status")


def test_callbacks_may_come_twice(webhook: Webhook, make_exchange: Callable[..., Exchange]) -> None:
    webhook.script["/voice/answer"] = ""
    make_exchange(adversity=Adversity(status_doubled=1)).dial(CHAIR, LINE)
    one, two = webhook.forms("/voice/status")
    assert one == two


def test_callbacks_may_come_out_of_order(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    webhook.script["/voice/answer"] = ""
    events = (CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.COMPLETED)
    exchange = make_exchange(adversity=Adversity(status_late=0.5), status_events=events, seed=5)
    for _ in range(6):
        exchange.dial(CHAIR, LINE)
    exchange.settle()
    numbers = [int(f["SequenceNumber"]) for f in webhook.forms("/voice/status")]
    assert sorted(numbers) == sorted([0, 1, 2] * 6)
    assert numbers != [0, 1, 2] * 6


def test_a_late_callback_is_delivered_when_the_exchange_closes(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    webhook.script["/voice/answer"] = ""
    with make_exchange(adversity=Adversity(status_late=1)) as exchange:
        exchange.dial(CHAIR, LINE)
        assert not webhook.forms("/voice/status")
    assert len(webhook.forms("/voice/status")) == 1


def test_accidents_repeat_with_the_seed(
    webhook: Webhook, make_exchange: Callable[..., Exchange]
) -> None:
    webhook.script |= {"/voice/answer": STEP, "/voice/step": STEP}
    often = Adversity(twice=0.4, replayed=0.4, novelties=0.4, status_doubled=0.4)
    runs = []
    for _ in range(2):
        exchange = make_exchange(adversity=often, seed=11)
        calls = [exchange.dial(CHAIR, LINE).press("1234").hang_up() for _ in range(3)]
        runs.append([[(r.kind, r.path) for r in call.requests] for call in calls])
    assert runs[0] == runs[1]


def test_forty_calls_at_once(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": '<Gather numDigits="3" action="/voice/step"/>',
        "/voice/step": lambda received: f"<Say>{received.form['Digits']}</Say>",
    }
    heard: dict[str, str] = {}

    def talk(number: int) -> None:
        digits = f"{number:03d}"
        heard[digits] = exchange.dial(CHAIR, LINE).press(digits).last_heard

    threads = [threading.Thread(target=talk, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {digits: digits for digits in heard}
    assert len(heard) == 40
    assert len({form["CallSid"] for form in webhook.forms("/voice/answer")}) == 40
