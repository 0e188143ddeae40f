"""Ends connections whose clients do not read what they asked for.

An answer that is ready costs no thread, but memory and a file descriptor until it is read. Nothing
in the server bounds that time, so the kernel is asked how far each connection has come (Linux:
tcp(7), TCP_INFO; elsewhere nothing is ended).
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

EVERY = 5.0
"""Seconds between two looks."""

PATIENCE, LEAST = 30.0, 32 * 1024
"""Who reads less than so many bytes in so many seconds, while more is waiting, is not read to."""

FILES = Path("/proc/self/fd")
BYTES_ACKED = 120
"""Where struct tcp_info (linux/tcp.h) has tcpi_bytes_acked, 64 bits."""


@dataclass(slots=True)
class _Progress:
    since: float  # monotonic seconds
    acknowledged: int  # bytes, then


class SlowReaders:
    """Looks at the connections of this process."""

    def __init__(self, patience: float = PATIENCE, least: int = LEAST) -> None:
        self._patience, self._least = patience, least
        self._waiting: dict[int, _Progress] = {}  # by inode

    def watch(self) -> None:
        """Begins to look, in a thread that ends with the process."""
        if sys.platform == "linux":
            threading.Thread(target=self._look_for_ever, name="slow-readers", daemon=True).start()

    def look(self) -> int:
        """Ends the connections that are too slow; gives how many."""
        now, ended = time.monotonic(), 0
        waiting: dict[int, _Progress] = {}
        for inode, connection in _unread():
            acknowledged = _acknowledged(connection)
            progress = self._waiting.get(inode) or _Progress(now, acknowledged)
            if now - progress.since >= self._patience:
                if acknowledged - progress.acknowledged < self._least:
                    connection.shutdown(socket.SHUT_RDWR)
                    ended += 1
                    continue
                progress = _Progress(now, acknowledged)
            waiting[inode] = progress
        self._waiting = waiting
        return ended

    def _look_for_ever(self) -> None:
        while True:
            time.sleep(EVERY)
            with suppress(OSError):
                self.look()


def _unread() -> Iterator[tuple[int, socket.socket]]:
    """The inode and a duplicate of each client's connection that has something yet to read.

    A client's is one to a port on which this process listens; others are our own, to a database.
    """
    listening = {_local_port(one) for one in _sockets() if _listens(one)}
    for connection in _sockets():
        is_served = _local_port(connection) in listening and not _listens(connection)
        if is_served and _left(connection):
            yield os.fstat(connection.fileno()).st_ino, connection


def _sockets() -> Iterator[socket.socket]:
    """A duplicate of each TCP socket of this process, closed when the next one is asked for."""
    for file in FILES.iterdir():
        with suppress(OSError):  # closed meanwhile
            if not file.is_socket():
                continue
            with socket.socket(fileno=os.dup(int(file.name))) as found:
                if found.family in (socket.AF_INET, socket.AF_INET6):
                    yield found


def _listens(found: socket.socket) -> bool:
    return bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _local_port(found: socket.socket) -> int:
    return int(found.getsockname()[1])


def _left(connection: socket.socket) -> int:
    """Bytes that the client has not acknowledged."""
    answer = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4)
    return int(struct.unpack("i", answer)[0])


def _acknowledged(connection: socket.socket) -> int:
    """Bytes that the client has acknowledged since it came."""
    information = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return int(struct.unpack_from("Q", information, BYTES_ACKED)[0])
