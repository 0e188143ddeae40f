"""Which web server, and in which shape: requests a second of two bare Flask views.

    python -m tests.bench.web_server                      granian, its shapes against each other
    python -m tests.bench.web_server --also gunicorn      and gunicorn's, where it is installed

`static` answers a constant. `signed` checks a Twilio signature over a form as a call's step brings
it and makes two Redis commands, which is the least that any step of a call must do. `waiting` is
`signed` and 5 ms of waiting, as for a database on another machine. Every round measures every
candidate once, so that a neighbour's load falls on all of them; what counts is the median, and the
ratio to the first candidate of the table. Needs `wrk`; a Redis server of its own is
started.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask
import redis
from twilio.request_validator import RequestValidator

from tests.servers import START_SECONDS, RedisServer

TOKEN = "an-invented-token"
PUBLIC_URL = "https://line.example.org"
STEP = {
    "CallSid": "CA00000000000000000000000000000001",
    "AccountSid": "AC00000000000000000000000000000001",
    "From": "+15155550100",
    "To": "+15155550199",
    "CallStatus": "in-progress",
    "ApiVersion": "2010-04-01",
    "Direction": "inbound",
    "Digits": "285",
    "FinishedOnKey": "#",
    "msg": "Gather End",
}
COMMIT_SECONDS = 0.005
VIEWS = ("static", "signed", "waiting")
REDIS = "BENCH_REDIS_URL"
"""The variable in which the servers find Redis."""


def create_bare_app() -> flask.Flask:
    """The views, with nothing of Hotline around them."""
    app = flask.Flask(__name__, static_folder=None)
    validator = RequestValidator(TOKEN)
    store = redis.Redis.from_url(os.environ[REDIS])

    @app.get("/static")
    def constant() -> str:
        return "ok"

    @app.get("/second")
    def second() -> str:
        time.sleep(1)
        return "ok"

    @app.post("/signed")
    def signed() -> tuple[str, int, dict[str, str]]:
        request = flask.request
        given = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(PUBLIC_URL + request.path, request.form.to_dict(), given):
            return "", 403, {}
        key = "bench:" + request.form["CallSid"]
        kept = store.get(key) or b""
        store.set(key, kept[-200:] + request.form["Digits"].encode(), ex=60)
        return "<Response/>", 200, {"Content-Type": "text/xml"}

    @app.post("/waiting")
    def waiting() -> tuple[str, int, dict[str, str]]:
        answer = signed()
        time.sleep(COMMIT_SECONDS)
        return answer

    return app


@dataclass(frozen=True)
class Candidate:
    """A server in one shape; `{port}` in its command is filled in."""

    name: str
    command: tuple[str, ...]


def granian(processes: int, threads: int, mode: str) -> Candidate:
    return Candidate(
        f"granian {processes} x {threads} {mode}",
        (
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--factory",
            "--workers",
            str(processes),
            "--blocking-threads",
            str(threads),
            "--runtime-mode",
            mode,
            "--http",
            "1",
            "--no-ws",
            "--log-level",
            "error",
            "--port",
            "{port}",
            "tests.bench.web_server:create_bare_app",
        ),
    )


def gunicorn(processes: int, threads: int) -> Candidate:
    return Candidate(
        f"gunicorn {processes} x {threads} {'gthread' if threads > 1 else 'sync'}",
        (
            sys.executable,
            "-m",
            "gunicorn",
            "--workers",
            str(processes),
            *(() if threads == 1 else ("--worker-class", "gthread", "--threads", str(threads))),
            "--log-level",
            "error",
            "--bind",
            "127.0.0.1:{port}",
            "tests.bench.web_server:create_bare_app()",
        ),
    )


def voice(factory: str, processes: int) -> Candidate:
    """A gateway of ours ("module:function"), served as `hotline voice` serves the line's."""
    serve = f"serve({factory!r}, '127.0.0.1', {{port}}, {processes})"
    program = f"from hotline.commands.processes.serving import serve; {serve}"
    return Candidate("hotline voice", (sys.executable, "-c", program))


GRANIAN = (
    granian(2, 4, "st"),
    granian(2, 4, "mt"),
    granian(2, 1, "st"),
    granian(2, 2, "st"),
    granian(2, 8, "st"),
    granian(2, 16, "st"),
    granian(4, 1, "st"),
    granian(4, 4, "st"),
)
GUNICORN = (gunicorn(2, 1), gunicorn(2, 4), gunicorn(2, 16), gunicorn(4, 4))


@contextmanager
def running(candidate: Candidate) -> Iterator[str]:
    """The candidate, serving; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [part.format(port=port) for part in candidate.command]
    server = subprocess.Popen(command, start_new_session=True)
    try:
        base = f"http://127.0.0.1:{port}"
        until = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < until:
            try:
                urllib.request.urlopen(base + "/static", timeout=1).read()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise SystemExit(f"{candidate.name} does not answer")
        yield base
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@contextmanager
def own_redis() -> Iterator[None]:
    """A Redis server, named to the child processes."""
    with RedisServer() as server:
        os.environ[REDIS] = server.url
        yield


def needs_wrk() -> None:
    """Ends the benchmark where its tool is missing, before anything is started."""
    if not shutil.which("wrk"):
        raise SystemExit("The benchmark needs wrk: apt-get install wrk")


def requests_a_second(url: str, script: Path | None, seconds: int, connections: int) -> float:
    """What wrk counts; any answer but 2xx is an error of the benchmark."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["-s", str(script)] if script else []
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{url} answered with errors:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def signed_script(folder: Path, path: str) -> Path:
    """wrk's script for one signed step of a call."""
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, STEP)
    body = "&".join(f"{k}={urllib.parse.quote_plus(v)}" for k, v in STEP.items())
    script = folder / f"{path[1:]}.lua"
    script.write_text(
        'wrk.method = "POST"\n'
        f'wrk.body = "{body}"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        f'wrk.headers["X-Twilio-Signature"] = "{signature}"\n'
    )
    return script


def measure(
    candidates: tuple[Candidate, ...], rounds: int, seconds: int, connections: int
) -> dict[str, dict[str, float]]:
    """Median requests a second by candidate and view."""
    seen: dict[str, dict[str, list[float]]] = {c.name: {} for c in candidates}
    with tempfile.TemporaryDirectory() as folder:
        scripts = {view: signed_script(Path(folder), f"/{view}") for view in VIEWS[1:]}
        for _ in range(rounds):
            for candidate in candidates:
                with running(candidate) as base:
                    for view in VIEWS:
                        script = scripts.get(view)
                        rate = requests_a_second(f"{base}/{view}", script, seconds, connections)
                        seen[candidate.name].setdefault(view, []).append(rate)
    return {
        name: {view: statistics.median(rates) for view, rates in by_view.items()}
        for name, by_view in seen.items()
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure web servers on two bare views.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32, help="open at once")
    parser.add_argument("--also", choices=["gunicorn"])
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names as the table has them")
    given = parser.parse_args(arguments)
    needs_wrk()
    candidates = GRANIAN + (GUNICORN if given.also else ())
    if given.only:
        candidates = tuple(c for c in candidates if c.name in given.only)
    with own_redis():
        rates = measure(candidates, given.rounds, given.seconds, given.connections)
    first = rates[candidates[0].name]
    print(" " * 24 + "".join(f"{view + '/s':>12}{'ratio':>7}" for view in VIEWS))
    for name, by_view in rates.items():
        figures = (f"{by_view[view]:12.0f}{by_view[view] / first[view]:7.2f}" for view in VIEWS)
        print(f"{name:24}" + "".join(figures))


if __name__ == "__main__":
    main()
