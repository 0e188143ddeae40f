"""A call that is turned away against the least that turning one away must do, on the same server.

    python -m tests.bench.front_door

The baseline is a bare Flask view that checks the signature and makes one call of a Redis script.
Both get the same forms, of strangers who have called too often, in alternating rounds; what counts
is the ratio of the medians. Then the memory of a million numbers that have called once each, and
been turned away once each. Needs `wrk`; a Redis server of its own is started.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import flask
from redis import Redis
from twilio.request_validator import RequestValidator

from app import BODIES, create_voice_app
from config.settings import load
from hotline.gateway.gateway import Gateway
from hotline.guard.caller import Caller, key_of
from hotline.guard.guessing import GuessPolicy
from hotline.guard.triage import DoorPolicy, Entrance
from hotline.operations.context import AppContext, build
from hotline.operations.reports.load_election import load_election
from hotline.store import database
from hotline.store.admission.front_door import ROOMS, CallAttempt, FrontDoorStore, Leases
from hotline.store.keys import EVENTS, PREFIX
from hotline.store.schema import migration
from hotline.web.console.access import Who, open_to
from tests.bench.night import iowa
from tests.bench.step import NETWORK, rate
from tests.bench.web_server import needs_wrk, running, voice
from tests.servers import RedisServer

NUMBERS = 200
REQUESTS = 20_000
MILLION = 1_000_000
BARE = """
local seen = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return seen
"""


def create_measured_gateway() -> Gateway:
    """What `hotline voice` serves, and beside it the bare view."""
    parts = build(load())
    app = create_voice_app(parts=parts)
    token, url = parts.settings.auth_tokens[0], parts.settings.url
    validator = RequestValidator(token)
    script = parts.redis.register_script(BARE)

    @app.post("/bare")
    @open_to(Who.SIGNED)
    def bare() -> tuple[str, int, dict[str, str]]:
        request = flask.request
        given = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(url + request.path, request.form, given):
            return "", 403, {}
        script(keys=["bench:" + request.form["From"]], args=[600])
        return "<Response/>", 200, {"Content-Type": "text/xml"}

    @app.get("/static")
    @open_to(Who.PUBLIC)
    def constant() -> str:
        return "ok"

    return Gateway(app, parts.settings.voice_threads, BODIES)


def number(n: int) -> str:
    return f"+1{200 + n % NUMBERS}5550142"


class Strangers:
    """Numbers that have called too often, and their further calls."""

    def __init__(self, parts: AppContext) -> None:
        self._validator = RequestValidator(parts.settings.auth_tokens[0])
        self._url = parts.settings.url
        self._pepper = parts.settings.pin_pepper.get_secret_value()
        self._calls = 0

    def turn_away(self, redis: Redis) -> None:
        """From now on, for an hour."""
        until = (int(time.time()) + 3600) * 1000
        for n in range(NUMBERS):
            redis.set(f"{PREFIX}away:{key_of(self._pepper, number(n))}", f"1 {until}")

    def calls(self, path: str, count: int) -> list[tuple[str, str, str]]:
        """Path, body and signature of so many calls, each with a CallSid of its own."""
        return [self._call(path) for _ in range(count)]

    def _call(self, path: str) -> tuple[str, str, str]:
        self._calls += 1
        called_from = number(self._calls)
        form = {
            **NETWORK,
            "CallSid": f"CA{self._calls:032x}",
            "CallStatus": "ringing",
            "From": called_from,
            "Caller": called_from,
        }
        return path, urlencode(form), self._validator.compute_signature(self._url + path, form)


def measure_throughput(rounds: int, redis: RedisServer) -> None:
    settings = load()
    migration.upgrade(database.connect(settings.database))
    parts = build(settings)
    election, _ = iowa()
    load_election(parts, election, "bench")
    strangers = Strangers(parts)
    server = voice("tests.bench.front_door:create_measured_gateway", settings.voice_processes)
    seen: dict[str, list[float]] = {"/bare": [], "/voice/answer": []}
    with running(server) as base, Redis.from_url(redis.url) as client:
        strangers.turn_away(client)
        for _ in range(rounds):
            for path, rates in seen.items():
                rates.append(rate(base, settings.var, strangers.calls(path, REQUESTS)))
            client.delete(EVENTS)
        let_in = client.zcard(ROOMS[Entrance.CHAIRS])
    if let_in:
        raise SystemExit(f"{let_in} calls were let in: these are not the figures of turning away")
    bare, away = (statistics.median(rates) for rates in seen.values())
    print(f"bare view, signature and one Redis script: {bare:7.0f} requests a second (median)")
    print(f"a call that is turned away:                {away:7.0f} requests a second (median)")
    print(f"ratio: {away / bare:.2f} (aim: at least 0.8), {rounds} rounds")


def measure_memory(redis: Redis) -> None:
    """Bytes of Redis for each distinct number. Events are left out: they are moved to SQL."""
    for what, calls in (("called once", 1), ("called twice, and turned away since", 2)):
        redis.flushall()
        empty = redis.info("memory")["used_memory"]
        policy = DoorPolicy(capacity=10**9, strangers_share=1.0, calls=1)
        store = FrontDoorStore(redis, policy, GuessPolicy(), Leases(90, 1200))
        now = datetime.now(UTC)
        for n in range(MILLION):
            for call in range(calls):
                sid = f"CA{n}x{call}"
                key = key_of("bench", str(n))
                stranger = CallAttempt(sid, Caller("+15155550142"), key, False, Entrance.CHAIRS, 1)
                store.admit(stranger, now, None)
                store.end(sid, key, "completed", "3", now)
            if n % 10_000 == 0:
                redis.delete(EVENTS)
        redis.delete(EVENTS)
        used = redis.info("memory")["used_memory"] - empty
        print(f"a million numbers, {what}: {used / MILLION:.0f} bytes each (aim: at most 150)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="the memory too: some minutes")
    given = parser.parse_args()
    needs_wrk()
    with RedisServer() as redis, tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "HOTLINE_VAR": folder,
            "REDIS_URL": redis.url,
            "PUBLIC_URL": "https://line.example.org",
        }
        measure_throughput(given.rounds, redis)
        if given.memory:
            with Redis.from_url(redis.url) as client:
                measure_memory(client)


if __name__ == "__main__":
    main()
