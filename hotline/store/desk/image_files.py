"""Pictures on disk, under names that nobody outside has chosen."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{32}")


class ImageFiles:
    """A folder that only this account may read; each picture has a small one beside it."""

    def __init__(self, var: Path) -> None:
        self._folder = var / "images"

    def keep(self, whole: bytes, small: bytes) -> str:
        """The name under which both are there, complete, once this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = secrets.token_hex(16)
        self._write(self._path(name, is_small=True), small)
        self._write(self._path(name, is_small=False), whole)
        return name

    def read(self, name: str, *, is_small: bool) -> bytes:
        """Raises FileNotFoundError."""
        return self._path(name, is_small=is_small).read_bytes()

    def remove(self, name: str) -> None:
        """For a picture whose row was not kept."""
        for is_small in (True, False):
            self._path(name, is_small=is_small).unlink(missing_ok=True)

    def _path(self, name: str, *, is_small: bool) -> Path:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError("no name of ours")
        return self._folder / f"{name}{'-small' if is_small else ''}.jpg"

    def _write(self, path: Path, data: bytes) -> None:
        descriptor, draft = tempfile.mkstemp(dir=self._folder)  # mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).rename(path)
