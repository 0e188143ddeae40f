"""The telephone network as the webhooks meet it: forms, signed."""

from __future__ import annotations

import re
from html import unescape

from sqlalchemy import select
from twilio.request_validator import RequestValidator

from hotline.store.database import reading
from hotline.store.schema import tables
from tests.calls.dialogue import code

BASE = "https://line.example.org"


TOKEN = "0123456789abcdef"


LINE, CHAIR, STRANGER, PERSON = (f"+1515555010{n}" for n in (0, 1, 2, 9))


ONE, TWO = code("0001"), code("0002")


class Network:
    """Signs and sends what Twilio sends."""

    def __init__(self, client) -> None:
        self.client = client

    def post(self, path, form, signature=None):
        signature = signature or RequestValidator(TOKEN).compute_signature(BASE + path, form)
        return self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    def dial(self, from_=STRANGER, sid="CA01", **extras):
        return Phone(self, {"CallSid": sid, "From": from_, "To": LINE, **extras})


class Phone:
    """One call: keys go to where the last Gather said."""

    def __init__(self, network, form) -> None:
        self.network, self.form = network, form
        self.twiml = self.post("/voice/answer")

    def post(self, path, **more):
        response = self.network.post(path, {**self.form, **more})
        assert response.status_code == 200
        assert response.mimetype == "text/xml"
        return response.get_data(as_text=True)

    def hang_up(self):
        form = {**self.form, "CallStatus": "completed", "CallDuration": "3"}
        assert self.network.post("/voice/status", form).status_code == 204

    @property
    def action(self):
        return re.search(r'<Gather[^>]* action="([^"]+)"', self.twiml)[1]

    def key(self, *entries):
        for entry in entries:
            digits = entry.removesuffix("#")
            pound = "#" if entry.endswith("#") else ""
            self.twiml = self.post(self.action, Digits=digits, FinishedOnKey=pound)
        return self

    def hears(self, text):
        return text in " ".join(unescape(t) for t in re.findall(r"<Say[^>]*>([^<]*)", self.twiml))


def kept_reports(parts):
    with reading(parts.engine) as connection:
        return list(connection.execute(select(tables.report)))


REPORT = ("35#", "20*10*5*0*0#", "1", "20*15*0#", "1", "1")
