"""The proxies of docs/production.md before two hosts that refuse, break off, say 503, or answer."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.gateway.proxies import KINDS, Kind, Proxy, proxied
from tests.gateway.serving import FORM, HEAD
from tests.sandbox.webhook import Reply, Webhook
from tests.servers import free_port

OURS = Reply("here")
AWAY = Reply("elsewhere", 503)


@dataclass
class Hosts:
    """Behind a proxy: two that answer calls, and of two that show pages the first is not there."""

    kind: Kind
    proxy: Proxy
    calls: tuple[Webhook, Webhook]
    pages: Webhook

    def ask(self, path: str, body: str | None = "CallSid=CA1", **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.proxy.port, context=self.proxy.trust, timeout=30
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            connection.request("POST" if body else "GET", path, body, kind | headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def script(self, path: str, first: Reply, second: Reply) -> None:
        for host, reply in zip(self.calls, (first, second), strict=True):
            host.script[path] = reply

    def requests(self) -> list[int]:
        return [len(host.received) for host in (*self.calls, self.pages)]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosts]:
    kind = request.param
    if kind.program is None:
        pytest.skip(f"{kind.name} is not installed")
    calls, pages = (Webhook(), Webhook()), Webhook()
    ports = [int(host.host.rpartition(":")[2]) for host in (*calls, pages)]
    folder = tmp_path_factory.mktemp(kind.name)
    with proxied(kind, folder, (ports[0], ports[1]), (free_port(), ports[2])) as proxy:
        yield Hosts(kind, proxy, calls, pages)
    for host in (*calls, pages):
        host.close()


@pytest.fixture
def hosts(running: Hosts) -> Hosts:
    for host in (*running.calls, running.pages):
        host.received.clear()
        host.script.clear()
        host.connections = 0
    return running


asks_again = pytest.mark.parametrize(
    "running",
    [kind for kind in KINDS if kind.asks_again],
    ids=lambda kind: kind.name,
    indirect=True,
)


def test_calls_and_pages_are_parted_and_nothing_is_changed(hosts: Hosts) -> None:
    for path in ("/voice/answer?n=1&x=%2F", "/sms/answer", "/recordings/en/a.wav"):
        hosts.script(path.partition("?")[0], OURS, OURS)
        assert hosts.ask(path) == (200, "here")
    hosts.pages.script["/results"] = OURS
    assert 200 in [hosts.ask("/results", None)[0] for _ in range(2)]
    assert sum(hosts.requests()[:2]) == 3
    first = next(one for host in hosts.calls for one in host.received if "answer?" in one.path)
    assert first.path == "/voice/answer?n=1&x=%2F"
    assert first.form == {"CallSid": "CA1"}


def test_who_asks_is_named_and_nobody_before(hosts: Hosts) -> None:
    hosts.pages.script["/sign-in"] = OURS
    for _ in range(2):
        hosts.ask("/sign-in", **{"X-Forwarded-For": "192.0.2.1"})
    headers = hosts.pages.received[0].headers.items()
    assert [value for name, value in headers if name.lower() == "x-forwarded-for"] == ["127.0.0.1"]


@asks_again
def test_a_call_goes_to_the_other_host_where_one_breaks_off(hosts: Hosts) -> None:
    hosts.script("/voice/answer", Reply(drop=True), OURS)
    assert {hosts.ask("/voice/answer") for _ in range(4)} == {(200, "here")}
    assert hosts.calls[0].received
    assert hosts.calls[1].received[0].form == {"CallSid": "CA1"}


@asks_again
def test_a_call_goes_to_the_other_host_where_one_says_503(hosts: Hosts) -> None:
    hosts.script("/voice/answer", AWAY, OURS)
    assert {hosts.ask("/voice/answer") for _ in range(4)} == {(200, "here")}
    assert hosts.calls[0].received


def test_where_both_say_503_the_next_call_gets_through(hosts: Hosts) -> None:
    hosts.script("/voice/answer", AWAY, AWAY)
    hosts.script("/voice/fallback", OURS, OURS)
    for _ in range(3):
        assert hosts.ask("/voice/answer")[0] == 503
        assert hosts.ask("/voice/fallback") == (200, "here")


@asks_again
def test_a_page_is_posted_to_the_host_that_is_there_and_once(hosts: Hosts) -> None:
    hosts.pages.script["/desk/take"] = OURS
    assert {hosts.ask("/desk/take") for _ in range(4)} == {(200, "here")}
    hosts.pages.received.clear()
    hosts.pages.script["/desk/take"] = Reply(drop=True)
    assert hosts.ask("/desk/take")[0] == 502
    assert len(hosts.pages.received) == 1


def test_a_request_is_passed_on_once_it_is_whole(hosts: Hosts) -> None:
    hosts.script("/voice/answer", OURS, OURS)
    unfinished = hosts.proxy.connect()
    unfinished.sendall(b"POST /voice/answer HTTP/1.1\r\n" + HEAD + FORM)
    unfinished.sendall(b"Content-Length: 11\r\n\r\nCallSid")
    for _ in range(4):
        assert hosts.ask("/voice/answer")[0] == 200
    assert sum(hosts.requests()) == 4
    assert sum(host.connections for host in hosts.calls) <= 4
    unfinished.sendall(b"=CA1")
    assert unfinished.recv(12) == b"HTTP/1.1 200"
    unfinished.close()
