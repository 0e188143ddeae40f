"""How many readers the results stand: requests a second, and the time that 99 of 100 stay below.

    python -m tests.bench.results [--seconds N] [--rounds N]

The page, the feeds and a county's file, as a browser asks for them (gzip), against a file with the
same bytes from the same server, sent by Flask's own `send_from_directory`; and the page as one who
has it asks again (304). The server is granian in the shape of the Procfile, with the results alone:
neither database nor Redis is asked. Every round measures all; what counts is the median, and the
ratio to the file. Needs `wrk`; the night is that of Iowa 2020.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

from flask import Flask, Response, send_from_directory

from hotline.election.folder.folder import read_folder
from hotline.web.results.pages import results_blueprint
from tests.bench.web_server import Candidate, needs_wrk, running
from tests.web.published import FOLDERS, iowa, publication

FILES = "BENCH_RESULTS_FILES"
"""The variable in which the server finds the folder of its static files."""

PATHS = {
    "page": "/results?lang=en",
    "feed": "/results.json",
    "table": "/results.csv",
    "county": "/results/counties/Polk.json",
}
CONNECTIONS = 64
LATENCY = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000}


def create_results_app() -> Flask:
    """The results as `create_app` hangs them, and beside them files of the same size."""
    app = Flask(__name__, static_folder=None)
    shown = publication(iowa())
    tiles = read_folder(FOLDERS[0]).tiles
    app.register_blueprint(
        results_blueprint(lambda: shown, title="Results", tiles=lambda election: tiles)
    )

    @app.get("/static")
    def started() -> str:
        """What `running` asks for until it is answered."""
        return "ok"

    @app.get("/file/<name>")
    def file(name: str) -> Response:
        return send_from_directory(os.environ[FILES], name)

    return app


def measure(url: str, seconds: int, *headers: str) -> tuple[float, float]:
    """Requests a second, and the 99th percentile in milliseconds."""
    given = [part for header in headers for part in ("-H", header)]
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}", "--latency", *given, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{url} was not answered well:\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    latency = LATENCY.search(said)
    if rate is None or latency is None:
        raise SystemExit(f"wrk said nothing to go by:\n{said}")
    return float(rate[1]), float(latency[1]) * MILLISECONDS[latency[2]]


def granian() -> Candidate:
    """In the shape in which `hotline web` starts it by default."""
    return Candidate(
        "granian 2 x 4 st",
        (
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--factory",
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--runtime-mode",
            "st",
            "--http",
            "1",
            "--no-ws",
            "--log-level",
            "error",
            "--port",
            "{port}",
            "tests.bench.results:create_results_app",
        ),
    )


def fetched(url: str) -> tuple[bytes, str]:
    """What a browser gets, still compressed, and its ETag."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=10) as response:
        return response.read(), response.headers["ETag"]


def rounds(base: str, folder: Path, count: int, seconds: int) -> dict[str, tuple[float, float]]:
    """Median rate and 99th percentile of everything by name, `file of X` its baseline."""
    asked: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name, path in PATHS.items():
        body, etag = fetched(base + path)
        (folder / name).write_bytes(body)
        asked[name] = (base + path, ("Accept-Encoding: gzip",))
        asked[f"file of {name}"] = (f"{base}/file/{name}", ())
        if name == "page":
            again = ("Accept-Encoding: gzip", f"If-None-Match: {etag}")
            asked["page again"] = (base + path, again)
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for _ in range(count):
        for name, (url, headers) in asked.items():
            seen[name].append(measure(url, seconds, *headers))
    return {
        name: (
            statistics.median(rate for rate, _ in found),
            statistics.median(late for _, late in found),
        )
        for name, found in seen.items()
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure the results against a static file.")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    needs_wrk()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[FILES] = folder
        with running(granian()) as base:
            found = rounds(base, Path(folder), given.rounds, given.seconds)
        sizes = {name: (Path(folder) / name).stat().st_size for name in PATHS}
    print(f"{'':12}{'bytes':>8}{'a second':>10}{'99% ms':>8}{'file/s':>9}{'99% ms':>8}{'ratio':>7}")
    for name, (rate, late) in found.items():
        if name.startswith("file of "):
            continue
        of = name.split()[0]
        file_rate, file_late = found[f"file of {of}"]
        size = f"{sizes[of]:8}" if of == name else f"{'304':>8}"
        print(
            f"{name:12}{size}{rate:10.0f}{late:8.1f}{file_rate:9.0f}{file_late:8.1f}"
            f"{rate / file_rate:7.2f}"
        )


if __name__ == "__main__":
    main()
