"""What open overviews cost while strangers flood the line: none of them, and twenty.

    python -m tests.bench.overview [--open 20] [--seconds 10] [--rate 120] [--rounds 3]

`hotline up` runs with all it has. Strangers call `--rate` times a second throughout, from a process
of their own; administrators have the overview open, which asks every few seconds and fetches the
charts that have changed, from another. Chairs call from their own phones twenty times a second.
What counts is how long each waits for the answer to the call, and the processor time of the web
processes in percent of one core. Rounds without and with open overviews take turns, as the noise
of the machine falls on both; the figures are medians of the rounds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from statistics import median
from threading import Event, Thread

from app import create_app
from config.settings import load
from hotline.commands import environment
from hotline.operations.context import AppContext, build
from hotline.operations.reports.ledgers import open_ledger
from hotline.rehearsal.alone import alone
from hotline.store.accounts import accounts
from hotline.store.database import reading
from hotline.store.roster.phonebook import phonebook
from hotline.web.admin.overview import POLL_SECONDS
from hotline.web.console import sessions
from tests.bench.desks import process_tree, processor_seconds
from tests.bench.flood.flooder import Strangers, Target, flood, signed
from tests.bench.step import NETWORK

CHAIRS_EVERY = 0.05  # seconds
LEAD = 3.0  # seconds in which the flood is prepared


@dataclass
class Seen:
    """What the rounds of one kind have shown."""

    percent: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    flood: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)


def watch(address: str, cookie: str, pages: int, seconds: float) -> tuple[int, int]:
    """Open overviews, each in a thread; how many requests they made, and the bytes they got."""
    stop, made = Event(), [[0, 0] for _ in range(pages)]

    def look(place: int) -> None:
        connection = http.client.HTTPConnection(address, timeout=30)
        stop.wait(place * POLL_SECONDS / pages)
        etag, images = "", {}
        while not stop.is_set():
            known = {"If-None-Match": etag} if etag else {}
            status, headers, body = _get(connection, "/admin/state", cookie, known)
            made[place][0] += 1
            made[place][1] += len(body)
            if status == 200:
                etag = headers["ETag"]
                for name, chart in json.loads(body)["charts"].items():
                    if images.get(name) != chart["source"]:
                        images[name] = chart["source"]
                        _, _, image = _get(connection, chart["source"], cookie, {})
                        made[place][0] += 1
                        made[place][1] += len(image)
            elif status != 304:
                raise SystemExit(f"the overview was answered with {status}")
            stop.wait(POLL_SECONDS)

    threads = [Thread(target=look, args=(place,), daemon=True) for place in range(pages)]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join(30)
    return sum(one[0] for one in made), sum(one[1] for one in made)


def _get(
    connection: http.client.HTTPConnection, path: str, cookie: str, more: dict[str, str]
) -> tuple[int, http.client.HTTPMessage, bytes]:
    headers = {"Cookie": cookie, "Accept": "application/json", **more}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def cookie_of(parts: AppContext, name: str) -> str:
    """What the browser of somebody who is signed in sends."""
    app = create_app(parts=parts)
    with reading(parts.engine) as connection:
        account = accounts.by_name(connection, name)
    assert account is not None
    with app.test_request_context("/", base_url=parts.settings.url) as context:
        sessions.begin(account, second=True)
        response = app.make_response("")
        app.session_interface.save_session(app, context.session, response)
    return response.headers["Set-Cookie"].partition(";")[0]


def call_in(target: Target, line: str, phones: Sequence[str], run: int, end: float) -> list[float]:
    """Chairs call and hang up; the milliseconds that each waited for the answer to the call."""
    host, _, port = target.address.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    took, due, phone = [], time.monotonic(), cycle(phones)
    for place in count():
        due += CHAIRS_EVERY
        if due >= end:
            return took
        time.sleep(max(0.0, due - time.monotonic()))
        caller = next(phone)
        form = {**NETWORK, "CallSid": f"CAc{run:07x}{place:024x}", "CallStatus": "ringing"}
        form |= {"To": line, "Called": line, "From": caller, "Caller": caller}
        began = time.perf_counter()
        _post(connection, target, "/voice/answer", form)
        took.append(1000 * (time.perf_counter() - began))
        over = {**form, "CallStatus": "completed", "CallDuration": "1"}
        _post(connection, target, "/voice/status", over)
    raise AssertionError("unreachable")


def _post(
    connection: http.client.HTTPConnection, target: Target, path: str, form: dict[str, str]
) -> None:
    _, body, signature = signed(target, path, form)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature,
    }
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status // 100 != 2:
        raise SystemExit(f"a chair was answered with {answer.status}")


def web_process(up: int) -> int:
    """The first one of the web server below `hotline up`; the others are its children."""
    return next(
        pid
        for pid in process_tree(up)[1:]
        if b"web" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    )


class Bench:
    """The system, with chairs, strangers and administrators ready."""

    def __init__(self, up: int, seconds: float, rate: float) -> None:
        environment.hand_on(load())
        parts = build(load())
        open_ledger(parts, is_test=True, by="bench")
        election, settings = parts.election().election, parts.settings
        with reading(parts.engine) as connection:
            self._phones = sorted({one.phone for one in phonebook(connection, election.id)})
        address = f"127.0.0.1:{settings.port}"
        self._target = Target(address, "/voice/answer", settings.url, settings.auth_tokens[0])
        self._lines = (election.chairs_line, election.public_line)
        self._cookie = cookie_of(parts, "ada")
        self._web, self._seconds, self._rate = web_process(up), seconds, rate
        self._others = ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))
        self._runs = count(1)

    def close(self) -> None:
        self._others.shutdown()

    def play(self, pages: int, seen: Seen) -> None:
        """One round, with so many overviews open."""
        run, begin = next(self._runs), time.monotonic() + LEAD
        strangers = Strangers(self._lines, self._phones, run)
        fired = self._others.submit(
            flood, self._target, strangers, self._rate, self._seconds, begin
        )
        whole = LEAD + self._seconds
        looked = self._others.submit(watch, self._target.address, self._cookie, pages, whole)
        time.sleep(max(0.0, begin - time.monotonic()))
        before = processor_seconds(self._web)
        end = begin + self._seconds
        took = sorted(call_in(self._target, self._lines[0], self._phones, run, end))
        used = processor_seconds(self._web) - before
        requests, received = looked.result()
        seen.percent.append(100 * used / self._seconds)
        seen.p50.append(took[len(took) // 2])
        seen.p99.append(took[len(took) * 99 // 100])
        seen.flood.append(fired.result().rate)
        seen.asked.append(requests / whole)
        seen.kilobytes.append(received / whole / 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--open", type=int, default=20, help="overviews")
    parser.add_argument("--seconds", type=float, default=10, help="of each round")
    parser.add_argument("--rate", type=float, default=120, help="of strangers' calls a second")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    seen = {0: Seen(), chosen.open: Seen()}
    with alone() as up:
        bench = Bench(up.pid, chosen.seconds, chosen.rate)
        for _ in range(chosen.rounds):
            for pages, of_kind in seen.items():
                bench.play(pages, of_kind)
        bench.close()
    head = ("web, of a core", "p50", "p99", "strangers", "asked", "sent")
    print(f"{'':20}" + "".join(f"{name:>16}" for name in head))
    for pages, it in seen.items():
        figures = (
            f"{median(it.percent):.1f} %",
            f"{median(it.p50):.1f} ms",
            f"{median(it.p99):.1f} ms",
            f"{median(it.flood):.0f}/s",
            f"{median(it.asked):.1f}/s",
            f"{median(it.kilobytes):.0f} kB/s",
        )
        print(f"{pages:3} open overviews  " + "".join(f"{one:>16}" for one in figures))


if __name__ == "__main__":
    main()
