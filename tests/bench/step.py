"""A mid-call step against the least that any step must do, on the server of `hotline voice`.

    python -m tests.bench.step

The baseline is a bare Flask view that checks the signature and makes two Redis commands. Both get
the very same forms, those of chairs who key one count after the other, in alternating rounds; what
counts is the ratio of the medians. Needs `wrk`, and a Redis server of its own is started.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlencode

import flask
from twilio.request_validator import RequestValidator

from app import BODIES, create_app, create_voice_app
from config.settings import load
from hotline.gateway.gateway import Gateway
from hotline.operations.context import AppContext, build
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.store import database
from hotline.store.schema import migration
from hotline.web.console.access import Who, open_to
from tests.bench.night import iowa
from tests.bench.web_server import needs_wrk, running, voice
from tests.servers import RedisServer

CALLS = 1_000
SECONDS = 2  # of each round
COUNTS = 14  # the lines of the first alignment
KEEPS = 300  # bytes that the baseline writes, about what is kept of a step

NETWORK = {
    "AccountSid": "AC00000000000000000000000000000001",
    "ApiVersion": "2010-04-01",
    "CallStatus": "in-progress",
    "Called": "+15155550100",
    "CalledCity": "DES MOINES",
    "CalledCountry": "US",
    "CalledState": "IA",
    "CalledZip": "",
    "Caller": "+15155550199",
    "CallerCity": "",
    "CallerCountry": "US",
    "CallerState": "IA",
    "CallerZip": "",
    "Direction": "inbound",
    "From": "+15155550199",
    "StirVerstat": "TN-Validation-Passed-A",
    "To": "+15155550100",
}


def create_measured_gateway() -> Gateway:
    """What `hotline voice` serves, and beside it the bare view."""
    parts = build(load())
    app = create_voice_app(parts=parts)
    token, url = parts.settings.auth_tokens[0], parts.settings.url
    validator = RequestValidator(token)

    @app.post("/bare/<int:number>")
    @open_to(Who.SIGNED)
    def bare(number: int) -> tuple[str, int, dict[str, str]]:
        request = flask.request
        given = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(url + request.path, request.form, given):
            return "", 403, {}
        key = "bench:" + request.form["CallSid"]
        kept = parts.redis.get(key) or b""
        parts.redis.set(key, kept[-KEEPS:] + request.form["Digits"].encode(), ex=3600)
        return "<Response/>", 200, {"Content-Type": "text/xml"}

    @app.get("/static")
    @open_to(Who.PUBLIC)
    def constant() -> str:
        return "ok"

    return Gateway(app, parts.settings.voice_threads, BODIES)


class Chairs:
    """Calls that have come as far as the first count, and the requests that key the rest."""

    def __init__(self, parts: AppContext, pins: dict[str, str]) -> None:
        self._client = create_app(parts=parts).test_client()
        self._validator = RequestValidator(parts.settings.auth_tokens[0])
        self._url = parts.settings.url
        self._pins = pins
        self._calls = 0

    def signed(self, path: str, form: dict[str, str]) -> tuple[str, str, str]:
        """Path, body and signature of a request."""
        form = {**NETWORK, **form}
        return path, urlencode(form), self._validator.compute_signature(self._url + path, form)

    def advance(self, codes: list[str]) -> list[str]:
        """Begins a call for each unit and keys code, PIN and attendance; the CallSids."""
        return [self._begin(code) for code in codes]

    def _begin(self, code: str) -> str:
        self._calls += 1
        sid = f"CA{self._calls:032x}"
        keys = [None, code, self._pins[code], "300#"]
        for number, digits in enumerate(keys):
            form = {"CallSid": sid}
            if digits:
                pound = "#" if digits.endswith("#") else ""
                form |= {"Digits": digits.rstrip("#"), "FinishedOnKey": pound}
            path = f"/voice/turn/{number}" if number else "/voice/answer"
            path, body, signature = self.signed(path, form)
            answer = self._client.post(
                path,
                data=body,
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": signature},
            )
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code}")
        return sid

    def counts(self, sids: list[str], prefix: str) -> list[tuple[str, str, str]]:
        """Every chair's first count, then every chair's second, and so on."""
        return [
            self.signed(
                f"{prefix}/{4 + place}",
                {
                    "CallSid": sid,
                    "Digits": str(place + 7),
                    "FinishedOnKey": "#",
                    "msg": "Gather End",
                },
            )
            for place in range(COUNTS)
            for sid in sids
        ]


def script(folder: Path, requests: list[tuple[str, str, str]]) -> Path:
    """wrk's script: the requests in their order."""
    table = folder / "requests.txt"
    table.write_text("\n".join("\t".join(request) for request in requests))
    path = folder / "requests.lua"
    path.write_text(
        f"""
local requests = {{}}
for line in io.lines("{table}") do
  local path, body, signature = line:match("([^\\t]+)\\t([^\\t]+)\\t([^\\t]+)")
  requests[#requests + 1] = wrk.format("POST", path, {{
    ["Host"] = "127.0.0.1",
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-Twilio-Signature"] = signature}}, body)
end
local next = 0
request = function()
  next = next % #requests + 1
  return requests[next]
end
"""
    )
    return path


def rate(base: str, folder: Path, requests: list[tuple[str, str, str]]) -> float:
    """Requests a second, answered with 2xx."""
    command = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", "-s", str(script(folder, requests)), base]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Requests/sec" not in said:
        raise SystemExit(f"answered with errors:\n{said}")
    if int(re.search(r"(\d+) requests in", said)[1]) > len(requests) and "/voice" in requests[0][0]:
        raise SystemExit("the steps ran out: the rest were repetitions; raise CALLS")
    return float(said.split("Requests/sec:")[1].split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    needs_wrk()
    with RedisServer() as redis, tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "HOTLINE_VAR": folder,
            "REDIS_URL": redis.url,
            "PUBLIC_URL": "https://line.example.org",
        }
        settings = load()
        migration.upgrade(database.connect(settings.database))
        parts = build(settings)
        election, _ = iowa()
        load_election(parts, election, "bench")
        active = open_ledger(parts, is_test=True, by="bench")
        chairs = Chairs(parts, issue_test_pins(parts, active.ledger_id))
        server = voice("tests.bench.step:create_measured_gateway", settings.voice_processes)
        seen: dict[str, list[float]] = {"/bare": [], "/voice/turn": []}
        codes = sorted(election.units)[:CALLS]
        with running(server) as base:
            for _ in range(rounds):
                sids = chairs.advance(codes)
                for prefix, rates in seen.items():
                    rates.append(rate(base, Path(folder), chairs.counts(sids, prefix)))
    bare, step = (statistics.median(rates) for rates in seen.values())
    print(f"bare view, signature and two Redis commands: {bare:7.0f} requests a second (median)")
    print(f"mid-call step:                               {step:7.0f} requests a second (median)")
    print(
        f"ratio: {step / bare:.2f} (aim: at least 0.5), {rounds} rounds of {CALLS * COUNTS} steps"
    )


if __name__ == "__main__":
    main()
