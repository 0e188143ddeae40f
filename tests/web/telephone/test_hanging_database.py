"""A PostgreSQL whose processes stand still keeps every connection and answers nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from app import create_app
from hotline.operations.context import AppContext
from hotline.store.database import reading, writing
from hotline.store.postgresql import breaker_of
from tests.servers import PostgreSQLServer
from tests.web.telephone.network import (
    CHAIR,
    ONE,
    PERSON,
    REPORT,
    Network,
    Phone,
    kept_reports,
)

NETWORKS_PATIENCE = 15  # seconds for which Twilio waits for an answer


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(12) as pool:
        yield pool


def dial(network: Network, from_: str, sid: str) -> Phone:
    """From a client of its own: threads do not share one."""
    return Network(network.client.application.test_client()).dial(from_, sid)


def ask(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(1)).scalar_one()


def test_a_transaction_ends_though_the_server_says_nothing(
    engine: Engine, postgresql_server: PostgreSQLServer, callers: ThreadPoolExecutor
) -> None:
    def work() -> None:
        with writing(engine) as connection:
            connection.execute(select(1))
            with postgresql_server.hanging():
                callers.submit(connection.execute, select(1)).result(NETWORKS_PATIENCE)

    with pytest.raises(OperationalError):
        work()
    assert breaker_of(engine).recovers(60)
    with pytest.raises(OperationalError), postgresql_server.hanging():
        callers.submit(ask, engine).result(NETWORKS_PATIENCE)
    assert breaker_of(engine).recovers(60)
    assert ask(engine) == 1


def test_everybody_hears_a_sentence_and_is_given_a_person(
    network: Network,
    parts: AppContext,
    pins: dict[str, str],
    postgresql_server: PostgreSQLServer,
    callers: ThreadPoolExecutor,
) -> None:
    phones = [dial(network, f"+1515555014{n}", f"CA{n}").key(ONE) for n in range(8)]
    with postgresql_server.hanging():
        answers = [callers.submit(phone.key, pins[ONE]) for phone in phones]
        for answer in answers:
            phone = answer.result(NETWORKS_PATIENCE)
            assert phone.hears("Something went wrong on our side.")
            assert PERSON in phone.twiml
        later = [callers.submit(dial, network, CHAIR, f"CA9{n}") for n in range(4)]
        assert all(phone.result(NETWORKS_PATIENCE).twiml for phone in later)
        assert network.client.get("/healthz").status_code == 200
        assert network.client.get("/readyz").json["database"] != "ok"

    assert breaker_of(parts.engine).recovers(60)
    again = network.dial(sid="CA77").key(ONE, pins[ONE], *REPORT)
    assert again.hears("Filed.")
    assert len(kept_reports(parts)) == 1


def test_a_short_silence_is_waited_out(
    parts: AppContext,
    pins: dict[str, str],
    postgresql_server: PostgreSQLServer,
    callers: ThreadPoolExecutor,
) -> None:
    network = Network(create_app(parts=parts).test_client())
    phone = network.dial().key(ONE)
    with postgresql_server.hanging():
        answer = callers.submit(phone.key, pins[ONE])
        with pytest.raises(TimeoutError):
            answer.result(1)
    assert answer.result(NETWORKS_PATIENCE).key(*REPORT).hears("Filed.")
