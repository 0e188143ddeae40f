"""Clients that do not finish their requests keep nobody from being answered."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from tests.gateway.serving import Served, StalledClients, serving
from tests.servers import RedisServer

CALL = {"CallSid": "CA00000000000000000000000000000001", "CallStatus": "completed"}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer) -> Iterator[Served]:
    var = tmp_path_factory.mktemp("stalled")
    with serving(var, redis_server.url, "web") as served:
        yield served


def test_calls_are_answered_beside_32_unfinished_requests(web: Served) -> None:
    _answers_beside(web, 32)


@pytest.mark.slow
def test_calls_are_answered_beside_1000_unfinished_requests(web: Served) -> None:
    _answers_beside(web, 1000)


def _answers_beside(web: Served, number: int) -> None:
    with StalledClients(web.port, number) as stalled:
        assert [web.signed("/voice/status", **CALL) for _ in range(20)] == [204] * 20
        assert web.ask("/results")[0] == 200
        stalled.wait_until_all_are_closed()
    assert web.signed("/voice/status", **CALL) == 204


def test_a_body_that_is_too_large_is_refused_by_path(web: Served) -> None:
    large = "x" * 300_000

    assert web.ask("/voice/answer", {"Digits": large})[0] == 413
    assert web.ask("/sign-in", {"name": large})[0] == 413
    assert web.ask("/admin/units/roster", {"file": large})[0] == 303  # read, and then to sign in
    assert web.signed("/voice/status", **CALL, Digits="9" * 65_536) == 204


def test_a_body_that_does_not_say_its_length_is_refused(web: Served) -> None:
    body = (b"CallSid=CA1" for _ in range(1))

    assert _posted(web, "/voice/status", body) == 411


def _posted(web: Served, path: str, body: Iterator[bytes]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=15)
    connection.request("POST", path, body, encode_chunked=True)
    status = connection.getresponse().status
    connection.close()
    return status
