"""The handset's JSON, and who may ask for it."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.office import Callee
from hotline.sandbox.page.handset import LineNumber, Phone, find_phones
from hotline.sandbox.page.held_calls import (
    FORGET_ENDED_S,
    FORGET_IDLE_S,
    MAX_CALLS,
    HeldCalls,
    UnknownCall,
)
from hotline.sandbox.page.nuisance import AT_ONCE, CALLS
from hotline.sandbox.rest.network import Network
from hotline.sandbox.server import create_sandbox_app
from hotline.sandbox.switchboard.orders import RedirectOrder
from tests.recordings import record
from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, TOKEN, Reply, Webhook, twiml

ADAIR: Phone = {
    "number": CHAIR,
    "label": "Chair of Adair, 1 North West",
    "units": [{"code": "10018", "name": "Adair, 1 North West", "pin": "482913"}],
}
STORY: Phone = {
    "number": "+15155550124",
    "label": "Chair of two precincts in Story",
    "units": [
        {"code": "20013", "name": "Story, Ames 1-1"},
        {"code": "20025", "name": "Story, Ames 1-2"},
    ],
}
LINES: list[LineNumber] = [
    {"number": LINE, "label": "Chairs' line"},
    {"number": "+15155550101", "label": "Public line"},
]
OWN = {"X-Handset": "1"}


@pytest.fixture
def network(exchange: Exchange) -> Network:
    return Network(exchange, ACCOUNT, seed=1)


@pytest.fixture
def app(exchange: Exchange, network: Network) -> Flask:
    return create_sandbox_app(
        exchange,
        network,
        credentials={ACCOUNT: TOKEN},
        phones=lambda: [ADAIR, STORY],
        lines=lambda: LINES,
        results_url="http://127.0.0.1:8000/results",
    )


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def handset(client: FlaskClient) -> Callable[..., Any]:
    """A request as the page makes it; the answer's JSON."""

    def ask(method: str, path: str, body: object = None, status: int = 200) -> Any:
        if method == "GET":
            answer = client.get(f"/handset{path}")
        else:
            answer = client.open(f"/handset{path}", method=method, json=body or {}, headers=OWN)
        assert answer.status_code == status, answer.text
        return answer.json

    return ask


@pytest.fixture(autouse=True)
def script(webhook: Webhook) -> None:
    webhook.script |= {
        "/voice/answer": '<Gather numDigits="5" action="/voice/code" timeout="7">'
        '<Say language="en-US">Key the precinct code.</Say></Gather><Say>Goodbye.</Say>',
        "/voice/code": '<Say language="es-US">Gracias.</Say><Bark/>',
    }


def call(handset: Callable[..., Any]) -> Any:
    return handset("POST", "/calls", {"from": CHAIR, "to": LINE})


# The line


def test_a_call_from_the_page(handset: Callable[..., Any]) -> None:
    state = call(handset)
    assert (state["state"], state["over"], state["turn"]) == ("in-progress", False, 0)
    assert state["gather"] == {
        "digits": "",
        "numDigits": 5,
        "finishOnKey": "#",
        "timeout": 7,
    }
    heard = {"kind": "heard", "language": "en-US", "times": 1, "cut": False}
    assert state["entries"] == [heard | {"text": "Key the precinct code."}]

    path = f"/calls/{state['id']}"
    state = handset("POST", f"{path}/keys?since={state['next']}", {"keys": "100"})
    assert state["entries"] == [{"kind": "keyed", "keys": "100"}]
    assert state["gather"]["digits"] == "100"

    state = handset("POST", f"{path}/keys?since={state['next']}", {"keys": "18"})
    assert [e["kind"] for e in state["entries"]] == ["keyed", "heard", "ended"]
    assert state["entries"][1]["language"] == "es-US"
    assert state["over"]
    assert state["gather"] is None
    assert [p["code"] for p in state["problems"]] == [12200]
    assert handset("GET", path)["entries"][0]["text"] == "Key the precinct code."


def test_silence_counts_for_the_turn_that_was_seen(handset: Callable[..., Any]) -> None:
    state = call(handset)
    path = f"/calls/{state['id']}/silence"
    assert not handset("POST", path, {"turn": 3})["over"]
    assert not handset("POST", path)["over"]
    ended = handset("POST", path, {"turn": 0})
    assert ended["over"]
    assert {"kind": "silent", "seconds": 7} in ended["entries"]


