"""Every answer of the REST stand-in about live calls, held against Twilio's own description."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient

from hotline.sandbox.rest.network import Network
from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, Webhook

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"


class Described:
    """A client that holds each answer against the description of what was asked."""

    def __init__(self, client: FlaskClient, description: dict[str, Any]) -> None:
        self._client = client
        self._description = description

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Any:
        operation = self._operation(method, path)
        body = operation.get("requestBody", {}).get("content", {})
        known = body.get("application/x-www-form-urlencoded", {}).get("schema", {})
        asked = {p["name"] for p in operation.get("parameters", [])}
        query = path.partition("?")[2]
        assert set(form or {}) <= set(known.get("properties", {}))
        assert {part.partition("=")[0] for part in query.split("&") if part} <= asked
        answer = self._client.open(ROOT + path, method=method, data=form)
        assert str(answer.status_code) in operation["responses"], answer.text
        content = operation["responses"][str(answer.status_code)].get("content")
        if content is None:
            assert not answer.data
            return None
        schema = content["application/json"]["schema"]
        jsonschema.validate(answer.json, {**schema, "components": self._description["components"]})
        assert answer.json.keys() == self._properties(schema).keys()
        return answer.json

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        """A named parameter matches one part of the path; the literal path goes first."""
        bare = "/2010-04-01/Accounts/{AccountSid}" + path.partition("?")[0]
        paths = self._description["paths"]
        found = [p for p in paths if re.fullmatch(_pattern(p), bare)]
        return paths[min(found, key=lambda p: p.count("{"))][method.lower()]

    def _properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self._description["components"]["schemas"][name]
        return schema["properties"]


def _pattern(path: str) -> str:
    parts = re.split(r"(\{\w+\})", path)
    return "".join(r"[^/]+?" if p.startswith("{") else re.escape(p) for p in parts)


@pytest.fixture
def described(client: FlaskClient, description: dict[str, Any]) -> Described:
    # Its prose says that this is null until the conference is over; its type forgot to.
    reason = description["components"]["schemas"]["conference_enum_reason_conference_ended"]
    assert "will be `null`" in reason["description"]
    reason |= {"type": ["string", "null"], "enum": [*{*reason["enum"], None}]}
    return Described(client, description)


def test_calls(described: Described, network: Network, webhook: Webhook) -> None:
    webhook.script["/voice/answer"] = '<Gather timeout="60"/>'
    call = network._exchange.dial(CHAIR, LINE)
    described.ask("GET", f"/Calls/{call.sid}.json")
    described.ask("POST", f"/Calls/{call.sid}.json", {"Twiml": "<Response><Hangup/></Response>"})
    network._exchange.settle()
    assert described.ask("GET", f"/Calls/{call.sid}.json")["status"] == "completed"


def test_numbers(described: Described, network: Network) -> None:
    (number,) = described.ask("GET", "/IncomingPhoneNumbers.json?PageSize=5")[
        "incoming_phone_numbers"
    ]
    assert number["phone_number"] == LINE
    path = f"/IncomingPhoneNumbers/{number['sid']}.json"
    described.ask("GET", path)
    url = "https://line.example.org/voice/answer"
    form = {"VoiceUrl": url, "VoiceMethod": "POST", "SmsUrl": "", "TrunkSid": ""}
    assert described.ask("POST", path, form)["voice_url"] == url
    assert network._exchange.routing_of(LINE).voice == url


def test_the_account(described: Described) -> None:
    assert described.ask("GET", ".json")["status"] == "active"


def test_queues(described: Described, network: Network, webhook: Webhook) -> None:
    webhook.script |= {"/voice/answer": "<Enqueue>staff</Enqueue>", "/voice/talk": ""}
    call = network._exchange.dial(CHAIR, LINE)
    queue = described.ask("GET", "/Queues.json?PageSize=5")["queues"][0]["sid"]
    described.ask("POST", "/Queues.json", {"FriendlyName": "other", "MaxSize": "3"})
    described.ask("GET", f"/Queues/{queue}.json")
    described.ask("POST", f"/Queues/{queue}.json", {"MaxSize": "50"})
    described.ask("GET", f"/Queues/{queue}/Members.json")
    described.ask("GET", f"/Queues/{queue}/Members/Front.json")
    form = {"Url": f"{webhook.url}/voice/talk", "Method": "POST"}
    described.ask("POST", f"/Queues/{queue}/Members/{call.sid}.json", form)


def test_conferences(described: Described, network: Network, webhook: Webhook) -> None:
    webhook.script["/voice/answer"] = "<Dial><Conference>desk-1</Conference></Dial>"
    one, two = (network._exchange.dial(CHAIR, LINE) for _ in range(2))
    listed = described.ask("GET", "/Conferences.json?FriendlyName=desk-1&Status=in-progress")
    room = listed["conferences"][0]["sid"]
    described.ask("GET", f"/Conferences/{room}.json")
    described.ask("GET", f"/Conferences/{room}/Participants.json?Muted=false")
    path = f"/Conferences/{room}/Participants/{one.sid}.json"
    described.ask("GET", path)
    described.ask("POST", path, {"Muted": "true", "Hold": "true", "EndConferenceOnExit": "true"})
    described.ask("POST", path, {"Coaching": "true", "CallSidToCoach": two.sid})
    described.ask("DELETE", path)
    ended = described.ask("GET", f"/Conferences/{room}.json")
    assert ended["status"] == "completed"
    assert ended["call_sid_ending_conference"] == one.sid
    described.ask("POST", f"/Conferences/{room}.json", {"Status": "completed"})
