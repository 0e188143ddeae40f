"""A test that speaks to somebody else's server is refused, and fails."""

from __future__ import annotations

import socket

import pytest

from tests import ports


@pytest.mark.parametrize("port", [5432, 6379, 8000, 8001])
def test_a_fixed_port_is_refused(port: int) -> None:
    with pytest.raises(ConnectionRefusedError, match=f"may not talk to 127.0.0.1:{port}"):
        socket.create_connection(("127.0.0.1", port))

    assert ports.refused() == [f"127.0.0.1:{port}"]


def test_a_port_that_was_handed_out_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2]).close()

    assert ports.refused() == []
