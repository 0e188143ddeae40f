"""What open desks cost: 60 of them that ask every two seconds, or listen to a stream, and none.

    python -m tests.bench.desks [--desks 60] [--seconds 20]

The desk's pages are served by granian as `hotline web` does it, from one process, on SQLite and a
Redis server of its own, to somebody who is signed in. Twenty callers wait. `quiet`: nothing
changes; `busy`: somebody comes and somebody goes every second, which on a bad night is more than
there is. What counts is processor time of the web process in percent of one core. The stream is the
other way to do it: the server holds each connection, and a thread with it, and sends the page's
parts when they change.
"""

from __future__ import annotations

import argparse
import http.client
import logging
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from flask import Flask, Response, request
from redis import Redis

from hotline.commands.processes.serving import serve
from hotline.operations.context import AppContext, connect_redis, utc_now
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.overview import Floor
from hotline.operations.reports.load_election import load_election
from hotline.store import database
from hotline.store.desk.waiting import Class, PersonRequest, WaitingStore
from hotline.store.schema import migration
from hotline.web.console.access import Who, open_to
from hotline.web.desk.pages import POLL_SECONDS
from tests.operations.loaded import PEPPER
from tests.servers import RedisServer
from tests.towns import CODES, town
from tests.web.desk_pages import desk_app
from tests.web.switchboard import settings_of

FOLDER, REDIS = "BENCH_FOLDER", "BENCH_REDIS_URL"
WAITING = 20
STREAM_LOOKS = 0.5  # seconds between two looks at the queue, by each stream
TICKS = os.sysconf("SC_CLK_TCK")


def create_desk_app() -> Flask:
    """The desk's pages alone, with somebody signed in; and the same as a stream."""
    folder = Path(os.environ[FOLDER])
    engine = database.connect(f"sqlite:///{folder / 'hotline.db'}")
    parts = AppContext(
        settings_of(folder, PEPPER), engine, connect_redis(os.environ[REDIS]), utc_now
    )

    board = DeskServices(parts)
    app = desk_app(board, Floor(board))
    state = app.view_functions["desk.state"]

    @app.get("/stream")
    @open_to(Who.PUBLIC)
    def stream() -> Response:
        cookie = request.headers["Cookie"]

        def changes() -> Iterator[bytes]:
            last = ""
            while True:
                with app.test_request_context("/desk/state", headers={"Cookie": cookie}):
                    answer = state()
                if answer.headers["ETag"] != last:
                    last = answer.headers["ETag"]
                    yield b"data: " + answer.get_data() + b"\n\n"
                time.sleep(STREAM_LOOKS)

        return Response(changes(), mimetype="text/event-stream")

    return app


@contextmanager
def served(folder: Path, redis_url: str, threads: int) -> Iterator[tuple[int, int]]:
    """The port, and the process of the server."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, FOLDER: str(folder), REDIS: redis_url}
    command = [sys.executable, "-m", "tests.bench.desks", "--serve", str(port), str(threads)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=1), "")
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def _enter(port: int) -> str:
    """The cookie of somebody who is signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/enter/ann")
    return connection.getresponse().headers["Set-Cookie"].partition(";")[0]


def _ask(
    connection: http.client.HTTPConnection, etag: str, cookie: str = ""
) -> tuple[int, str, int]:
    known = {"If-None-Match": etag} if etag else {}
    headers = {"Cookie": cookie, "Accept": "application/json", **known}
    connection.request("GET", "/desk/state", headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers["ETag"], len(answer.read())


def process_tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in process_tree(int(child)))]


