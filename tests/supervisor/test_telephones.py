"""Which numbers the handset's page offers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from hotline.supervisor.telephones import Papers, SandboxRefused, create_app, lines, phones
from tests.operations.loaded import load

CHAIRS, PUBLIC = "+15155550100", "+15155550101"
SECRETS = ("SECRET_KEY", "PIN_PEPPER", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
PRODUCTION = {
    "HOTLINE_CARRIER": "twilio",
    "PUBLIC_URL": "https://line.example.org",
    "DATABASE_URL": "sqlite:///unused.db",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "HOTLINE_PROXIES": "1",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "HOTLINE_SIGNING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    **dict.fromkeys(SECRETS, "invented-and-long-enough-for-any-of-them"),
}


def test_both_lines_can_be_called(parts: AppContext, town: Election) -> None:
    assert lines(parts) == []
    load(parts, replace(town, chairs_line=CHAIRS, public_line=PUBLIC))
    assert [line["number"] for line in lines(parts)] == [CHAIRS, PUBLIC]


def test_an_election_without_a_public_line(parts: AppContext, town: Election) -> None:
    load(parts, replace(town, chairs_line=CHAIRS, public_line=""))
    assert lines(parts) == [{"number": CHAIRS, "label": "The chairs' line"}]


def test_a_phone_is_named_by_its_chair_or_by_how_many_precincts_it_reports(
    parts: AppContext, town: Election
) -> None:
    load(parts, town)
    one, both = "+15155550111", "+15155550112"
    north, south = list(town.units)[:2]
    chairs = [Chair(north, "Alva North", (one, both)), Chair(south, "Sue South", (both,))]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, chairs)
    labels = {phone["number"]: phone["label"] for phone in phones(parts, Papers())}
    assert labels == {one: "Alva North", both: "Chair of 2 precincts"}


def test_the_sandbox_does_not_start_where_real_calls_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SandboxRefused, match="HOTLINE_CARRIER=twilio"):
        create_app()