def test_hanging_up(handset: Callable[..., Any], webhook: Webhook) -> None:
    state = call(handset)
    assert handset("DELETE", f"/calls/{state['id']}")["state"] == "completed"
    assert len(webhook.forms("/voice/status")) == 1
    assert "error" in handset("POST", f"/calls/{state['id']}/keys", {"keys": "1"}, status=409)


def test_being_put_through(make_exchange: Callable[..., Exchange], webhook: Webhook) -> None:
    webhook.script["/voice/answer"] = "<Dial>+15155550190</Dial><Say>They hung up.</Say>"
    exchange = make_exchange(callee=lambda _number: Callee(stays=True))
    client = build(exchange).test_client()
    state = client.post("/handset/calls", json={"from": CHAIR, "to": LINE}, headers=OWN).json
    assert state is not None
    assert state["bridged"]
    path = f"/handset/calls/{state['id']}/callee-hangs-up"
    after = client.post(path, json={}, headers=OWN).json
    assert after is not None
    assert after["over"]
    assert after["entries"][-2]["text"] == "They hung up."


def test_where_the_caller_is_in_words(
    handset: Callable[..., Any], exchange: Exchange, webhook: Webhook
) -> None:
    webhook.script |= {
        "/voice/answer": [
            "<Enqueue>staff</Enqueue>",
            '<Enqueue waitUrl="/voice/music">staff</Enqueue>',
            "<Dial><Conference>desk-1</Conference></Dial>",
        ],
        "/voice/music": '<Say>Please wait.</Say><Pause length="20"/>',
        "/voice/talk": "<Dial><Conference>desk-1</Conference></Dial>",
    }

    def look(state: Any) -> Any:
        return handset("GET", f"/calls/{state['id']}?since={state['next']}")

    first, chair, staff = call(handset), call(handset), call(handset)
    assert (first["place"], first["round"]) == ("You are waiting: position 1.", 8)
    assert (chair["place"], chair["round"]) == ("You are waiting: position 2.", 20)
    assert staff["place"] == "You are connected. Nobody else is here yet."
    again = handset("POST", f"/calls/{chair['id']}/silence", {"turn": chair["turn"]})
    assert again["turn"] == chair["turn"] + 1
    handset("POST", f"/calls/{chair['id']}/silence", {"turn": chair["turn"]})
    assert len(webhook.forms("/voice/music")) == 2

    live = exchange.find_call(chair["id"])
    assert live is not None
    live.order(RedirectOrder(f"{webhook.url}/voice/talk"))
    exchange.settle()
    assert look(chair)["place"] == look(staff)["place"] == "You are in a conversation with 1 other."
    said = [e["text"] for e in look(chair)["entries"] if e["kind"] == "aside"]
    assert said == ["you are out of the queue", "beep: 1 other on the line with you"]
    assert len(look(chair)["at"]) == len(look(chair)["entries"])

    here = live.meeting
    assert here is not None
    exchange.switchboard.update(here, hold=True)
    assert look(chair)["place"] == "You are on hold."
    exchange.switchboard.update(here, hold=False, muted=True)
    assert look(chair)["place"] == "You are listening to 1 other. They do not hear you."
    handset("POST", f"/calls/{staff['id']}/keys", {"keys": "5"})
    assert look(chair)["entries"][-1]["text"] == "somebody pressed 5"
    over = handset("DELETE", f"/calls/{staff['id']}?since={staff['next']}")
    assert "you have left the conversation" in [e.get("text") for e in over["entries"]]
    assert look(chair)["place"] == "You are alone: the others have left."


def build(exchange: Exchange) -> Flask:
    return create_sandbox_app(
        exchange,
        Network(exchange, ACCOUNT),
        credentials={},
        phones=list,
        lines=lambda: LINES,
        results_url="/results",
    )


def test_a_withheld_number_may_be_empty(handset: Callable[..., Any], webhook: Webhook) -> None:
    handset("POST", "/calls", {"from": "", "to": LINE})
    assert webhook.forms("/voice/answer")[0]["From"] == ""


def test_a_verb_that_is_not_played(handset: Callable[..., Any], webhook: Webhook) -> None:
    webhook.script["/voice/code"] = "<Record/>"
    state = call(handset)
    state = handset("POST", f"/calls/{state['id']}/keys", {"keys": "10018"})
    assert state["over"]
    assert "Record" in state["problems"][0]["message"]
    webhook.script["/voice/answer"] = "<Record/>"
    refused = handset("POST", "/calls", {"from": CHAIR, "to": LINE}, status=409)
    assert "Record" in refused["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/calls", {"from": CHAIR}),
        ("/calls", {"from": 5, "to": LINE}),
        ("/calls", {"from": "x" * 500, "to": LINE}),
        ("/calls", [1]),
        ("/calls/{id}/keys", {}),
        ("/calls/{id}/keys", {"keys": ""}),
        ("/calls/{id}/keys", {"keys": "12a"}),
        ("/calls/{id}/keys", {"keys": "1" * 65}),
    ],
)
def test_nonsense_is_refused(handset: Callable[..., Any], path: str, body: object) -> None:
    state = call(handset)
    assert "error" in handset("POST", path.format(id=state["id"]), body, status=400)


