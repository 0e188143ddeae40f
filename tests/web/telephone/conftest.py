from __future__ import annotations

import pytest

from app import create_app
from config.settings import Settings
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.store.database import writing
from hotline.store.roster import roster
from tests.calls.dialogue import small_election
from tests.operations.loaded import PEPPER
from tests.web.telephone.network import (
    BASE,
    CHAIR,
    ONE,
    PERSON,
    TOKEN,
    TWO,
    Network,
)


@pytest.fixture
def settings(tmp_path):
    return Settings(
        signing_key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        var=tmp_path,
        pin_pepper=PEPPER,
        secret_key="s",
        public_url=BASE,
        auth_token=f"{TOKEN},older",
        account_sid="AC0",
        person_number=PERSON,
    )


@pytest.fixture
def parts(settings, engine, redis_url, redis, clock):
    return AppContext(settings, engine, connect_redis(redis_url), clock)


@pytest.fixture
def election():
    return small_election()


@pytest.fixture
def ledger(parts, election):
    return load_election(parts, election, "test").ledger_id


@pytest.fixture
def pins(parts, ledger, election):
    with writing(parts.engine) as connection:
        chairs = [roster.Chair(unit, f"Chair {unit}", (CHAIR,)) for unit in (ONE, TWO)]
        roster.replace_roster(connection, election.id, chairs)
    return issue_test_pins(parts, ledger)


@pytest.fixture
def network(parts, pins):
    return Network(create_app(parts=parts).test_client())
