"""The doctor looks at a line in good order, and at its database in both kinds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from hotline.operations.context import AppContext
from hotline.operations.readiness import database, doctor
from hotline.store.database import connect
from tests.operations.readiness.whole import Whole
from tests.servers import QUICK

pytestmark = pytest.mark.both_databases

EXPECTED_WARNINGS = {
    "backups",  # no folder is set
    "persistence",  # the Redis of the tests keeps nothing
    "alerts",  # nobody is chosen
    "test calls",  # nobody has called yet
}


@pytest.fixture
def durable(engine: Engine) -> Iterator[None]:
    """PostgreSQL as it should be, and as that of the tests is not: it keeps nothing."""
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        for name in QUICK:
            plain.execute(text(f"ALTER SYSTEM SET {name} = on"))
        reload_settings(plain, "on")
        yield
        plain.execute(text("ALTER SYSTEM RESET ALL"))
        reload_settings(plain, "off")


def reload_settings(connection: Connection, expected: str) -> None:
    connection.execute(text("SELECT pg_reload_conf()"))
    for _ in range(1000):
        if all(connection.execute(text(f"SHOW {name}")).scalar() == expected for name in QUICK):
            return
        time.sleep(0.01)
    pytest.fail("PostgreSQL has not read its settings")


def test_what_a_power_cut_may_lose_is_found(line: Whole, backend: str) -> None:
    found = line.examine()["durability"]
    assert found.state == ("wrong" if backend == "postgresql" else "ok")
    assert "fsync=off" in found.seen or backend == "sqlite"


@pytest.mark.usefixtures("durable")
def test_a_line_in_good_order_is_found_to_be(line: Whole) -> None:
    found = line.examine()
    assert len(found) == len(doctor.TASKS)
    others = {name: check for name, check in found.items() if check.state != "ok"}
    assert others.keys() == EXPECTED_WARNINGS, others
    assert all(check.state == "warning" and check.mend for check in others.values())
    assert doctor.is_ready(found.values())


@pytest.mark.parametrize(
    ("schema", "mend"),
    [("0002_host_state", "Run hotline db upgrade"), ("0099_of_tomorrow", "Restart the processes")],
)
def test_the_schema_of_another_version(line: Whole, schema: str, mend: str) -> None:
    set_schema = text("UPDATE alembic_version SET version_num = :it")
    with line.parts.engine.begin() as connection:
        (revision,) = connection.execute(text("SELECT version_num FROM alembic_version")).one()
        connection.execute(set_schema, {"it": schema})
    try:
        found = line.examine()
    finally:
        with line.parts.engine.begin() as connection:
            connection.execute(set_schema, {"it": revision})
    assert found["schema"].state == "wrong"
    assert found["schema"].mend.startswith(mend)
    assert found["PINs"].state == "could not be checked"
    assert not doctor.is_ready(found.values())


def test_a_database_that_is_not_there(line: Whole, backend: str) -> None:
    parts = line.parts
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    if backend == "sqlite":
        url = "sqlite:////proc/nowhere.db"
    engine = connect(url) if backend == "postgresql" else create_engine(url)
    line.parts = AppContext(parts.settings, engine, parts.redis, parts.now)
    found = line.examine()
    engine.dispose()
    assert found["database"].state == "wrong"
    assert found["database"].seen.startswith("cannot be reached: ")
    assert found["schema"].state == "could not be checked"
    assert found["eviction"].state == "ok"
    assert found["signed requests"].state == "ok"


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/lib/hotline/hotline.db", "ext4"),
        ("/srv/share/hotline.db", "nfs4"),
        ("/srv/shared/hotline.db", "ext4"),
        ("/srv/two words/hotline.db", "cifs"),
    ],
)
def test_the_file_system_of_a_path(tmp_path: Path, place: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "host:/x /srv/share nfs4 rw 0 0\n"
        "//host/y /srv/two\\040words cifs rw 0 0\n"
    )
    assert database.file_system(Path(place), mounts) == kind


def test_a_machine_that_does_not_say_what_is_mounted(tmp_path: Path) -> None:
    assert database.file_system(tmp_path, tmp_path / "none") == ""
