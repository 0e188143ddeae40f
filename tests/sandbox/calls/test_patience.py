"""Calls that last as long in real time as they would on a telephone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from hotline.sandbox.calls.patience import CallClock
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.webhook import CHAIR, LINE, Webhook

FIVE_WORDS = "one two three four five"  # two seconds of speech
SLACK = 0.6  # of a machine that is busy with other things


class Stopwatch:
    def __init__(self) -> None:
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


def test_a_silence_takes_its_time(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": '<Gather action="/voice/step" actionOnEmptyResult="true" timeout="1"/>',
        "/voice/step": "",
    }
    watch = Stopwatch()
    call = exchange.dial(CHAIR, LINE, patient=True).silence()
    assert 1.75 <= watch.seconds < 1.75 + SLACK  # and the turn
    assert call.seconds == pytest.approx(watch.seconds, abs=0.3)
    assert int(webhook.forms("/voice/status")[0]["CallDuration"]) == 2


def test_no_key_is_sent_before_what_was_said_is_heard(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": f'<Gather numDigits="1" action="/voice/step"><Say>{FIVE_WORDS}</Say>'
        "</Gather>",
        "/voice/step": "",
    }
    watch = Stopwatch()
    exchange.dial(CHAIR, LINE, patient=True).press("1")
    assert 2 + 0.8 + 0.75 <= watch.seconds < 3.55 + SLACK


def test_the_last_words_are_heard_before_the_call_is_over(
    webhook: Webhook, exchange: Exchange
) -> None:
    webhook.script["/voice/answer"] = f"<Say>{FIVE_WORDS}</Say><Hangup/>"
    watch = Stopwatch()
    call = exchange.dial(CHAIR, LINE, patient=True)
    assert call.ended
    assert 2 <= watch.seconds < 2 + SLACK


def test_a_slow_line_counts_as_time_on_it(webhook: Webhook, exchange: Exchange) -> None:
    def slowly(_received: object) -> str:
        time.sleep(1.2)
        return ""

    webhook.script |= {
        "/voice/answer": '<Gather numDigits="1" action="/voice/step"/>',
        "/voice/step": slowly,
    }
    call = exchange.dial(CHAIR, LINE, patient=True).press("1")
    assert call.seconds >= 0.8 + 0.75 + 1.2


def test_hanging_up_interrupts_the_waiting(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script |= {
        "/voice/answer": '<Gather action="/voice/step" actionOnEmptyResult="true" timeout="60"/>',
        "/voice/step": "<Say>Still there?</Say>",
    }
    call = exchange.dial(CHAIR, LINE, patient=True)
    waiting = threading.Thread(target=call.silence)
    waiting.start()
    time.sleep(0.3)
    call.hang_up()
    waiting.join(5)
    assert not waiting.is_alive()
    assert call.state is CallStatus.COMPLETED
    assert not webhook.forms("/voice/step")
    assert call.seconds < 2, "who hung up early was not there for the whole of it"


def test_listening_lasts_and_hanging_up_ends_it(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = '<Gather timeout="60"/>'
    watch = Stopwatch()
    call = exchange.dial(CHAIR, LINE, patient=True).listen(0.5).hang_up()
    assert 0.5 <= watch.seconds < 0.5 + SLACK
    assert 0.5 <= call.seconds < 0.5 + SLACK


def test_who_is_turned_away_waits_for_nothing(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = '<Reject reason="busy"/>'
    watch = Stopwatch()
    call = exchange.dial(CHAIR, LINE, patient=True)
    assert (call.state, call.seconds) == (CallStatus.BUSY, 0.0)
    assert watch.seconds < SLACK


def test_everybody_else_waits_for_nothing(webhook: Webhook, exchange: Exchange) -> None:
    webhook.script["/voice/answer"] = '<Gather timeout="60"/>'
    watch = Stopwatch()
    exchange.dial(CHAIR, LINE).listen(60).silence()
    assert watch.seconds < SLACK


def test_a_night_may_be_hurried(webhook: Webhook, make_exchange: Callable[..., Exchange]) -> None:
    webhook.script["/voice/answer"] = f"<Say>{' '.join([FIVE_WORDS] * 5)}</Say>"
    watch = Stopwatch()
    call = make_exchange(pace=10.0).dial(CHAIR, LINE, patient=True)
    assert 1 <= watch.seconds < 1 + SLACK
    assert call.seconds >= 10


def test_the_clock_runs_from_the_answer() -> None:
    now = [100.0]
    patience = CallClock(lambda: now[0])
    assert patience.elapsed == 0
    patience.begin()
    now[0] += 7
    assert patience.elapsed == 7
    assert patience.wait_until(7)
    assert CallClock(lambda: now[0], pace=3).elapsed == 0
    patience.give_up()
    assert not patience.wait_until(1000)
