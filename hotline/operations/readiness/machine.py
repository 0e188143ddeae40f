"""The machine: settings, disk, clock, backups."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select

from hotline.operations.audit import signing
from hotline.operations.readiness.checks import (
    Examination,
    ReadinessFinding,
    ok,
    unknown,
    warning,
    wrong,
)
from hotline.store.database import reading
from hotline.telephony.network import CarrierBusy, CarrierRefused

ROOMY = 3
"""Times the least free space that is wanted, below which somebody should know of it."""
OFF, FAR_OFF = 2.0, 30.0  # seconds between two clocks
FRESH = timedelta(hours=24)
"""A backup that is older is one of before yesterday's changes."""


def settings(examination: Examination) -> ReadinessFinding:
    """That they can be read at all is seen by whoever has them."""
    found = examination.parts.settings
    if found.sandbox:
        return ok("sandbox: no real call comes in, and secrets are made up")
    return ok(f"for {examination.carrier.words.name}, as {found.url}")


def signing_key(examination: Examination) -> ReadinessFinding:
    key = signing.signer(examination.parts.settings)
    return ok(f"publications are signed by the key {key.key_id}")


def disk(examination: Examination) -> ReadinessFinding:
    found = examination.parts.settings
    places = [found.var]
    if (url := make_url(found.database)).get_backend_name() == "sqlite":
        places.append(Path(url.database or "").parent)
    free = min(shutil.disk_usage(_existing(place)).free for place in places) // 1_000_000
    seen = f"{free:,} MB are free under {' and '.join(str(p) for p in dict.fromkeys(places))}"
    least = found.disk_mb
    if free < least:
        return wrong(seen, f"Make room: at least {least:,} MB (HOTLINE_DISK_MB) are wanted.")
    if free < ROOMY * least:
        return warning(seen, "Make room before the night.")
    return ok(seen)


def _existing(place: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    place = place.resolve()
    return place if place.exists() else _existing(place.parent)


def clock(examination: Examination) -> ReadinessFinding:
    """Ours against those of Redis, database and carrier; a carrier says whole seconds only."""
    found = {
        name: seconds
        for name, seconds in (
            ("Redis", _redis_ahead(examination)),
            ("database", _database_ahead(examination)),
            ("carrier", _carrier_ahead(examination)),
        )
        if seconds is not None
    }
    if not found:
        return unknown("no other clock could be asked", "See what cannot be reached.")
    off = max(abs(seconds) for seconds in found.values())
    seen = ", ".join(f"{name} {seconds + 0.0:+.2f} s" for name, seconds in found.items())
    mend = "Have the clock set by NTP on every machine (timedatectl), and restart what runs there."
    if off >= FAR_OFF:
        return wrong(f"against ours: {seen}", mend)
    return warning(f"against ours: {seen}", mend) if off >= OFF else ok(f"against ours: {seen}")


def _redis_ahead(examination: Examination) -> float | None:
    parts = examination.parts
    seconds, microseconds = parts.redis.time()
    return float(seconds) + microseconds / 1_000_000 - parts.now().timestamp()


def _database_ahead(examination: Examination) -> float | None:
    """SQLite has no clock of its own."""
    parts = examination.parts
    if parts.engine.dialect.name != "postgresql":
        return None
    with reading(parts.engine) as connection:
        there: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return (there - parts.now()).total_seconds()


def _carrier_ahead(examination: Examination) -> float | None:
    try:
        there = examination.carrier.account().at
    except (CarrierRefused, CarrierBusy):
        return None
    if there is None:
        return None
    ahead = (there - examination.parts.now()).total_seconds()
    return min(ahead + 1, 0.0) if ahead < 0 else ahead


def backups(examination: Examination) -> ReadinessFinding:
    folder = examination.parts.settings.backup_dir
    if folder is None:
        return warning(
            "HOTLINE_BACKUP_DIR is not set: nobody knows of any backup",
            "Set it to the folder of your backups; hotline backup makes one of SQLite, pg_dump one "
            "of PostgreSQL.",
        )
    found = folder.glob("[!.]*") if folder.is_dir() else ()
    files = [path for path in found if path.is_file()]
    if not files:
        return wrong(f"{folder} holds no backup", "Run hotline backup, or pg_dump, and see why.")
    newest = max(files, key=lambda path: path.stat().st_mtime)
    age = examination.parts.now().timestamp() - newest.stat().st_mtime
    seen = f"the newest is {newest.name}, {max(age, 0) / 3600:.1f} h old"
    if age > FRESH.total_seconds():
        return warning(seen, "Make one now, after the last change to roster and PINs.")
    return ok(seen)
