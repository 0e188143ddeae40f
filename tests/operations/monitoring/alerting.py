"""A line that is watched, for tests of alerts: with a sink for its webhook, and telephones."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hotline.operations.monitoring.alert_policy import SIGNATURE, signature_of
from hotline.operations.monitoring.alerts import Watch
from hotline.store.database import reading
from hotline.store.monitoring import incidents
from hotline.store.monitoring.incidents import Incident
from tests.conftest import Clock
from tests.web.switchboard import Desk

SECRET = "a secret for tests"
PHONE = "+15155550142"


@dataclass
class Sink:
    """What an alert's webhook leads to. `answers`: the next statuses; then 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[Mapping[str, Any]] = field(default_factory=list)
    unsigned: int = 0

    def take(self, body: bytes, signature: str) -> int:
        self.unsigned += signature != signature_of(SECRET, body)
        status = self.answers.pop(0) if self.answers else 204
        if status == 204:
            self.got.append(json.loads(body))
        return status


@contextmanager
def sinking() -> Iterator[Sink]:
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(sink.take(body, self.headers[SIGNATURE]))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    sink.url = f"http://127.0.0.1:{server.server_port}/hook?key=k"
    yield sink
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Scene:
    """A desk, its clock, whoever watches it, and those who are told."""

    at: Desk
    clock: Clock
    sink: Sink
    watch: Watch

    def looks(self, seconds: float = 0) -> None:
        """Every five seconds for so long, as the clock does; once where it is 0."""
        self.watch.look()
        for _ in range(int(seconds // 5)):
            self.clock.advance(5)
            self.watch.look()

    def passes(self, seconds: float) -> None:
        """Time, in which nobody looks."""
        self.clock.advance(seconds)

    def open(self) -> dict[str, Incident]:
        return {one.rule: one for one in self.all_open()}

    def all_open(self) -> Sequence[Incident]:
        with reading(self.at.parts.engine) as connection:
            return incidents.unended(connection)

    def posted(self, rule: str) -> list[str]:
        """What of this rule came to the webhook."""
        return [one["event"] for one in self.sink.got if one["rule"] == rule]

    def texted(self, words: str) -> list[str]:
        """The text messages with these words, the oldest first."""
        self.at.exchange.settle()
        messages = self.at.network.find_messages(to=PHONE)
        return [one.body for one in reversed(messages) if words in one.body]
