"""A web server with TLS on loopback that closes kept connections, as proxies do."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from contextlib import suppress
from enum import Enum
from pathlib import Path

from tests.gateway.certificate import self_signed

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>"


class Closing(Enum):
    """How a connection is closed."""

    NOTIFIED = "as TLS has it, with close_notify"
    CUT = "without a word of TLS"
    RESET = "by a reset"


class When(Enum):
    """What a connection does after its first answer."""

    IDLE = "it is closed before the next request"
    ASKED = "it is closed once the next request has come"
    BEGUN = "it is closed within the next answer"


class TlsServer:
    """Its first connection is closed so, and then; every other one is kept."""

    def __init__(self, folder: Path, when: When, how: Closing) -> None:
        self.certificate = folder / "certificate.pem"
        self.certificate.write_bytes(self_signed())
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate)
        self._when, self._how = when, how
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self.requests: list[int] = []  # the number of the connection of each
        self.closed = threading.Event()  # the first connection
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Once its clients have closed theirs."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                raw, _ = self._listener.accept()
                number = len(self._threads)
                thread = threading.Thread(target=self._serve, args=(raw, number))
                self._threads.append(thread)
                thread.start()

    def _serve(self, raw: socket.socket, number: int) -> None:
        with raw, self._context.wrap_socket(raw, server_side=True) as connection:
            while self._read(connection, number):
                if number == 1 and len(self.requests) > 1:
                    if self._when is When.BEGUN:
                        connection.sendall(ANSWER[:8])
                    self._close(connection)
                    break
                connection.sendall(ANSWER)
                if number == 1 and self._when is When.IDLE:
                    self._close(connection)
                    break

    def _read(self, connection: ssl.SSLSocket, number: int) -> bool:
        """A whole request; False at the end of the connection."""
        received = b""
        while not received.endswith(b"Digits=12"):
            block = connection.recv(65536)
            if not block:
                return False
            received += block
        self.requests.append(number)
        return True

    def _close(self, connection: ssl.SSLSocket) -> None:
        if self._how is Closing.NOTIFIED:
            connection.settimeout(0)
            with suppress(OSError):  # the client's own close_notify is not waited for
                connection.unwrap()
        elif self._how is Closing.RESET:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()
        self.closed.set()
