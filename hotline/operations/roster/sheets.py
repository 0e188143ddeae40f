"""Printing: a call sheet for each unit, and, in a file apart, the letters with their PINs."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.election.folder.unit_codes import SYNONYMS, read_code
from hotline.election.model import Election, Unit
from hotline.guard.pins import PIN_DIGITS, is_pin
from hotline.operations.context import AppContext
from hotline.operations.roster.pin_file import HEADER
from hotline.operations.roster.pins import dead_pins
from hotline.paper.ink import Ink, PaperSize
from hotline.paper.letter import draw_letter
from hotline.paper.sheet import draw_sheet
from hotline.tables.headings import Headings
from hotline.tables.problems import FolderError, Problems, quoted
from hotline.tables.reader import rows

FOR_ALL, FOR_OWNER = 0o666, 0o600  # file modes, before the umask

Progress = Callable[[int, int], None]
"""Told after each unit: how many are drawn, and of how many."""


class SheetsError(ValueError):
    """Nothing is printed; the message says why, for a person."""


class PinFileError(FolderError):
    """A file of PINs is refused. Says why as an election folder does, and shows no PIN."""


@dataclass(frozen=True, slots=True)
class PrintedSheets:
    """What came out. `respelled`: texts with letters that the fonts lack, and what is printed."""

    units: int
    pages: int
    respelled: Mapping[str, str]


def write_sheets(
    parts: AppContext,
    out: Path,
    codes: Sequence[str] | None = None,
    size: PaperSize = PaperSize.LETTER,
    progress: Progress | None = None,
) -> PrintedSheets:
    """Prints a call sheet for each unit of the active election, or for those of `codes`, to a PDF.

    In unit order, a leaf a language: how to call, and the worksheet on its back. A file
    that is there already is replaced. Raises NoElectionError, SheetsError or OSError.
    """
    units = _units(parts.election().election, codes)
    printed, content = draw_sheets(parts, [unit.code for unit in units], size, progress)
    _write(out, content, FOR_ALL)
    return printed


def draw_sheets(
    parts: AppContext,
    codes: Sequence[str],
    size: PaperSize = PaperSize.LETTER,
    progress: Progress | None = None,
) -> tuple[PrintedSheets, bytes]:
    """The PDF that `write_sheets` writes, for these units. Raises as it does, but for OSError."""
    election = parts.election().election
    units = _units(election, codes)
    ink = Ink(election.title, parts.now(), size)
    for done, unit in enumerate(units, start=1):
        draw_sheet(ink, election, unit)
        if progress:
            progress(done, len(units))
    return PrintedSheets(len(units), ink.pages, ink.respelled), ink.finish()


def write_letters(
    parts: AppContext,
    out: Path,
    pins: Path,
    size: PaperSize = PaperSize.LETTER,
    progress: Progress | None = None,
) -> PrintedSheets:
    """Prints a letter for each line of `pins`, the file that `issue_pins` wrote, to a PDF that only
    its owner may read. A file that is there already is replaced.

    Raises NoElectionError, OSError, or PinFileError with every problem: a PIN that is not in force
    (any more) is one, so that nobody is sent a letter that does not work.
    """
    letters = _read_pins(parts, parts.election().election, pins)
    printed, content = draw_letters(parts, letters, size, progress)
    _write(out, content, FOR_OWNER)
    return printed


def draw_letters(
    parts: AppContext,
    pins: Mapping[str, str],
    size: PaperSize = PaperSize.LETTER,
    progress: Progress | None = None,
) -> tuple[PrintedSheets, bytes]:
    """A letter for each of these PINs, by unit, as a PDF: whoever gets it has the PINs."""
    election = parts.election().election
    ink = Ink(election.title, parts.now(), size)
    for done, (code, pin) in enumerate(pins.items(), start=1):
        draw_letter(ink, election, election.units[code], pin)
        if progress:
            progress(done, len(pins))
    return PrintedSheets(len(pins), ink.pages, ink.respelled), ink.finish()


def _units(election: Election, codes: Iterable[str] | None) -> list[Unit]:
    wanted = sorted(election.units if codes is None else set(codes))
    unknown = [code for code in wanted if code not in election.units]
    if unknown:
        raise SheetsError(f"no precinct has the code {', '.join(map(quoted, unknown))}")
    if not wanted:
        raise SheetsError("there is no precinct to print a sheet for")
    return [election.units[code] for code in wanted]


def _read_pins(parts: AppContext, election: Election, path: Path) -> dict[str, str]:
    """PINs by unit, in the order of the file."""
    problems = Problems()
    pins: dict[str, str] = {}
    lines: dict[str, int] = {}
    for row in rows(path, Headings(HEADER, synonyms=SYNONYMS), problems):
        code, pin = read_code(row, election), row.text("pin")
        if pin.isascii() and pin.isdecimal():
            pin = pin.zfill(PIN_DIGITS)  # a spreadsheet took zeros off
        if not code:
            continue
        if code in pins:
            row.refuse(f"{quoted(code)} is there twice, first on line {lines[code]}")
        elif not is_pin(pin):
            row.refuse("the PIN is not six digits")
        else:
            pins[code], lines[code] = pin, row.line
    for code in dead_pins(parts, pins):
        reason = f"this PIN of {quoted(code)} is not in force; another one was issued, or none"
        problems.add(path.name, lines[code], reason)
    if not pins and not problems.found:
        problems.add(path.name, None, "holds no PINs")
    if problems.found:
        raise PinFileError(sorted(problems.found, key=lambda problem: problem.line or 0))
    return pins


def _write(out: Path, content: bytes, mode: int) -> None:
    """Puts the whole file in place at once, readable by nobody else on the way there either."""
    draft = out.with_name(f".{out.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(out)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(out)  # whoever reads this does not know the draft's name
        raise
