"""Requests, against twilio.md: "Timing" and "Signature"."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.sandbox.problems import Code
from hotline.sandbox.wire.client import Failure, HttpAnswer, Wire, encode
from hotline.sandbox.wire.overrides import Overrides, split
from tests.sandbox.webhook import TOKEN, Received, Reply, Webhook

FORM = {"CallSid": "CA1", "Digits": "12"}
BARE = {"CallSid": "CA1"}


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire(TOKEN)
    yield wire
    wire.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_post_arrives_whole_and_signed(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = ""
    answer = wire.send("POST", f"{webhook.url}/x?n=1", {"From": "+1 ü", "FromZip": ""})
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 200
    assert answer.milliseconds > 0
    assert webhook.received[0].form == {"From": "+1 ü", "FromZip": ""}
    assert webhook.received[0].path == "/x?n=1"
    assert webhook.received[0].genuine


def test_a_get_signs_its_query(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = ""
    answer = wire.send("GET", f"{webhook.url}/x?n=1", FORM)
    assert isinstance(answer, HttpAnswer)
    assert answer.url == f"{webhook.url}/x?n=1"
    assert webhook.paths == ["/x?n=1&CallSid=CA1&Digits=12"]


def test_a_closed_wire_keeps_no_connection(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = ""
    wire.close()
    for _ in range(2):
        wire.send("POST", f"{webhook.url}/x", FORM)
    assert webhook.connections == 2


def test_connections_are_kept(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = ""
    for _ in range(5):
        wire.send("POST", f"{webhook.url}/x", FORM)
    assert webhook.connections == 1


def test_a_kept_connection_that_the_server_closed_is_no_failure(
    webhook: Webhook, wire: Wire
) -> None:
    webhook.script["/x"] = ["", Reply(drop=True), "<Hangup/>"]
    wire.send("POST", f"{webhook.url}/x", FORM)
    answer = wire.send("POST", f"{webhook.url}/x", FORM)
    assert isinstance(answer, HttpAnswer)
    assert b"Hangup" in answer.body


def test_the_public_url_is_signed_and_the_neighbour_is_reached(webhook: Webhook) -> None:
    webhook.public = "https://line.example.org"
    webhook.script["/x"] = ""
    wire = Wire(TOKEN, connect_to=webhook.host)
    wire.send("POST", "https://line.example.org/x", FORM)
    wire.close()
    assert webhook.received[0].headers["Host"] == "line.example.org"
    assert webhook.received[0].genuine


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_loses_the_digits(webhook: Webhook, wire: Wire, status: int) -> None:
    """A 3xx on an action loses the digits (a trailing-slash redirect does)."""
    webhook.script["/x"] = Reply("", status, headers={"Location": "/x/?a=1"})
    webhook.script["/x/"] = ""
    answer = wire.send("POST", f"{webhook.url}/x", FORM, BARE)
    assert isinstance(answer, HttpAnswer)
    assert answer.url == f"{webhook.url}/x/?a=1"
    assert [(r.method, r.path) for r in webhook.received] == [
        ("POST", "/x"),
        ("GET", "/x/?a=1&CallSid=CA1"),
    ]


@pytest.mark.parametrize(("hops", "arrives"), [(10, True), (11, False)])
def test_at_most_ten_redirects(webhook: Webhook, wire: Wire, hops: int, arrives: bool) -> None:
    def hop(received: Received) -> Reply:
        return (
            Reply("", 302, headers={"Location": "/x"}) if len(webhook.received) <= hops else Reply()
        )

    webhook.script["/x"] = hop
    answer = wire.send("POST", f"{webhook.url}/x", FORM, BARE)
    assert isinstance(answer, HttpAnswer) is arrives
    if isinstance(answer, Failure):
        assert answer.code == Code.TOO_MANY_REDIRECTS


def test_a_refused_connection_is_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default only a failed connection is retried, once."""
    tried = count_connections(monkeypatch)
    answer = Wire(TOKEN).send("POST", f"http://127.0.0.1:{free_port()}/x", FORM)
    assert isinstance(answer, Failure)
    assert answer.code == Code.CONNECTION_REFUSED
    assert len(tried) == 2


