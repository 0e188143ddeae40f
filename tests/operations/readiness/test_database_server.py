"""What the doctor says of PostgreSQL's server: its connections, its disk, whether it may write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from redis import Redis
from sqlalchemy import Engine, make_url, text

from config.settings import Settings
from hotline.operations.context import AppContext, utc_now
from hotline.operations.readiness import database, database_server
from hotline.operations.readiness.checks import Examination, ReadinessFinding
from hotline.operations.reports.receipts import carrier_of
from hotline.store.database import connect, transact
from hotline.store.monitoring.hosts import HostState, write_state
from hotline.telephony.networks import network_of
from hotline.telephony.probe import Probe
from tests.servers import PostgreSQLServer

GUEST = "hotline_guest"


@pytest.fixture
def backend() -> str:
    return "postgresql"


@dataclass
class Doctor:
    """Its examination, which tests may have begin anew with other settings or another user."""

    settings: Settings
    engine: Engine
    redis: Redis

    @property
    def examination(self) -> Examination:
        parts = AppContext(self.settings, self.engine, self.redis, utc_now)
        probe = Probe(network_of(self.settings).webhooks)
        return Examination(parts, carrier_of(parts, 1), probe)

    def connections(self) -> ReadinessFinding:
        return database_server.connections(self.examination)

    def space(self) -> ReadinessFinding:
        return database_server.space(self.examination)


@pytest.fixture
def doctor(settings: Settings, engine: Engine, redis: Redis) -> Doctor:
    return Doctor(settings, engine, redis)


@pytest.fixture
def guest(engine: Engine) -> Iterator[Engine]:
    """As a user to whom the server does not tell its folders."""
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {GUEST} LOGIN"))
    found = connect(engine.url.set(username=GUEST).render_as_string(hide_password=False))
    yield found
    found.dispose()
    with engine.begin() as connection:
        connection.execute(text(f"DROP ROLE {GUEST}"))


def test_a_database_that_takes_no_writes(
    doctor: Doctor, postgresql_server: PostgreSQLServer
) -> None:
    postgresql_server.set_read_only("on")
    try:
        found = database.database(doctor.examination)
    finally:
        postgresql_server.set_read_only("off")
    assert (found.state, found.seen) == ("wrong", "takes no writes: it is read-only")


def test_connections_are_enough_for_two_processes_of_each_kind(doctor: Doctor) -> None:
    found = doctor.connections()
    assert (found.state, found.seen) == (
        "ok",
        "97 are there, and our 8 processes may open 80",
    )


def test_another_host_needs_connections_too(doctor: Doctor) -> None:
    transact(doctor.engine, lambda c: write_state(c, HostState("web-b", utc_now())))
    found = doctor.connections()
    assert (found.state, found.seen) == (
        "warning",
        "97 are there, and our 12 processes may open 120",
    )
    assert "max_connections" in found.mend


def test_a_limit_of_the_database_counts(doctor: Doctor) -> None:
    limit = f"ALTER DATABASE {doctor.engine.url.database} CONNECTION LIMIT "
    with doctor.engine.begin() as connection:
        connection.execute(text(f"{limit} 7"))
    try:
        found = doctor.connections()
    finally:
        with doctor.engine.begin() as connection:
            connection.execute(text(f"{limit} -1"))
    assert (found.state, found.seen) == ("wrong", "7 are there, and our 8 processes may open 80")


def test_what_a_pooler_takes_cannot_be_seen(doctor: Doctor) -> None:
    url = make_url(doctor.settings.database).update_query_dict({"pooling": "transaction"})
    doctor.settings = doctor.settings.model_copy(update={"database_url": str(url)})
    assert doctor.connections().seen.endswith("the pooler takes cannot be seen from here")


def test_room_on_the_disk_of_a_server_on_this_machine(doctor: Doctor) -> None:
    folder = make_url(doctor.settings.database).query["host"]
    assert f"MB are free under {folder}" in doctor.space().seen
    doctor.settings = doctor.settings.model_copy(update={"disk_mb": 10**9})
    found = doctor.space()
    assert found.state == "wrong"
    assert "HOTLINE_DISK_MB" in found.mend


def test_a_server_that_does_not_tell_its_folders(doctor: Doctor, guest: Engine) -> None:
    doctor.engine = guest
    found = doctor.space()
    assert found.state == "warning"
    assert "cannot be seen from here" in found.seen


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("postgresql://u@/night", True),
        ("postgresql://u@/night?host=/run/postgresql", True),
        ("postgresql://u@127.0.0.1/night", True),
        ("postgresql://u@db.example.org/night", False),
        ("postgresql://u@localhost,db.example.org/night", False),
    ],
)
def test_which_servers_are_on_this_machine(url: str, here: bool) -> None:
    assert database_server.is_here(connect(url)) is here
