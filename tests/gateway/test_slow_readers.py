"""Who does not read what was asked for is not waited for; who reads, however little, is."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from hotline.gateway.slow_readers import SlowReaders

ENOUGH = 4_000_000
"""Bytes that no buffer between two sockets of one machine holds."""


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client's end of a connection, and ours, with more to read than was read."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        server, _ = listening.accept()
        server.setblocking(False)
        with client, server:
            sent = 1
            while sent:
                try:
                    sent = server.send(b"x" * ENOUGH)
                except BlockingIOError:
                    break
            yield client, server


def is_open(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_who_reads_nothing_is_cut_off(pair: tuple[socket.socket, socket.socket]) -> None:
    readers = SlowReaders(patience=0)
    _, server = pair
    assert readers.look() == 1
    assert not is_open(server)


def test_patience_is_had_first(pair: tuple[socket.socket, socket.socket]) -> None:
    readers = SlowReaders(patience=3600)
    _, server = pair
    assert [readers.look(), readers.look()] == [0, 0]
    assert is_open(server)


def test_who_reads_enough_is_read_to(pair: tuple[socket.socket, socket.socket]) -> None:
    client, server = pair
    readers = SlowReaders(patience=0, least=0)
    client.recv(100_000)
    assert readers.look() == 0
    assert is_open(server)


def test_connections_of_our_own_are_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        ours = socket.create_connection(elsewhere.getsockname())
        theirs, _ = elsewhere.accept()
    with ours, theirs:  # nobody listens at that port any more
        ours.setblocking(False)
        ours.send(b"x" * ENOUGH)
        assert SlowReaders(patience=0).look() == 0
        assert is_open(ours)