def test_unknown_calls(handset: Callable[..., Any]) -> None:
    for method, path in (
        ("GET", "/calls/CA1"),
        ("DELETE", "/calls/CA1"),
        ("POST", "/calls/CA1/silence"),
        ("POST", "/ringing/CA1/answer"),
        ("POST", "/ringing/CA1/decline"),
    ):
        assert "error" in handset(method, path, status=404)


# The telephone when it is not in a call


def test_text_messages_of_a_phone(handset: Callable[..., Any], network: Network) -> None:
    network.send({"To": CHAIR, "From": LINE, "Body": "Filed: 123456"})
    network.send({"To": "+15155550124", "From": LINE, "Body": "another's"})
    found = handset("GET", f"/messages?phone=%2B{CHAIR[1:]}")
    assert [m["body"] for m in found["messages"]] == ["Filed: 123456"]
    assert found["ringing"] == []
    assert handset("GET", "/messages")["messages"] == []


def test_a_call_comes_in(handset: Callable[..., Any], network: Network, webhook: Webhook) -> None:
    webhook.script["/voice/callback"] = '<Gather numDigits="1"><Say>Please go on.</Say></Gather>'
    form = {"To": CHAIR, "From": LINE, "Url": f"{webhook.url}/voice/callback"}
    first, second = network.create_call(form), network.create_call(form)
    here = f"/messages?phone=%2B{CHAIR[1:]}"
    ringing = handset("GET", here)["ringing"]
    assert ringing == [{"id": o.call.sid, "from": LINE} for o in (first, second)]
    state = handset("POST", f"/ringing/{ringing[0]['id']}/answer")
    assert state["entries"][0]["text"] == "Please go on."
    assert handset("POST", f"/calls/{state['id']}/keys", {"keys": "1"})["state"] == "in-progress"
    assert handset("POST", f"/ringing/{ringing[1]['id']}/decline") == {"declined": True}
    assert handset("GET", here)["ringing"] == []


def test_lines_and_phones(handset: Callable[..., Any]) -> None:
    assert handset("GET", "/lines")["lines"] == LINES
    assert handset("GET", "/phones") == {"total": 2, "phones": [ADAIR, STORY]}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", [ADAIR, STORY]),
        ("adair", [ADAIR]),
        ("ames 1-2", [STORY]),
        ("10018", [ADAIR]),
        ("0124", [STORY]),
        ("adair ames", []),
    ],
)
def test_finding_a_phone(wanted: str, found: list[Phone]) -> None:
    assert find_phones([ADAIR, STORY], wanted) == found


def test_not_all_of_1700_phones_are_shown(exchange: Exchange) -> None:
    many: list[Phone] = [{**ADAIR, "label": f"Chair {n}"} for n in range(1700)]
    app = create_sandbox_app(
        exchange,
        Network(exchange, ACCOUNT),
        credentials={},
        phones=lambda: many,
        lines=lambda: LINES,
        results_url="/results",
    )
    answer = app.test_client().get("/handset/phones?q=chair").json
    assert answer is not None
    assert answer["total"] == 1700
    assert len(answer["phones"]) == 30


# Being a prankster


@pytest.mark.parametrize(
    ("chosen", "sent"),
    [("passed", "TN-Validation-Passed-A"), ("none", None), ("failed", "TN-Validation-Failed")],
)
def test_what_the_network_says_of_the_caller(
    handset: Callable[..., Any], webhook: Webhook, chosen: str, sent: str | None
) -> None:
    handset("POST", "/calls", {"from": CHAIR, "to": LINE, "attestation": chosen})
    assert webhook.forms("/voice/answer")[0].get("StirVerstat") == sent
    refused = {"from": CHAIR, "to": LINE, "attestation": "perhaps"}
    assert "error" in handset("POST", "/calls", refused, status=400)


def test_a_turned_away_call_was_never_answered(
    handset: Callable[..., Any], webhook: Webhook
) -> None:
    assert call(handset)["answered"]
    webhook.script["/voice/answer"] = '<Reject reason="busy"/>'
    assert (state := call(handset))["state"] == "busy"
    assert not state["answered"]


