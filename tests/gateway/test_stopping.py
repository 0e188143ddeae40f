"""What a server that is told to stop does with the requests that it has."""

from __future__ import annotations

import select
import signal
import socket
from pathlib import Path

import pytest

from hotline.commands.processes.serving import STOP_SECONDS
from hotline.supervisor.processes import GRACE
from tests.gateway.serving import CARRIER_SECONDS, FORM, HEAD, Served, serving, wait_for
from tests.servers import RedisServer

FORMERLY = 4  # seconds; after three it was killed


@pytest.mark.slow
def test_what_was_begun_is_answered_and_nothing_new_is_taken(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    with serving(tmp_path, redis_server.url, "voice") as voice:
        caller = socket.create_connection(("127.0.0.1", voice.port), timeout=CARRIER_SECONDS)
        caller.sendall(b"POST /voice/answer HTTP/1.1\r\n" + HEAD + FORM)
        caller.sendall(b"Content-Length: 11\r\n\r\nCallSid")
        idle = socket.create_connection(("127.0.0.1", voice.port), timeout=CARRIER_SECONDS)
        idle.sendall(b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert idle.recv(65536)
        voice.process.send_signal(signal.SIGTERM)
        wait_for(lambda: is_refused(voice))
        assert idle.recv(65536) == b""
        assert select.select([caller], [], [], FORMERLY) == ([], [], [])
        caller.sendall(b"=CA1")
        answer = caller.recv(65536)
        assert answer.startswith(b"HTTP/1.1 403")  # it is not signed, which was looked at
        assert b"connection: close" in answer
        assert voice.process.wait(CARRIER_SECONDS) == 0
        caller.close()
        idle.close()


def is_refused(voice: Served) -> bool:
    try:
        socket.create_connection(("127.0.0.1", voice.port), timeout=1).close()
    except OSError:
        return True
    return False


def test_an_answer_may_take_as_long_as_the_telephone_network_waits() -> None:
    assert CARRIER_SECONDS <= STOP_SECONDS < GRACE
