"""Where Unix sockets are: their paths may be no longer than a hundred bytes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel's limit is 108 on Linux and 104 on macOS, with the final zero."""


def socket_for(folder: Path, name: str) -> Path:
    """A place for a Unix socket: in the folder, or, where that path is too long, in a short one.

    The short one is named in the file `socket-folder`, so that every process finds it.
    """
    beside = folder / name
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    note = folder / "socket-folder"
    short = Path(note.read_text()) if note.exists() else None
    if short is None or not _is_ours(short):
        short = Path(tempfile.mkdtemp(prefix="hotline-"))
        note.write_text(str(short))
    return short / name


def _is_ours(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return status.st_uid == os.getuid() and status.st_mode & 0o777 == 0o700