def test_a_nuisance_sees_the_door_close(handset: Callable[..., Any], webhook: Webhook) -> None:
    answer = webhook.script["/voice/answer"]
    webhook.script["/voice/answer"] = [answer] * 3 + ['<Reject reason="busy"/>']
    webhook.script["/voice/code"] = '<Gather numDigits="6" action="/voice/pin"/>'
    webhook.script["/voice/pin"] = "<Say>Goodbye.</Say>"
    begun = handset("POST", "/nuisances", {"from": "+19005550142", "to": LINE})
    assert begun["planned"] == CALLS
    for _ in range(200):
        seen = handset("GET", f"/nuisances/{begun['id']}")
        if seen["over"]:
            break
        time.sleep(0.05)
    assert [each["answered"] for each in seen["calls"]] == [True] * 3 + [False] * (CALLS - 3)
    assert all(each["seconds"] > 0 for each in seen["calls"][:3])
    assert all(each["seconds"] == 0 for each in seen["calls"][3:])
    assert {each["state"] for each in seen["calls"][3:]} == {"busy"}
    pins = [form["Digits"] for form in webhook.forms("/voice/pin")]
    assert [len(pin) for pin in pins] == [6] * 3


def test_not_every_visitor_is_a_nuisance_at_once(
    handset: Callable[..., Any], webhook: Webhook
) -> None:
    wait = threading.Event()
    webhook.script["/voice/answer"] = Reply(twiml(""), hold=wait)
    asked = {"from": "", "to": LINE, "attestation": "none"}
    begun = [handset("POST", "/nuisances", asked) for _ in range(AT_ONCE)]
    assert "error" in handset("POST", "/nuisances", asked, status=409)
    wait.set()
    for each in begun:
        while not handset("GET", f"/nuisances/{each['id']}")["over"]:
            time.sleep(0.05)
    assert "error" in handset("GET", "/nuisances/none", status=404)


def test_a_text_message_to_the_line(
    make_exchange: Callable[..., Exchange], webhook: Webhook
) -> None:
    webhook.script["/sms/answer"] = ["<Message>Results: example.org</Message>", ""]
    client = build(make_exchange(text_url=f"{webhook.url}/sms/answer")).test_client()

    def text(**changed: str) -> Any:
        body = {"from": CHAIR, "to": LINE, "body": "Results?"} | changed
        return client.post("/handset/messages", json=body, headers=OWN).json

    assert text() == {"replies": 1, "problems": []}
    assert text() == {"replies": 0, "problems": []}
    here = client.get(f"/handset/messages?phone=%2B{CHAIR[1:]}").json
    assert here is not None
    assert [message["body"] for message in here["messages"]] == ["Results: example.org"]
    webhook.script["/sms/answer"] = Reply(status=500)
    assert text()["problems"] == [{"code": 11200, "message": "status 500"}]
    assert "error" in text(**{"from": "anonymous"})
    assert "error" in text(body="")


def test_a_picture_is_sent_along_and_fetched_with_the_accounts_credentials(
    make_exchange: Callable[..., Exchange], webhook: Webhook
) -> None:
    webhook.script["/sms/answer"] = ""
    exchange = make_exchange(text_url=f"{webhook.url}/sms/answer")
    client = create_sandbox_app(
        exchange,
        Network(exchange, ACCOUNT, media_base="http://localhost"),
        credentials={ACCOUNT: "token"},
        phones=list,
        lines=lambda: LINES,
        results_url="/results",
    ).test_client()

    def send(*pictures: object) -> Any:
        body = {"from": CHAIR, "to": LINE, "body": "", "pictures": pictures}
        return client.post("/handset/messages", json=body, headers=OWN).json

    data = bytes(range(256)) * 1_000  # more than any other request may have
    told = {"type": "image/png", "data": base64.b64encode(data).decode()}
    assert send(told) == {"replies": 0, "problems": []}
    (sent,) = webhook.forms("/sms/answer")
    assert (sent["NumMedia"], sent["MediaContentType0"]) == ("1", "image/png")
    path = sent["MediaUrl0"].removeprefix("http://localhost")

    assert client.get(path).status_code == 401
    answer = client.get(path, auth=(ACCOUNT, "token"))
    assert (answer.data, answer.content_type) == (data, "image/png")
    assert client.get(f"{path}0", auth=(ACCOUNT, "token")).status_code == 404
    for bad in ("no object", {"type": "image/png"}, {"type": "image/png", "data": "?"}):
        assert "error" in send(bad)


