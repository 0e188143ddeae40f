"""Which web server goes on answering calls beside clients that do not finish their requests.

    python -m tests.bench.stalled [--rounds N] [--stalled 1000] [--only NAME ...]

Every server has 2 processes of 4 threads and serves the views of `web_server`. `alone` and `beside`
are signed answers a second with their 50th and 99th percentile in milliseconds, without and beside
the stalled clients (half lines, headers and bodies that drip, bodies that stop); 0 where none came
within the telephone network's 15 seconds. `held` is how many of those clients it still holds 20 s
later, `memory` what its processes hold then (MB), `start` and `stop` seconds until it answers and
until SIGTERM has ended it while a view of a second is being answered (`cut` where that was not),
`killed` failed requests of a hundred while one of its processes is killed with SIGKILL.

Needs `wrk`. The others are measured where they are installed: waitress, hypercorn, uvicorn with
a2wsgi, tornado; none is a requirement of Hotline's.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

from tests.bench import web_server
from tests.bench.web_server import Candidate, granian, needs_wrk, own_redis, signed_script
from tests.gateway.serving import STALLS, StalledClients, free_port

HERE = "tests.bench.stalled"
FIGURES = (
    "alone",
    "p50",
    "p99",
    "beside",
    "p50 ",
    "p99 ",
    "held",
    "memory",
    "start",
    "stop",
    "killed",
)


def create_gateway() -> object:
    """The views behind the gateway, as Hotline is served."""
    from hotline.gateway.gateway import Gateway
    from hotline.gateway.limits import BodyLimit, BodyLimits

    limits = BodyLimits(BodyLimit("/", 512 * 1024, seconds=10))
    return Gateway(web_server.create_bare_app(), 4, limits)


def create_asgi() -> object:
    """The views behind a2wsgi, which hands a body to the thread while it comes."""
    from a2wsgi import WSGIMiddleware

    return WSGIMiddleware(web_server.create_bare_app(), workers=4)


def serve_gateway(port: int) -> None:
    from hotline.commands.processes.serving import serve

    serve(f"{HERE}:create_gateway", "127.0.0.1", port, 2)


def serve_waitress(port: int) -> None:
    """It has no processes of its own: two share the port."""
    import logging
    import socket

    import waitress

    logging.disable(logging.WARNING)
    os.fork()
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(("127.0.0.1", port))
        waitress.serve(
            web_server.create_bare_app(),
            sockets=[listening],
            threads=4,
            connection_limit=4000,
            channel_timeout=10,
            asyncore_use_poll=True,
        )


def serve_tornado(port: int) -> None:
    import asyncio
    import logging
    from concurrent.futures import ThreadPoolExecutor

    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets
    from tornado.process import fork_processes
    from tornado.wsgi import WSGIContainer

    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    fork_processes(2)
    sockets = bind_sockets(port, "127.0.0.1", reuse_port=True)

    async def serve() -> None:
        views = WSGIContainer(web_server.create_bare_app(), ThreadPoolExecutor(4))
        HTTPServer(views, idle_connection_timeout=10, body_timeout=10).add_sockets(sockets)
        await asyncio.Event().wait()

    asyncio.run(serve())


def _ours(name: str, function: Callable[[int], None]) -> Candidate:
    code = f"from {HERE} import {function.__name__} as serve; serve({{port}})"
    return Candidate(name, (sys.executable, "-c", code))


CANDIDATES = {
    "granian": _ours("granian, gateway", serve_gateway),
    "granian.wsgi": Candidate("granian, WSGI", granian(2, 4, "st").command),
    "waitress": _ours("waitress", serve_waitress),
    "tornado": _ours("tornado", serve_tornado),
    "hypercorn": Candidate(
        "hypercorn",
        (
            *(sys.executable, "-m", "hypercorn", "-w", "2", "-b", "127.0.0.1:{port}"),
            *("--log-level", "error", "wsgi:tests.bench.web_server:create_bare_app()"),
        ),
    ),
    "uvicorn": Candidate(
        "uvicorn, a2wsgi",
        (
            *(sys.executable, "-m", "uvicorn", "--workers", "2", "--port", "{port}", "--factory"),
            *("--no-access-log", "--log-level", "error", f"{HERE}:create_asgi"),
        ),
    ),
}


class Running:
    """A candidate that answers at a port."""

    def __init__(self, candidate: Candidate) -> None:
        self.port = free_port()
        command = [part.format(port=self.port) for part in candidate.command]
        began = time.monotonic()
        self.process = subprocess.Popen(command, start_new_session=True)
        while not self.answers():
            if time.monotonic() - began > 60 or self.process.poll() is not None:
                raise SystemExit(f"{candidate.name} does not answer")
        self.start = time.monotonic() - began

    def answers(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/static"
            return urllib.request.urlopen(url, timeout=15).status == 200
        except OSError:
            time.sleep(0.05)
            return False

    def memory(self) -> float:
        """MB, of all its processes; pages that they share count for each."""
        family = {self.process.pid, *children(self.process.pid)}
        pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in family)
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def killed(self) -> int:
        """Failed requests of a hundred, one of its processes being killed after the tenth."""
        failed = 0
        for n in range(100):
            if n == 10:
                os.kill(max(children(self.process.pid)), signal.SIGKILL)
            failed += not self.answers()
        return failed

    def stop(self) -> tuple[float, bool]:
        """Seconds until SIGTERM has ended it, and whether it finished what it was at."""
        said: list[int] = []

        def ask() -> None:
            try:
                url = f"http://127.0.0.1:{self.port}/second"
                said.append(urllib.request.urlopen(url, timeout=15).status)
            except OSError:
                pass

        asking = Thread(target=ask)
        asking.start()
        time.sleep(0.5)
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        ended = time.monotonic() - began
        asking.join()
        self.end()
        return ended, said == [200]

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def signed_answers(port: int, script: Path, seconds: int) -> tuple[float, float, float]:
    """Answers a second, 50th and 99th percentile in milliseconds."""
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "--timeout", "15s", "--latency"]
    url = f"http://127.0.0.1:{port}/signed"
    said = subprocess.run([*command, "-s", str(script), url], capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return float(found[1]) if found else 0.0, _percentile(said, 50), _percentile(said, 99)


def _percentile(said: str, which: int) -> float:
    found = re.search(rf"{which}%\s+([\d.]+)(us|ms|s)", said)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]] if found else 0.0


def measure(candidate: Candidate, script: Path, stalled: int, seconds: int) -> list[float | str]:
    running = Running(candidate)
    try:
        alone = signed_answers(running.port, script, seconds)
        with StalledClients(running.port, stalled, STALLS[:-1]) as clients:
            beside = signed_answers(running.port, script, seconds)
            time.sleep(20)
            held, memory = clients.left, running.memory()
        killed = running.killed()
        time.sleep(5)
        stop, whole = running.stop()
        ending = f"{stop:.1f}" if whole else f"{stop:.1f} cut"
        return [*alone, *beside, held, memory, running.start, ending, killed]
    finally:
        running.end()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure web servers beside stalled clients.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--stalled", type=int, default=1000)
    parser.add_argument("--only", nargs="+", choices=CANDIDATES, metavar="NAME")
    given = parser.parse_args(arguments)
    needs_wrk()
    names = given.only or [n for n in CANDIDATES if importlib.util.find_spec(n.partition(".")[0])]
    seen: dict[str, list[list[float | str]]] = {name: [] for name in names}
    with own_redis(), tempfile.TemporaryDirectory() as folder:
        script = signed_script(Path(folder), "/signed")
        for _ in range(given.rounds):
            for name in names:
                row = measure(CANDIDATES[name], script, given.stalled, given.seconds)
                seen[name].append(row)
    print(" " * 18 + "".join(f"{figure:>9}" for figure in FIGURES))
    for name, rows in seen.items():
        print(f"{CANDIDATES[name].name:18}" + "".join(map(_shown, zip(*rows, strict=True))))


def _shown(values: tuple[float | str, ...]) -> str:
    if isinstance(values[0], str):
        return f"{values[-1]:>9}"
    return f"{statistics.median(values):9.1f}"


if __name__ == "__main__":
    main()