def test_the_fragment_tunes_the_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = count_connections(monkeypatch)
    Wire(TOKEN).send("POST", f"http://127.0.0.1:{free_port()}/x#rc=4", FORM)
    assert len(tried) == 5


def count_connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    tried: list[object] = []
    connect = http.client.HTTPConnection.connect

    def counting(self: http.client.HTTPConnection) -> None:
        tried.append(self)
        connect(self)

    monkeypatch.setattr(http.client.HTTPConnection, "connect", counting)
    return tried


def test_a_server_error_is_not_retried_unless_asked(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = [Reply(status=503), Reply(status=503), "<Hangup/>"]
    first = wire.send("POST", f"{webhook.url}/x", FORM)
    assert isinstance(first, HttpAnswer)
    assert first.status == 503
    assert len(webhook.received) == 1
    second = wire.send("POST", f"{webhook.url}/x#rc=2&rp=5xx", FORM)
    assert isinstance(second, HttpAnswer)
    assert second.status == 200
    assert len(webhook.received) == 3


def test_a_retry_is_the_same_request(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = [Reply(status=500), ""]
    wire.send("POST", f"{webhook.url}/x#rc=1&rp=all", FORM)
    first, second = webhook.received
    assert (first.form, first.headers) == (second.form, second.headers)


@pytest.fixture
def late() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize("fragment", ["", "#rt=100", "#tt=100"])
def test_a_late_answer_is_no_answer(webhook: Webhook, late: threading.Event, fragment: str) -> None:
    webhook.script["/x"] = Reply(hold=late)
    wire = Wire(TOKEN, cap_s=15 if fragment else 0.1)
    answer = wire.send("POST", f"{webhook.url}/x{fragment}", FORM)
    wire.close()
    assert isinstance(answer, Failure)
    assert answer.code == Code.CONNECTION_FAILED
    webhook.wait_for_a_request()
    assert len(webhook.received) == 1


def test_an_answer_that_breaks_off(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = Reply(
        "<Response>", headers={"Content-Length": "400", "Connection": "close"}
    )
    answer = wire.send("POST", f"{webhook.url}/x", FORM)
    assert isinstance(answer, Failure)
    assert answer.code == Code.PROTOCOL_VIOLATION


def test_an_endless_answer_is_cut_off(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = Reply("x" * 3_000_000)
    answer = wire.send("POST", f"{webhook.url}/x", FORM)
    assert isinstance(answer, HttpAnswer)
    assert len(answer.body) < 2_000_000


@pytest.mark.parametrize(
    ("fragment", "asked"),
    [
        ("", Overrides()),
        (
            "#rc=2&ct=2000&rt=5000&rp=ct,rt,5xx",
            Overrides(2, 2, 5, 15, frozenset({"ct", "rt", "5xx"})),
        ),
        ("#rc=99&tt=60000", Overrides(retries=5, total_s=15)),
        ("#rc=x&ct=-1&e=ashburn", Overrides()),
    ],
)
def test_overrides(fragment: str, asked: Overrides) -> None:
    assert split(f"https://a.example/x{fragment}") == ("https://a.example/x", asked)


def test_many_threads_share_a_wire(webhook: Webhook, wire: Wire) -> None:
    webhook.script["/x"] = lambda received: f"<Say>{received.form['Digits']}</Say>"
    wrong: list[str] = []

    def talk(name: str) -> None:
        for _ in range(20):
            answer = wire.send("POST", f"{webhook.url}/x", {"Digits": name})
            if not isinstance(answer, HttpAnswer) or f">{name}<".encode() not in answer.body:
                wrong.append(name)

    threads = [threading.Thread(target=talk, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert webhook.connections <= 8


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(st.dictionaries(text, text, max_size=6))
def test_a_form_arrives_as_it_was_sent(form: dict[str, str]) -> None:
    assert dict(parse_qsl(encode(form), keep_blank_values=True)) == form
