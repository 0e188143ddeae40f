"""The database: there, of this version's schema, and durable."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.readiness.checks import Examination, ReadinessFinding, first_line, ok, wrong
from hotline.store.database import BUSY_SECONDS, reading, writing
from hotline.store.postgresql import SESSION
from hotline.store.schema import migration
from hotline.store.schema.migration import SchemaState

BEHIND_A_POOLER = "Behind PgBouncer in transaction mode, add ?pooling=transaction to DATABASE_URL."
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph"})
"""File systems on which SQLite's locks cannot be relied on."""


def database(examination: Examination) -> ReadinessFinding:
    engine = examination.parts.engine
    try:
        with writing(engine) as connection:
            is_read_only = _is_read_only(connection)
    except SQLAlchemyError as error:
        pooler = "startup parameter" in str(error)
        remedy = BEHIND_A_POOLER if pooler else "Start it, or mend DATABASE_URL."
        return wrong(f"cannot be reached: {first_line(error)}", remedy)
    if is_read_only:
        return wrong(
            "takes no writes: it is read-only",
            "If another server is the primary, have DATABASE_URL lead there; else see why it is.",
        )
    version = ".".join(map(str, engine.dialect.server_version_info or ()))
    return ok(f"{'SQLite' if engine.dialect.name == 'sqlite' else 'PostgreSQL'} {version}")


def _is_read_only(connection: Connection) -> bool:
    """A SQLite that is has refused the transaction already."""
    if connection.dialect.name == "sqlite":
        return False
    shown: str = connection.execute(text("SHOW transaction_read_only")).scalar_one()
    return shown == "on"


def schema_current(examination: Examination) -> ReadinessFinding:
    with reading(examination.parts.engine) as connection:
        state = migration.schema_state(connection)
    if state is SchemaState.CURRENT:
        return ok(state.value)
    if state is SchemaState.OLDER:
        return wrong(state.value, "Run hotline db upgrade, then restart the processes.")
    return wrong(
        state.value,
        "Restart the processes with the version that ran hotline db upgrade; one from before "
        "0.1.0 begins with an empty database.",
    )


def time_outs(examination: Examination) -> ReadinessFinding:
    """A pooler between us and the server may drop what a session sets."""
    engine = examination.parts.engine
    if engine.dialect.name == "sqlite":
        return ok(f"a lock is waited for {BUSY_SECONDS} s at most")
    times = [name for name in SESSION if name.endswith("timeout")]
    with reading(engine) as connection:
        rows = connection.execute(
            text("SELECT name, setting FROM pg_settings WHERE name = ANY(:times)"), {"times": times}
        )
        found = {name: int(setting) for name, setting in rows}
    seen = ", ".join(f"{name}={found[name] / 1000:g} s" for name in times)
    if all(found[name] == SESSION[name] for name in times):
        return ok(seen)
    return wrong(f"{seen}: they are not as we set them", BEHIND_A_POOLER)


def durability(examination: Examination) -> ReadinessFinding:
    """What was committed has to survive a power cut: "filed" means that."""
    engine = examination.parts.engine
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            return _sqlite(connection, Path(make_url(str(engine.url)).database or ""))
        return _postgresql(connection)


def _sqlite(connection: Connection, path: Path) -> ReadinessFinding:
    journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    synchronous = connection.execute(text("PRAGMA synchronous")).scalar_one()
    kind = file_system(path, Path("/proc/mounts"))
    if kind in REMOTE:
        return wrong(
            f"{path} is on a network file system ({kind}), where locks do not hold",
            "Put the file on a local disk, or use PostgreSQL.",
        )
    if journal != "wal" or synchronous < 2:
        return wrong(
            f"journal_mode={journal}, synchronous={synchronous}",
            "Let nothing else open the file, and restart the processes.",
        )
    return ok("write-ahead log, synchronous, on a local disk")


def file_system(path: Path, mounts: Path) -> str:
    """The kind of file system that a path is on; empty where the machine does not say."""
    if not mounts.exists():
        return ""
    there = os.fspath(path.resolve())
    found, length = "", -1
    for line in mounts.read_text(errors="replace").splitlines():
        _, point, kind, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        inside = there == point or there.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= length:
            found, length = kind, len(point)
    return found


def _postgresql(connection: Connection) -> ReadinessFinding:
    wanted = {"synchronous_commit": ("on", "remote_apply"), "fsync": ("on",)}
    wanted["full_page_writes"] = ("on",)
    found = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in wanted}
    seen = ", ".join(f"{name}={value}" for name, value in found.items())
    if all(found[name] in values for name, values in wanted.items()):
        return ok(seen)
    return wrong(seen, "Set all three to on in postgresql.conf: a power cut may lose reports.")
