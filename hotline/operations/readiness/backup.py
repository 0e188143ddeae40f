"""A copy of the SQLite database, whole and of one moment, while everything goes on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from hotline.operations.context import AppContext

PAGES = 2_000
"""Pages that are copied between two pauses, in which others may write."""


class BackupError(ValueError):
    """There is no copy; the message says why, and what to do instead."""


def back_up(parts: AppContext, out: Path | None = None) -> Path:
    """Copies the database into a new file, mode 0600; returns where it is.

    Without `out`, into HOTLINE_BACKUP_DIR, under a name that says when. The file is there whole or
    not at all. Raises BackupError; PostgreSQL has pg_dump for this.
    """
    url = make_url(parts.settings.database)
    if url.get_backend_name() != "sqlite":
        raise BackupError(
            "the database is PostgreSQL: use pg_dump -Fc -f FILE, into the same folder"
        )
    out = out or _named(parts)
    if out.exists():
        raise BackupError(f"{out} is there already: choose another name")
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = out.with_name(f".{out.name}.part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _copy(Path(url.database or ""), draft)
        _sync(draft)
        draft.replace(out)
    except sqlite3.Error as error:
        raise BackupError(f"{out}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    _sync(out.parent)
    return out


def _named(parts: AppContext) -> Path:
    folder = parts.settings.backup_dir
    if folder is None:
        raise BackupError("say which file, or set HOTLINE_BACKUP_DIR")
    return folder / f"hotline-{parts.now():%Y%m%dT%H%M%SZ}.db"


def _copy(database: Path, to: Path) -> None:
    """The copy is checked before it counts as one."""
    with (
        closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target, pages=PAGES, sleep=0.01)
        target.execute("PRAGMA journal_mode = DELETE")
        found = target.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {found}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
