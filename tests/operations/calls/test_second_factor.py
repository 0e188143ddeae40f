"""Codes to a unit's own phones: through real Redis, and the sandbox's REST interface."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from pydantic import SecretStr
from redis import Redis

from config.settings import CarrierName
from hotline.election.model import Election
from hotline.operations.calls.deliver_code import deliver_code
from hotline.operations.calls.second_factor import MOST_SENDS, TRIES, check_code, send_code
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.rest.api import rest_blueprint
from hotline.sandbox.rest.network import ApiError, Network
from hotline.store.database import writing
from hotline.store.queues import QueueName
from hotline.store.roster import roster
from hotline.telephony.network import Carrier, CarrierBusy
from hotline.telephony.twilio.rest import TwilioCarrier
from tests import ports
from tests.served import served
from tests.towns import CODES, town

ACCOUNT, TOKEN = "AC" + "0" * 32, "12345"
LINE, OWN, SPARE, BORROWED = (f"+151555501{n:02}" for n in (0, 23, 24, 77))
UNIT, NO_PHONES = CODES[0], CODES[1]
SID = "CA1"


@pytest.fixture
def town_() -> Election:
    return replace(town(), chairs_line=LINE, greeting="Town")


@pytest.fixture
def parts(parts: AppContext, town_: Election) -> AppContext:
    load_election(parts, town_, "test")
    with writing(parts.engine) as connection:
        chairs = [roster.Chair(UNIT, "Ann", (OWN,)), roster.Chair(UNIT, "Bo", (SPARE, BORROWED))]
        roster.replace_roster(connection, "town", [*chairs, roster.Chair(NO_PHONES, "Cy", (OWN,))])
    return parts


@pytest.fixture
def network() -> Iterator[Network]:
    exchange = Exchange(
        voice_url="http://127.0.0.1:9/",
        status_url="",
        auth_token=TOKEN,
        account_sid=ACCOUNT,
        numbers=[LINE],
        seed=1,
    )
    yield Network(exchange, ACCOUNT, seed=3)
    exchange.close()


@pytest.fixture
def carrier(network: Network) -> Iterator[Carrier]:
    app = Flask("rest")
    app.register_blueprint(rest_blueprint(network, {ACCOUNT: TOKEN}))
    with served(app) as port:
        carrier = TwilioCarrier(ACCOUNT, ACCOUNT, TOKEN, f"http://127.0.0.1:{port}")
        yield carrier
        carrier.close()


def send(
    parts: AppContext,
    unit: str = UNIT,
    caller: str | None = BORROWED,
    *,
    spoken: bool = False,
    language: str = "en",
) -> bool:
    active = parts.election()
    return send_code(parts, active.election, active.ledger_id, SID, unit, caller, spoken, language)


def jobs(parts: AppContext) -> list[str]:
    """The tokens of the codes that wait for a worker, the oldest first."""
    waiting = parts.queue(QueueName.MESSAGES).jobs
    assert all(job.func_name == "workers.second_factor.send_code" for job in waiting)
    assert all(len(job.args) == 1 for job in waiting)
    return [job.args[0] for job in waiting]


def texted(network: Network, phone: str = OWN) -> str:
    """The code in the newest text message to a phone."""
    body = network.find_messages(to=phone)[0].body
    found = re.fullmatch(
        r"Town: (\d{6}) is the code to report for North, North 1 from another phone\. "
        r"If nobody is calling for you now, tell it to no one\.",
        body,
    )
    assert found, body
    return found[1]


def test_a_code_is_texted_to_the_units_other_phones(
    parts: AppContext, carrier: Carrier, network: Network
) -> None:
    assert send(parts)
    (token,) = jobs(parts)
    assert deliver_code(parts, carrier, token) == 2
    assert {message.to for message in network.messages} == {OWN, SPARE}
    assert {message.from_ for message in network.messages} == {LINE}
    code = texted(network)
    assert texted(network, SPARE) == code
    assert check_code(parts, SID, code)


def test_a_code_can_be_spoken_by_a_call_of_ours(
    parts: AppContext, carrier: Carrier, network: Network
) -> None:
    assert send(parts, spoken=True)
    assert deliver_code(parts, carrier, jobs(parts)[0]) == 2
    (ringing,) = network.ringing(OWN)
    call = network.answer(ringing.sid)
    assert call.problems == []
    found = re.search(r"another phone: ((?:\d, ){5}\d)\. Again: \1\.", call.heard[0].text)
    assert found, call.heard[0].text
    assert check_code(parts, SID, found[1].replace(", ", ""))
    assert not network.messages


def test_neither_the_job_nor_the_log_knows_a_code_or_a_number(
    parts: AppContext,
    carrier: Carrier,
    network: Network,
    redis: Redis,
    caplog: pytest.LogCaptureFixture,
) -> None:
    network.refuse_next(error=ApiError(400, 21610, f"The number {OWN} has unsubscribed"))
    with caplog.at_level(logging.INFO):
        send(parts)
        (token,) = jobs(parts)
        job = parts.queue(QueueName.MESSAGES).jobs[0]
        kept = b"".join(redis.hgetall(f"rq:job:{job.id}").values())
        assert deliver_code(parts, carrier, token) == 1
    code = texted(network, SPARE)
    for secret in (code, OWN, SPARE, OWN[1:]):
        assert secret not in caplog.text
        assert secret.encode() not in kept
    assert "…0123 was refused: 400 21610" in caplog.text


def test_what_is_kept_is_a_hash_and_soon_gone(
    parts: AppContext, carrier: Carrier, network: Network, redis: Redis
) -> None:
    send(parts)
    deliver_code(parts, carrier, jobs(parts)[0])
    code = texted(network)
    keys = list(redis.scan_iter("hotline:second:*"))
    assert {key.decode() for key in keys} == {
        "hotline:second:call:CA1",
        f"hotline:second:sends:{UNIT}",
    }
    assert code.encode() not in b"".join(redis.hgetall("hotline:second:call:CA1").values())
    assert 590 < redis.ttl("hotline:second:call:CA1") <= 600
    assert 3590 < redis.ttl(f"hotline:second:sends:{UNIT}") <= 3600


class TestChecking:
    @pytest.fixture
    def code(self, parts: AppContext, carrier: Carrier, network: Network) -> str:
        send(parts)
        deliver_code(parts, carrier, jobs(parts)[0])
        return texted(network)

    def test_a_right_code_works_once(self, parts: AppContext, code: str) -> None:
        assert check_code(parts, SID, code)
        assert not check_code(parts, SID, code)

    def test_it_works_for_its_own_call_only(self, parts: AppContext, code: str) -> None:
        assert not check_code(parts, "CA2", code)
        assert check_code(parts, SID, code)

    def test_after_so_many_wrong_ones_none_works(self, parts: AppContext, code: str) -> None:
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for _ in range(TRIES):
            assert not check_code(parts, SID, wrong)
        assert not check_code(parts, SID, code)

    def test_two_wrong_ones_are_forgiven(self, parts: AppContext, code: str) -> None:
        for wrong in ("", "٣" * 6):
            assert not check_code(parts, SID, wrong)
        assert check_code(parts, SID, code)

    def test_a_new_code_makes_the_earlier_one_void(
        self, parts: AppContext, code: str, carrier: Carrier, network: Network
    ) -> None:
        check_code(parts, SID, "000000")
        send(parts)
        deliver_code(parts, carrier, jobs(parts)[-1])
        assert not check_code(parts, SID, code)
        assert check_code(parts, SID, texted(network))

    @pytest.mark.both_databases
    def test_of_many_at_once_one_is_right(self, parts: AppContext, code: str) -> None:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(lambda _: check_code(parts, SID, code), range(16))) == 1


# --- Where nothing is sent


def test_the_calling_phone_is_never_told(parts: AppContext) -> None:
    assert not send(parts, NO_PHONES, caller=OWN)
    assert not send(parts, CODES[2])
    assert jobs(parts) == []


def test_a_withheld_caller_is_no_phone_of_the_units(
    parts: AppContext, carrier: Carrier, network: Network
) -> None:
    assert send(parts, caller=None)
    assert deliver_code(parts, carrier, jobs(parts)[0]) == 3


def test_a_guesser_cannot_flood_a_chair(parts: AppContext) -> None:
    assert [send(parts) for _ in range(MOST_SENDS + 2)] == [True] * MOST_SENDS + [False] * 2
    assert len(jobs(parts)) == MOST_SENDS
    assert send(parts, NO_PHONES)


def test_test_data_reaches_no_real_chair(parts: AppContext) -> None:
    open_ledger(parts, is_test=True, by="test")
    assert send(parts)
    settings = parts.settings.model_copy(update={"carrier": CarrierName.TWILIO})
    elsewhere = AppContext(settings, parts.engine, parts.redis, parts.now)
    assert not send(elsewhere)


def test_without_redis_nothing_is_sent(parts: AppContext) -> None:
    with connect_redis(f"redis://127.0.0.1:{ports.NOBODY}") as nobody:
        silent = AppContext(parts.settings, parts.engine, nobody, parts.now)
        assert not send(silent)
    assert silent.counts["second factor"] == 1


def test_without_a_pepper_no_code_is_made(parts: AppContext) -> None:
    settings = parts.settings.model_copy(update={"pin_pepper": SecretStr("")})
    with pytest.raises(ValueError, match="PIN_PEPPER"):
        check_code(AppContext(settings, parts.engine, parts.redis, parts.now), SID, "471023")


# --- A carrier in trouble


def test_while_the_carrier_is_busy_the_rest_waits(
    parts: AppContext, carrier: Carrier, network: Network
) -> None:
    send(parts)
    (token,) = jobs(parts)
    network.refuse_next(1)
    with pytest.raises(CarrierBusy):
        deliver_code(parts, carrier, token)
    assert deliver_code(parts, carrier, token) == 2
    assert len(network.messages) == 2
    assert deliver_code(parts, carrier, token) == 0
    assert len(network.messages) == 2


def test_nobody_is_sent_a_code_that_is_too_old(
    parts: AppContext, carrier: Carrier, network: Network, redis: Redis
) -> None:
    send(parts)
    (token,) = jobs(parts)
    assert 110 < redis.ttl(f"hotline:second:way:{token}") <= 120
    redis.delete(f"hotline:second:way:{token}")
    assert deliver_code(parts, carrier, token) == 0
    assert not network.messages


def test_a_code_comes_in_the_language_of_the_call(
    parts: AppContext, network: Network, carrier: Carrier
) -> None:
    assert send(parts, language="es")
    assert deliver_code(parts, carrier, jobs(parts)[0]) == 2
    assert "es el código para informar por North, North 1" in network.find_messages(to=OWN)[0].body
