"""The web server as it really runs, `hotline web`, and clients that do not play along."""

from __future__ import annotations

import http.client
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from config.settings import Settings, load
from hotline.store import database
from hotline.store.schema import migration

ROOT = Path(__file__).parents[2]
SECONDS = 110
"""How long anything may take to come about: the machine may be busy with something else."""

CARRIER_SECONDS = 15
"""How long the telephone network waits for an answer."""

HEAD = b"Host: line.example.org\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@dataclass(frozen=True)
class Stall:
    """What a client sends, and what it goes on with every half second; b"" is silence."""

    name: str
    begin: bytes
    drip: bytes = b""


STALLS = (
    Stall("nothing", b""),
    Stall("half a line", b"POST /voi"),
    Stall("headers that drip", b"GET /results HTTP/1.1\r\nX: ", b"x"),
    Stall(
        "a body that stops",
        b"POST /voice/answer HTTP/1.1\r\n"
        + HEAD
        + FORM
        + b"Content-Length: 200000\r\n\r\nCallSid=CA",
    ),
    Stall(
        "a body that drips",
        b"POST /voice/answer HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: 200000\r\n\r\n",
        b"x",
    ),
    Stall(
        "chunks that drip",
        b"POST /sign-in HTTP/1.1\r\n" + HEAD + FORM + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1\r\nx\r\n",
    ),
    Stall(
        "a form that stops",
        b"POST /sign-in HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: 5000\r\n\r\nname=",
    ),
    Stall("one answer, then nothing", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n"),
)


class StalledClients:
    """Connections that are opened and held; what is sent to them is read and dropped."""

    def __init__(self, port: int, number: int, stalls: Sequence[Stall] = STALLS) -> None:
        self._selector = selectors.DefaultSelector()
        self._ending = False
        self.left = 0
        for n in range(number):
            stall = stalls[n % len(stalls)]
            client = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
            client.sendall(stall.begin)
            client.setblocking(False)
            self._selector.register(client, selectors.EVENT_READ, stall)
            self.left += 1
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def wait_until_all_are_closed(self) -> None:
        wait_for(lambda: not self.left)

    def _go_on(self) -> None:
        drip_at = time.monotonic()
        while not self._ending:
            for key, _ in self._selector.select(0.1):
                self._read(key.fileobj)
            if time.monotonic() >= drip_at:
                drip_at = time.monotonic() + 0.5
                for key in list(self._selector.get_map().values()):
                    self._drip(key.fileobj, key.data.drip)

    def _read(self, client: socket.socket) -> None:
        try:
            gone = not client.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self._drop(client)

    def _drip(self, client: socket.socket, drip: bytes) -> None:
        try:
            if drip:
                client.send(drip)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(client)

    def _drop(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        client.close()
        self.left -= 1


class Served:
    """A `hotline web`, or another command, that answers at a port."""

    def __init__(self, settings: Settings, port: int, process: subprocess.Popen[bytes]) -> None:
        self.settings, self.port, self.process = settings, port, process

    def ask(
        self, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Status and body. Raises OSError where there is none in the carrier's time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=CARRIER_SECONDS)
        try:
            if form is None:
                connection.request("GET", path, headers=headers)
            else:
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", path, urlencode(form), {**kind, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def signed(self, path: str, **form: str) -> int:
        """The status of a webhook's answer, asked as the telephone network asks."""
        validator = RequestValidator(self.settings.auth_tokens[0])
        signature = validator.compute_signature(self.settings.url + path, form)
        return self.ask(path, form, **{"X-Twilio-Signature": signature})[0]


@contextmanager
def serving(
    var: Path,
    redis_url: str,
    *command: str,
    is_up: Callable[[Served], bool] | None = None,
    **environment: str,
) -> Iterator[Served]:
    """`hotline COMMAND` in the sandbox's settings, with a database of its own below `var`.

    `is_up`: whether it is; by default when it answers at its port.
    """
    port = free_port()
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")},
        "HOTLINE_VAR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'hotline.db'}",
        "REDIS_URL": redis_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        **environment,
    }
    settings = load(
        var=var, port=port, public_url=env["PUBLIC_URL"], database_url=env["DATABASE_URL"]
    )
    engine = database.connect(settings.database)
    migration.upgrade(engine)
    engine.dispose()
    process = subprocess.Popen([sys.executable, "-m", "hotline", *command], env=env, cwd=ROOT)
    served = Served(settings, port, process)
    try:
        wait_for(lambda: (is_up or answers)(served))
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(SECONDS)
        finally:
            process.kill()


def answers(served: Served) -> bool:
    if served.process.poll() is not None:
        raise AssertionError(f"the server ended with status {served.process.returncode}")
    try:
        return served.ask("/healthz")[0] == 200
    except OSError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not come about")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
