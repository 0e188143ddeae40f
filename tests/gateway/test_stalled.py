"""Clients that do not finish their requests keep nobody from being answered."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from tests.gateway.serving import Served, StalledClients, serving
from tests.servers import RedisServer

CALL = {"CallSid": "CA00000000000000000000000000000001", "CallStatus": "completed"}


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer) -> Iterator[Served]:
    var = tmp_path_factory.mktemp("stalled")
    with serving(var, redis_server.url, "voice") as served:
        yield served


def test_calls_are_answered_beside_32_unfinished_requests(voice: Served) -> None:
    _answers_beside(voice, 32)


@pytest.mark.slow
def test_calls_are_answered_beside_1000_unfinished_requests(voice: Served) -> None:
    _answers_beside(voice, 1000)


def _answers_beside(voice: Served, number: int) -> None:
    with StalledClients(voice.port, number) as stalled:
        assert [voice.signed("/voice/status", **CALL) for _ in range(20)] == [204] * 20
        stalled.wait_until_all_are_closed()
    assert voice.signed("/voice/status", **CALL) == 204


def test_a_body_that_is_too_large_is_refused(voice: Served) -> None:
    assert voice.ask("/voice/answer", {"Digits": "9" * 300_000})[0] == 413
    assert voice.signed("/voice/status", **CALL, Digits="9" * 65_536) == 204


def test_a_body_that_does_not_say_its_length_is_refused(voice: Served) -> None:
    body = (b"CallSid=CA1" for _ in range(1))

    assert _posted(voice, "/voice/status", body) == 411


def _posted(voice: Served, path: str, body: Iterator[bytes]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", voice.port, timeout=15)
    connection.request("POST", path, body, encode_chunked=True)
    status = connection.getresponse().status
    connection.close()
    return status
