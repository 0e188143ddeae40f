from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import Engine

from hotline.operations.accounts import accounts
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.monitoring import alert_people
from hotline.operations.monitoring.alerts import Watch
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.store.roster import roster
from tests.calls.dialogue import code, small_election
from tests.conftest import Clock
from tests.operations.loaded import PEPPER
from tests.operations.monitoring.alerting import PHONE, SECRET, Scene, Sink, sinking
from tests.web.switchboard import CHAIR, LINE, desk, settings_of

SIGNING_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ROOT = Actor(None, "test", Role.ADMIN)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with sinking() as sink:
        yield sink


@pytest.fixture
def watched(
    engine: Engine, redis_url: str, redis: Redis, clock: Clock, tmp_path: Path, sink: Sink
) -> Iterator[AppContext]:
    """Parts with an election, a chair and PINs; alerts go to the sink."""
    settings = settings_of(tmp_path, PEPPER).model_copy(
        update={
            "alert_url": sink.url,
            "alert_secret": SecretStr(SECRET),
            "signing_key": SecretStr(SIGNING_KEY),
            "redis_url": redis_url,
            "database_url": engine.url.render_as_string(hide_password=False),
        }
    )
    with connect_redis(redis_url) as client:
        parts = AppContext(settings, engine, client, clock)
        election = replace(small_election(), chairs_line=LINE)
        ledger = load_election(parts, election, "test").ledger_id
        with writing(parts.engine) as connection:
            chair = roster.Chair(code("0001"), "Chair One", (CHAIR,))
            roster.replace_roster(connection, election.id, [chair])
        issue_test_pins(parts, ledger)
        yield parts


@pytest.fixture
def scene(watched: AppContext, clock: Clock, sink: Sink) -> Iterator[Scene]:
    with desk(watched) as at:
        accounts.add_account(at.parts, "root", Role.ADMIN, "correct horse battery", ROOT)
        alert_people.add_recipient(at.board, ROOT, "root", PHONE)
        yield Scene(at, clock, sink, Watch(at.board, lambda work: work()))
