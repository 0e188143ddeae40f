"""Kept connections through a proxy with TLS, which closes them when it likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline.sandbox.problems import Code
from hotline.sandbox.wire.client import Failure, HttpAnswer, Wire
from tests.sandbox.webhook import TOKEN
from tests.sandbox.wire.tls_server import Closing, TlsServer, When

FORM = {"CallSid": "CA1", "Digits": "12"}


@pytest.fixture
def serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[When, Closing], tuple[TlsServer, Wire]]]:
    started: list[tuple[TlsServer, Wire]] = []

    def start(when: When, how: Closing) -> tuple[TlsServer, Wire]:
        server = TlsServer(tmp_path, when, how)
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        started.append((server, Wire(TOKEN)))
        return started[-1]

    yield start
    for server, wire in started:
        wire.close()
        server.close()


@pytest.mark.parametrize("how", Closing)
@pytest.mark.parametrize("when", [When.IDLE, When.ASKED])
def test_a_kept_connection_that_was_closed_is_tried_again(
    serve: Callable[[When, Closing], tuple[TlsServer, Wire]], when: When, how: Closing
) -> None:
    server, wire = serve(when, how)
    wire.send("POST", f"{server.url}/x", FORM)
    if when is When.IDLE:
        assert server.closed.wait(10)
    answer = wire.send("POST", f"{server.url}/x", FORM)
    assert isinstance(answer, HttpAnswer), answer
    assert answer.body == b"<Response/>"
    assert server.requests[-1] == 2


@pytest.mark.parametrize("how", Closing)
def test_what_began_to_be_answered_is_not_asked_again(
    serve: Callable[[When, Closing], tuple[TlsServer, Wire]], how: Closing
) -> None:
    server, wire = serve(When.BEGUN, how)
    wire.send("POST", f"{server.url}/x", FORM)
    answer = wire.send("POST", f"{server.url}/x", FORM)
    assert isinstance(answer, Failure), answer
    assert answer.code == Code.PROTOCOL_VIOLATION
    assert server.requests == [1, 1]