# Who may


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Handset": "0"},
        OWN | {"Origin": "http://evil.example"},
        OWN | {"Origin": "null"},
        OWN | {"Origin": "http://localhost:9999"},
        OWN | {"Content-Type": "text/plain"},
    ],
)
def test_other_pages_cannot_use_the_telephone(
    client: FlaskClient, webhook: Webhook, headers: dict[str, str]
) -> None:
    content_type = headers.pop("Content-Type", "application/json")
    answer = client.post(
        "/handset/calls",
        data=f'{{"from": "{CHAIR}", "to": "{LINE}"}}',
        headers=headers,
        content_type=content_type,
    )
    assert answer.status_code == 403
    assert not webhook.received


def test_its_own_page_can(client: FlaskClient) -> None:
    headers = OWN | {"Origin": "http://localhost"}
    answer = client.post("/handset/calls", json={"from": CHAIR, "to": LINE}, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8010", 200),
        ("localhost", 200),
        ("[::1]:8010", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("10.0.0.7:8010", 403),
    ],
)
def test_only_this_machines_names_are_served(client: FlaskClient, host: str, status: int) -> None:
    for path in ("/", "/handset/phones"):
        assert client.get(path, headers={"Host": host}).status_code == status


def test_the_page_and_its_policy(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "http://127.0.0.1:8000/results" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "style=" not in answer.text
    assert "onclick" not in answer.text
    for asset in ("handset.js", "api.js", "screen.js", "voice.js", "handset.css", "handset.svg"):
        with client.get(f"/static/{asset}") as served:
            assert served.status_code == 200
            assert "//cdn" not in served.text


def test_it_knows_nothing_of_the_program_it_calls() -> None:
    """Else it would be faithful to our own webhooks instead of Twilio."""
    ask = (
        "import importlib, pkgutil, sys, hotline.sandbox as sandbox;"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages("
        "sandbox.__path__, 'hotline.sandbox.')];"
        "print(*(m for m in sys.modules if m.split('.')[0] in ('hotline', 'workers', 'config')"
        " and not m.startswith('hotline.sandbox')))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["hotline"]


# Memory


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_finished_calls_are_forgotten_and_idle_ones_hung_up(exchange: Exchange) -> None:
    clock = Clock()
    held = HeldCalls(clock)
    over = held.keep(exchange.dial(CHAIR, LINE).hang_up())
    idle = held.keep(exchange.dial(CHAIR, LINE))
    clock.now = FORGET_ENDED_S + 1
    held.keep(exchange.dial(CHAIR, LINE))
    with pytest.raises(UnknownCall):
        held.get(over.sid)
    assert held.get(idle.sid) is idle
    clock.now += FORGET_IDLE_S + 1
    held.keep(exchange.dial(CHAIR, LINE))
    assert idle.ended
    assert len(held) == 1


def test_there_are_never_too_many_calls(exchange: Exchange) -> None:
    held = HeldCalls(Clock())
    first = held.keep(exchange.dial(CHAIR, LINE))
    for _ in range(MAX_CALLS):
        held.keep(exchange.dial(CHAIR, LINE))
    assert len(held) == MAX_CALLS
    assert first.ended


def test_the_page_plays_what_the_caller_hears(
    webhook: Webhook, client: FlaskClient, tmp_path: Path
) -> None:
    wav = record(tmp_path / "a.wav", 1.5).read_bytes()
    file = "/recordings/en/key-your-pin-1fc06817f8.wav"
    webhook.script[file] = Reply(wav, content_type="audio/wav")
    webhook.script["/voice/answer"] = (
        f'<Play>{webhook.url}{file}?v=1</Play><Gather action="/voice/answer"/>'
    )
    call = client.post("/handset/calls", json={"from": CHAIR, "to": LINE}, headers=OWN).json
    (place,) = [
        at for at, e in zip(call["at"], call["entries"], strict=True) if e["kind"] == "played"
    ]
    entry = call["entries"][call["at"].index(place)]
    assert entry == {"kind": "played", "cut": False, "name": "key your pin", "seconds": 1.5}
    heard = client.get(f"/handset/calls/{call['id']}/played/{place}")
    assert (heard.data, heard.mimetype) == (wav, "audio/wav")
    assert "media-src 'self'" in heard.headers["Content-Security-Policy"]
    for other in (place + 1, 10_000):
        assert client.get(f"/handset/calls/{call['id']}/played/{other}").status_code == 404