def processor_seconds(pid: int) -> float:
    total = 0
    for one in process_tree(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _memory(pid: int) -> float:
    """Megabytes that are not shared with others."""
    return sum(
        int(line.split()[1]) / 1024
        for one in process_tree(pid)
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        if line.startswith("Private_")
    )


class Clients:
    """Open desks, each in a thread of this process, which is not measured."""

    def __init__(self, port: int, desks: int, ask: Callable[[Clients, float], None]) -> None:
        self.port, self.stop, self.cookie = port, Event(), _enter(port)
        self.times: list[float] = []
        self.full = 0
        starts = [n * POLL_SECONDS / desks for n in range(desks)] if desks else []
        self.threads = [Thread(target=ask, args=(self, start), daemon=True) for start in starts]

    def poll(self, start: float) -> None:
        connection, etag = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20), ""
        self.stop.wait(start)
        while not self.stop.is_set():
            began = time.monotonic()
            status, etag, _ = _ask(connection, etag, self.cookie)
            self.times.append(time.monotonic() - began)
            self.full += status == 200
            self.stop.wait(POLL_SECONDS)

    def listen(self, start: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/stream", headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        while not self.stop.is_set():
            try:
                self.full += answer.fp.readline().startswith(b"data:")
            except TimeoutError:
                return


def measure(
    name: str,
    where: tuple[int, int],
    redis: Redis,
    desks: int,
    seconds: float,
    ask: Callable[[Clients, float], None],
    busy: bool,
) -> None:
    port, pid = where
    clients = Clients(port, desks, ask)
    for thread in clients.threads:
        thread.start()
    time.sleep(POLL_SECONDS + 1)
    clients.times.clear()
    before, began = processor_seconds(pid), time.monotonic()
    clients.full = 0
    while time.monotonic() - began < seconds:
        if busy:
            _change(redis)
        time.sleep(1)
    used, took = processor_seconds(pid) - before, time.monotonic() - began
    times = sorted(clients.times)
    slowest = f"{times[len(times) * 99 // 100] * 1000:7.1f} ms" if times else "         –"
    print(
        f"{name:34} {used / took * 100:6.1f} % of a core  {_memory(pid):6.0f} MB  "
        f"{len(times) / took:6.1f} requests/s  {clients.full / took:6.1f} pages/s  p99 {slowest}",
        flush=True,
    )
    clients.stop.set()


def _change(redis: Redis) -> None:
    """Somebody goes, and somebody comes."""
    queue = WaitingStore(redis)
    queue.remove(queue.everyone()[-1].sid)
    _join(queue, int(time.time() * 1000))


def _join(queue: WaitingStore, number: int) -> None:
    asking = PersonRequest(
        rank=Class.ROSTER,
        caller=f"key{number}",
        last4="0142",
        number="+15155550142",
        standing="roster",
        unit=CODES[number % len(CODES)],
        reason="pressed 0",
        language="en",
        step=3,
        line="+15155550100",
    )
    queue.join(f"CA{number}", asking, utc_now())


def main(desks: int, seconds: float) -> None:
    logging.disable(logging.WARNING)
    with (
        tempfile.TemporaryDirectory() as name,
        RedisServer() as server,
        connect_redis(server.url) as redis,
    ):
        folder = Path(name)
        engine = database.connect(f"sqlite:///{folder / 'hotline.db'}")
        migration.upgrade(engine)
        load_election(
            AppContext(settings_of(folder, PEPPER), engine, redis, utc_now), town(), "bench"
        )
        for number in range(WAITING):
            _join(WaitingStore(redis), number)
        with served(folder, server.url, 8) as where:
            measure("no desk", where, redis, 0, seconds, Clients.poll, busy=False)
            for busy in (False, True):
                said = f"{desks} desks ask, {'busy' if busy else 'quiet'}, 8 threads"
                measure(said, where, redis, desks, seconds, Clients.poll, busy=busy)
        with served(folder, server.url, desks + 8) as where:
            for busy in (False, True):
                said = f"{desks} listen, {'busy' if busy else 'quiet'}, {desks + 8} threads"
                measure(said, where, redis, desks, seconds, Clients.listen, busy=busy)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--desks", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--serve", type=int, nargs=2, metavar=("PORT", "THREADS"))
    given = parser.parse_args()
    if given.serve:
        serve("tests.bench.desks:create_desk_app", "127.0.0.1", given.serve[0], 1, given.serve[1])
    else:
        main(given.desks, given.seconds)
