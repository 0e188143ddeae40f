"""The file that carries PINs: only its owner may read it; it is on the disk before they hold."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from hotline.tables.writer import workbook

HEADER = ("code", "pin")


class PinsError(ValueError):
    """PINs are not issued; the message says why, for a person."""


def as_csv(pins: Mapping[str, str]) -> str:
    """The text of the file that carries PINs."""
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([HEADER, *pins.items()])
    return table.getvalue()


def _content(out: Path, pins: Mapping[str, str]) -> bytes:
    """A workbook where its name says so: there a spreadsheet leaves the codes their zeros."""
    if out.suffix.lower() == ".xlsx":
        return workbook(HEADER, pins.items())
    return as_csv(pins).encode()


def write_pin_file(out: Path, pins: Mapping[str, str], force: bool) -> Path:
    """Writes the file so that only its owner may read it, and waits until it is on the disk.

    Returns where it is: beside `out`, until the PINs are valid, where that exists already.
    """
    path = out
    if force and out.is_file():
        path = out.with_name(f".{out.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise PinsError(
            f"{out} exists, and may hold the only copy of PINs in use: choose another name"
        ) from None
    except OSError as error:
        raise PinsError(f"{out}: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_content(out, pins))
            file.flush()
            os.fsync(file.fileno())
        _sync(path.parent)
    except BaseException:
        path.unlink()
        raise
    return path


def put_in_place(written: Path, out: Path) -> None:
    if written != out:
        written.replace(out)
        _sync(out.parent)


def _sync(directory: Path) -> None:
    """Makes a new name in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
