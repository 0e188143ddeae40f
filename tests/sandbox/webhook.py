"""A scripted webhook: a tiny server on loopback that checks signatures and answers as told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

TOKEN = "12345"
ACCOUNT = "AC" + "0" * 32
LINE = "+15155550100"
CHAIR = "+15155550123"


@dataclass
class Received:
    """One request, as it came in."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    genuine: bool


@dataclass
class Reply:
    """`hold` keeps the answer back until the event is set."""

    body: str | bytes = "<Response/>"
    status: int = 200
    content_type: str | None = "text/xml"
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None
    drop: bool = False  # closes the connection without an answer


Script = dict[str, "str | Reply | Callable[[Received], str | Reply] | list[str | Reply]"]


def twiml(inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the default of 5 resets some of many calls at once

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up early is what some tests are about."""


class Webhook:
    """The server. `script` maps paths (without the query) to what they answer.

    A string is the inside of a `<Response>`; a list is answered one after another, the last of it
    again and again; a function is asked.
    """

    def __init__(self) -> None:
        self.script: Script = {}
        self.received: list[Received] = []
        self.public = ""  # the URL that is signed, where it is not our own
        self.connections = 0
        self._server = Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def forms(self, path: str) -> list[dict[str, str]]:
        return [r.form for r in self.received if urlsplit(r.path).path == path]

    @property
    def paths(self) -> list[str]:
        return [r.path for r in self.received]

    def wait_for_a_request(self, seconds: float = 10) -> None:
        """Until one has come in whose sender may have given up by then."""
        until = time.monotonic() + seconds
        while not self.received and time.monotonic() < until:
            time.sleep(0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, received: Received) -> Reply:
        self.received.append(received)
        told = self.script.get(urlsplit(received.path).path, Reply(status=404))
        if callable(told):
            told = told(received)
        if isinstance(told, list):
            told = told.pop(0) if len(told) > 1 else told[0]
        return Reply(twiml(told)) if isinstance(told, str) else told

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                webhook.connections += 1

            def do_GET(self) -> None:
                self._serve({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._serve(dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True)))

            def _serve(self, form: dict[str, str]) -> None:
                url = (webhook.public or f"http://{self.headers['Host']}") + self.path
                signature = self.headers.get("X-Twilio-Signature", "")
                genuine = RequestValidator(TOKEN).validate(url, form, signature)
                reply = webhook.answer(
                    Received(self.command, self.path, form, dict(self.headers), genuine)
                )
                if reply.hold is not None:
                    reply.hold.wait(10)
                if reply.drop:
                    self.close_connection = True
                    return
                self._write(reply)

            def _write(self, reply: Reply) -> None:
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                if reply.content_type is not None:
                    self.send_header("Content-Type", reply.content_type)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
