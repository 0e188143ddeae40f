"""Transactions that are real, times that are aware, and a database that can be nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import Connection, Engine, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from hotline.store.database import (
    DatabaseURLError,
    at_the_end,
    connect,
    exclusive,
    reading,
    transact,
    writing,
)
from hotline.store.schema.tables import election

NOON = datetime(2020, 2, 3, 12, 0, tzinfo=UTC)


def add_election(connection: Connection, id: str = "town", **given: object) -> None:
    row = {"id": id, "document": {"n": 0}, "digest": "d", "active": False, "loaded_at": NOON}
    connection.execute(insert(election).values(row | given))


def counted(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(election)).scalar_one()


def test_a_transaction_commits_as_a_whole_or_not_at_all(engine: Engine) -> None:
    def work() -> None:
        with writing(engine) as connection:
            add_election(connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    with reading(engine) as connection:
        assert counted(connection) == 0


def test_what_comes_last_is_done_before_the_commit_and_with_it(engine: Engine) -> None:
    done: list[int] = []

    def work() -> None:
        with writing(engine) as connection:
            at_the_end(connection, lambda: done.append(counted(connection)))
            add_election(connection)
            assert done == []

    def fail(connection: Connection) -> None:
        at_the_end(connection, lambda: 1 // 0)  # type: ignore[arg-type, return-value]
        add_election(connection, "lost")

    work()
    assert done == [1]
    with pytest.raises(ZeroDivisionError):
        transact(engine, fail)
    with reading(engine) as connection:
        assert counted(connection) == 1
        at_the_end(connection, lambda: done.append(2))  # nothing is written: at once
        assert done == [1, 2]


def test_a_reader_sees_a_single_moment(engine: Engine) -> None:
    with reading(engine) as reader:
        assert counted(reader) == 0
        with writing(engine) as writer:
            add_election(writer)
        assert counted(reader) == 0

    with reading(engine) as reader:
        assert counted(reader) == 1


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has no transactions that are read-only
def test_a_reader_cannot_write_on_postgresql(engine: Engine) -> None:
    with pytest.raises(DBAPIError), reading(engine) as connection:
        add_election(connection)


def test_writers_that_read_first_lose_no_update(engine: Engine) -> None:
    with writing(engine) as connection:
        add_election(connection)

    def count_up(connection: Connection) -> None:
        row = select(election.c.document).where(election.c.id == "town").with_for_update()
        n = connection.execute(row).scalar_one()["n"]
        connection.execute(update(election).values(document={"n": n + 1}))

    def often() -> None:
        for _ in range(20):
            transact(engine, count_up)

    threads = [Thread(target=often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(engine) as connection:
        assert connection.execute(select(election.c.document)).scalar_one() == {"n": 80}


def test_what_is_exclusive_is_done_by_one_at_a_time(engine: Engine) -> None:
    both_started = Barrier(2)
    seen: list[int] = []

    def look_and_add(name: str) -> None:
        both_started.wait()
        with writing(engine) as connection:
            exclusive(connection, "adding", 1)
            seen.append(counted(connection))
            add_election(connection, name)

    threads = [Thread(target=look_and_add, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == [0, 1]


def test_a_deadlock_is_tried_again(engine: Engine) -> None:
    attempts: list[int] = []

    def work(connection: Connection) -> str:
        add_election(connection, f"try-{len(attempts)}")
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError("", {}, DeadlockDetected())
        return "done"

    assert transact(engine, work) == "done"
    with reading(engine) as connection:
        assert connection.execute(select(election.c.id)).scalars().all() == ["try-1"]


def test_attempts_come_to_an_end(engine: Engine) -> None:
    attempts: list[int] = []

    def work(_connection: Connection) -> None:
        attempts.append(1)
        raise OperationalError("", {}, DeadlockDetected())

    with pytest.raises(OperationalError):
        transact(engine, work)
    assert len(attempts) == 3


def test_times_come_back_aware_and_in_utc(engine: Engine) -> None:
    iowa = NOON.astimezone(timezone(timedelta(hours=-6)))
    with writing(engine) as connection:
        add_election(connection, loaded_at=iowa)

    with reading(engine) as connection:
        loaded_at = connection.execute(select(election.c.loaded_at)).scalar_one()
    assert loaded_at == NOON
    assert loaded_at.tzinfo is UTC


def test_a_time_without_its_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="without its zone"), writing(engine) as connection:
        add_election(connection, loaded_at=NOON.replace(tzinfo=None))


def test_json_keeps_its_order(engine: Engine) -> None:
    document = {"zebra": 1, "apple": {"y": 1, "b": 2}}
    with writing(engine) as connection:
        add_election(connection, document=document)

    with reading(engine) as connection:
        back = connection.execute(select(election.c.document)).scalar_one()
    assert list(back) == ["zebra", "apple"]
    assert list(back["apple"]) == ["y", "b"]


def test_a_commit_is_durable_and_foreign_keys_hold(engine: Engine) -> None:
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
            settings = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in expected
            }
        else:
            expected = {"synchronous_commit": "on", "statement_timeout": "10s", "TimeZone": "UTC"}
            settings = {
                name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in expected
            }
    assert settings == expected


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgres://user@db.example/x", "postgresql+psycopg"),
        ("postgresql://user@db.example/x", "postgresql+psycopg"),
        ("postgresql+psycopg://user@db.example/x", "postgresql+psycopg"),
    ],
)
def test_every_way_to_write_postgresql_is_understood(url: str, driver: str) -> None:
    assert connect(url).url.drivername == driver


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret@one:5433,two/night?sslmode=require",
        "postgres://ann:secret@one:5433,two:5432/night?sslmode=require",
        "postgresql+psycopg://ann:secret@/night?host=one:5433&host=two:5432&sslmode=require",
    ],
)
def test_several_hosts_in_libpqs_form_or_sqlalchemys(url: str) -> None:
    engine = connect(url)
    _, given = engine.dialect.create_connect_args(engine.url)
    assert (given["host"], given["port"]) == ("one,two", "5433,5432")
    assert (given["dbname"], given["user"], given["password"]) == ("night", "ann", "secret")
    assert given["target_session_attrs"] == "read-write"
    assert given["sslmode"] == "require"


@pytest.mark.parametrize(
    ("where", "hosts", "ports"),
    [
        ("[::1],[fd00::2]:5433/night", "::1,fd00::2", "5432,5433"),
        ("/night?host=one,two", "one,two", ","),
        ("/night?host=one,two&port=5433,5434", "one,two", "5433,5434"),
        ("/night?host=/run/one,/run/two&port=5433", "/run/one,/run/two", "5433,5433"),
    ],
)
def test_several_hosts_as_libpq_has_them(where: str, hosts: str, ports: str) -> None:
    engine = connect(f"postgresql://ann@{where}")
    _, given = engine.dialect.create_connect_args(engine.url)
    assert (given["host"], given["port"]) == (hosts, ports)
    assert given["target_session_attrs"] == "read-write"


def test_several_addresses_are_several_hosts() -> None:
    engine = connect("postgresql://ann@/night?hostaddr=192.0.2.1,192.0.2.2")
    assert engine.url.query["target_session_attrs"] == "read-write"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("host=one,two dbname=night password=secret", "DATABASE_URL: write it as a URL: postgre"),
        ("postgresql:///night?host=one,two,three&port=1,2", "DATABASE_URL: number of hosts and"),
    ],
)
def test_what_cannot_be_used_of_libpq_is_refused_in_a_sentence(url: str, said: str) -> None:
    with pytest.raises(DatabaseURLError, match=f"^{said}") as refused:
        connect(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://db.example/x", "sqlite://", "sqlite:///:memory:"]
)
def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(DatabaseURLError, match="DATABASE_URL"):
        connect(url)


def test_the_directory_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'var' / 'deep' / 'hotline.db'}")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    engine.dispose()

    assert (tmp_path / "var" / "deep" / "hotline.db").exists()
