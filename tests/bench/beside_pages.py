"""How long a webhook takes while the pages are busy: sign-in, results, charts, exports.

    python -m tests.bench.beside_pages [--rounds 3] [--seconds 10] [--rate 20]

`hotline up` runs with all it has. New calls come in from telephones of the roster and end again,
`--rate` a second, signed, whatever else there is; 8 connections of `wrk` ask for pages meanwhile.

    one port     as `hotline up` is: voice has the port, and passes the pages on
    two ports    pages are asked at a `hotline web` with a port of its own, as behind a proxy
    together     calls are answered by that `hotline web` too, in the processes of the pages

Medians of the rounds, and the ratio to the calls alone. Needs `wrk`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path

from twilio.request_validator import RequestValidator

from config.settings import Settings, load
from tests.bench.web_server import needs_wrk
from tests.gateway.serving import free_port, wait_for

PHONES = "+1515555{:04d}"
NUMBERS = count(1)
PAGES = {
    "nothing": "",
    "sign-in": "/sign-in",
    "results": "/results?lang=en",
    "charts": "/admin/charts/calls",
    "exports": "/admin/units.csv",
}


class Line:
    """A `hotline up`, and a `hotline web` beside it that has a port of its own."""

    def __init__(self, var: Path) -> None:
        self.port, self.beside = free_port(), free_port()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("HOTLINE_")},
            "HOTLINE_VAR": str(var),
            "HOTLINE_PROXIES": "1",
            "HOTLINE_CAPACITY": "100000",
        }
        self.up = self._start("up", self.port)
        wait_for(lambda: _answers(self.port))
        public = {"PUBLIC_URL": f"http://127.0.0.1:{self.port}"}
        self.web = self._start("web", self.beside, **public)
        wait_for(lambda: _answers(self.beside))
        self.settings: Settings = load(var=var, port=self.port)
        self.people = json.loads((var / "demonstration-accounts.json").read_text())

    def _start(self, command: str, port: int, **more: str) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "hotline", command, "--port", str(port)]
        env = {**self.env, **more}
        return subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        for process in (self.web, self.up):
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def cookie(self, name: str) -> str:
        """Of a session of this person, who needs a code."""
        jar = CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        password = next(one["password"] for one in self.people if one["name"] == name)
        self._post(browser, "/sign-in", name=name, password=password)
        words = [sys.executable, "-m", "hotline", "user", "code", name]
        code = subprocess.run(words, env=self.env, capture_output=True, text=True, check=True)
        self._post(browser, "/sign-in/code", code=code.stdout.strip())
        return "; ".join(f"{one.name}={one.value}" for one in jar)

    def _post(self, browser: urllib.request.OpenerDirector, path: str, **form: str) -> None:
        base = f"http://127.0.0.1:{self.beside}"
        page = browser.open(base + path).read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        data = urllib.parse.urlencode({**form, "csrf_token": token}).encode()
        browser.open(base + path, data).read()


def _answers(port: int) -> bool:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=15).status == 200
    except OSError:
        return False


def one_call(line: Line, port: int) -> list[float]:
    """Milliseconds that its answer and its end took."""
    number = next(NUMBERS)
    form = {
        "CallSid": f"CA{number:032d}",
        "From": PHONES.format(100 + number % 100),
        "To": "+15155550199",
        "CallStatus": "ringing",
        "Direction": "inbound",
    }
    took = []
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    for path, status in (("/voice/answer", "ringing"), ("/voice/status", "completed")):
        form["CallStatus"] = status
        url = line.settings.url + path
        signature = RequestValidator(line.settings.auth_tokens[0]).compute_signature(url, form)
        headers = {
            "X-Twilio-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        began = time.perf_counter()
        try:
            connection.request("POST", path, urllib.parse.urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status < 300, answer.status
            took.append((time.perf_counter() - began) * 1000)
        except OSError:
            took.append(15_000.0)
    connection.close()
    return took


def calls(line: Line, port: int, rate: float, seconds: float) -> list[float]:
    """As many a second as told, whether or not those before are answered."""
    with ThreadPoolExecutor(64) as threads:
        begin = time.monotonic()
        coming = []
        for n in range(int(rate * seconds)):
            time.sleep(max(0.0, begin + n / rate - time.monotonic()))
            coming.append(threads.submit(one_call, line, port))
        return [took for one in coming for took in one.result()]


def wrk(line: Line, page: str, port: int, cookie: str, seconds: int, folder: Path) -> list[str]:
    """The command that asks for a page, as many times as it can."""
    base = f"http://127.0.0.1:{port}"
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--timeout", "15s"]
    if page != "sign-in":
        return [*command, "-H", f"Cookie: {cookie}", base + PAGES[page]]
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    text = browser.open(base + "/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)[1]
    cookies = "; ".join(f"{one.name}={one.value}" for one in jar)
    script = folder / "sign-in.lua"
    script.write_text(
        "local n = 0\n"
        'wrk.method = "POST"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        f'wrk.headers["Cookie"] = "{cookies}"\n'
        "function request()\n  n = n + 1\n"
        '  wrk.headers["X-Forwarded-For"] = "10." .. n % 250 .. "." .. math.floor(n / 250) % 250'
        ' .. ".7"\n'
        '  return wrk.format(nil, nil, nil, "name=x" .. n .. "&password=wrong-password-x'
        f'&csrf_token={token}")\nend\n'
    )
    return [*command, "-s", str(script), base + "/sign-in"]


LAYOUTS = ("one port", "two ports", "together")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure webhooks while pages are busy.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", type=float, default=20, help="calls a second")
    given = parser.parse_args(arguments)
    needs_wrk()
    seen: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        line = Line(Path(folder) / "var")
        try:
            cookie = line.cookie("ada")
            for _ in range(given.rounds):
                for layout in LAYOUTS:
                    answering = line.beside if layout == "together" else line.port
                    pages = line.port if layout == "one port" else line.beside
                    for page in PAGES:
                        asking = None
                        if page != "nothing":
                            words = wrk(line, page, pages, cookie, given.seconds, Path(folder))
                            asking = subprocess.Popen(words, stdout=subprocess.DEVNULL)
                        took = calls(line, answering, given.rate, given.seconds)
                        if asking:
                            asking.wait()
                        cuts = statistics.quantiles(took, n=100)
                        seen.setdefault((layout, page), []).append((cuts[49], cuts[98]))
        finally:
            line.stop()
    print(f"{'':12}{'pages':10}{'50th ms':>9}{'99th ms':>9}{'ratio':>7}")
    for (layout, page), rows in seen.items():
        middle, late = (statistics.median(column) for column in zip(*rows, strict=True))
        alone = statistics.median(row[1] for row in seen[layout, "nothing"])
        print(f"{layout:12}{page:10}{middle:9.1f}{late:9.1f}{late / alone:7.2f}")


if __name__ == "__main__":
    main()
