"""A chair on a borrowed phone keys the code that went to the chair's own phone."""

from __future__ import annotations

import pytest
from redis import Redis

from config.settings import SecondFactor
from hotline.operations.context import AppContext
from hotline.store.calls import second_factor
from hotline.store.queues import QueueName
from tests.web.telephone.network import CHAIR, ONE, REPORT, STRANGER, Network, kept_reports


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"second_factor": SecondFactor.ALWAYS})


def sent(parts: AppContext) -> second_factor.Delivery:
    """The code that was sent last, taken as a worker takes it."""
    token = parts.queue(QueueName.MESSAGES).jobs[-1].args[0]
    delivery = second_factor.take(parts.redis, token)
    assert delivery is not None
    return delivery


def test_a_report_from_a_borrowed_phone(
    network: Network, parts: AppContext, pins: dict[str, str], redis: Redis
) -> None:
    phone = network.dial(STRANGER).key(ONE, pins[ONE])
    assert phone.hears("A code of six digits is on its way")
    delivery = sent(parts)
    assert (delivery.phones, delivery.spoken) == ((CHAIR,), False)
    everything = b"".join(redis.hgetall("hotline:call:CA01").values())
    assert pins[ONE].encode() not in everything
    assert delivery.code.encode() not in everything
    phone.key(delivery.code)
    assert phone.hears("How many attend?")
    phone.key(*REPORT)
    assert phone.hears("Filed.")
    (row,) = kept_reports(parts)
    assert delivery.code not in str(row)


def test_what_a_dropped_call_left_is_found_again(
    network: Network, parts: AppContext, pins: dict[str, str]
) -> None:
    network.dial(CHAIR, sid="CA01").key("1", pins[ONE], "35#")
    borrowed = network.dial(STRANGER, sid="CA02").key(ONE, pins[ONE])
    borrowed.key(sent(parts).code)
    assert borrowed.hears("You had begun this report.")


def test_a_code_that_was_spoken_in_a_call(
    network: Network, parts: AppContext, pins: dict[str, str]
) -> None:
    phone = network.dial(STRANGER).key(ONE, pins[ONE])
    first = sent(parts)
    phone.key("1#")
    delivery = sent(parts)
    assert delivery.spoken
    assert phone.key(first.code).hears("That is not the code we sent.")
    assert phone.key(delivery.code).hears("How many attend?")


def test_three_wrong_codes_end_the_call(
    network: Network, parts: AppContext, pins: dict[str, str]
) -> None:
    phone = network.dial(STRANGER).key(ONE, pins[ONE])
    wrong = f"{(int(sent(parts).code) + 1) % 10**6:06}"
    phone.key(wrong, wrong, wrong)
    assert "<Hangup/>" in phone.twiml


def test_a_repeated_request_sends_no_second_code(
    network: Network, parts: AppContext, pins: dict[str, str]
) -> None:
    phone = network.dial(STRANGER).key(ONE)
    action = phone.action
    first = phone.post(action, Digits=pins[ONE], FinishedOnKey="")
    assert phone.post(action, Digits=pins[ONE], FinishedOnKey="") == first
    assert len(parts.queue(QueueName.MESSAGES).jobs) == 1


def test_the_chairs_own_phone_needs_none(network: Network, pins: dict[str, str]) -> None:
    assert network.dial(CHAIR).key("1", pins[ONE]).hears("How many attend?")
