"""One port for calls and pages: `hotline voice` passes on to `hotline web` what is not its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.serving import Served, StalledClients, answers, serving
from tests.servers import RedisServer

CALL = {"CallSid": "CA00000000000000000000000000000001", "CallStatus": "completed"}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer) -> Iterator[Served]:
    var = tmp_path_factory.mktemp("port")
    with tempfile.TemporaryDirectory() as short:
        pages = {"HOTLINE_PAGES_SOCKET": str(Path(short) / "pages.sock")}
        with (
            serving(var, redis_server.url, "voice", **pages) as voice,
            serving(var, redis_server.url, "web", is_up=lambda _: shows_pages(voice), **pages),
        ):
            yield voice


def shows_pages(voice: Served) -> bool:
    return answers(voice) and voice.ask("/sign-in")[0] == 200


def test_calls_and_pages_are_had_at_one_port(port: Served) -> None:
    assert port.signed("/voice/status", **CALL) == 204
    status, page = port.ask("/results")
    assert (status, b"</html>" in page) == (200, True)
    assert port.ask("/desk/")[0] == 303
    assert port.ask("/nowhere")[0] == 404


def test_pages_are_had_beside_unfinished_requests(port: Served) -> None:
    with StalledClients(port.port, 32):
        assert port.ask("/results?lang=es")[0] == 200
        assert port.signed("/voice/status", **CALL) == 204


def test_bodies_have_limits_by_their_path(port: Served) -> None:
    large = "x" * 300_000

    assert port.ask("/sign-in", {"name": large})[0] == 413
    assert port.ask("/admin/units/roster", {"file": large})[0] == 303  # read, then to sign in
