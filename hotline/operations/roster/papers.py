"""PINs and papers for chairs, one or many: made for whoever asked, and kept nowhere."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.roster import pin_file, pins, sheets
from hotline.operations.roster.pins import PinsError
from hotline.paper.ink import PaperSize
from hotline.store.database import reading, transact
from hotline.store.enums import Role
from hotline.store.roster import pins as stored_pins
from hotline.tables.writer import TableFile

log = logging.getLogger(__name__)

MOST_SHEETS = 250
"""Call sheets to a file: 1.6 s of a processor that answers telephone calls meanwhile."""


class PapersError(ValueError):
    """Nothing is printed; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Units for which PINs are to be made. `with_pin`: those whose PIN would die; `stamp` tells
    these PINs from any later ones."""

    codes: Sequence[str]
    with_pin: Sequence[str]
    stamp: str


def choose(parts: AppContext, codes: Sequence[str], *, only_without: bool = False) -> Chosen:
    """Looks at the standing PINs of these units; `only_without`: leaves out those that have one."""
    with reading(parts.engine) as connection:
        hashes = stored_pins.stored(connection, parts.election().election.id, None)
    chosen = sorted(code for code in codes if not (only_without and code in hashes))
    return Chosen(
        chosen, [code for code in chosen if code in hashes], pins.pins_stamp(hashes, chosen)
    )


def new_pin(parts: AppContext, by: Actor, code: str, stamp: str) -> str:
    """A new PIN for one unit, for whoever asked to read it out. The old one is dead.

    Raises PinsError: unknown, or another PIN was issued since (`stamp`); NotAllowedError.
    """
    return _issue(parts, by, [code], stamp, "shown once on the page")[code]


def new_pins_as_table(parts: AppContext, by: Actor, codes: Sequence[str], stamp: str) -> TableFile:
    """New PINs for many units as a file (`code,pin`). Raises as `new_pin` does."""
    made = _issue(parts, by, codes, stamp, "as a file")
    return TableFile(pin_file.HEADER, made.items())


def new_pins_as_letters(
    parts: AppContext, by: Actor, codes: Sequence[str], stamp: str, size: PaperSize
) -> bytes:
    """New PINs as letters (PDF), drawn before the old ones die. Raises as `new_pin` does."""
    drawn: list[bytes] = []

    def draw(made: Mapping[str, str]) -> None:
        drawn[:] = [sheets.draw_letters(parts, made, size)[1]]

    _issue(parts, by, codes, stamp, "as letters", draw)
    return drawn[0]


def call_sheets(parts: AppContext, by: Actor, codes: Sequence[str], size: PaperSize) -> bytes:
    """The call sheets of these units (PDF). Raises PapersError, NotAllowedError."""
    require(by, Role.ADMIN)
    if len(codes) > MOST_SHEETS:
        raise PapersError(
            f"{len(codes)} call sheets are too many for one file: {MOST_SHEETS} at most. "
            "`hotline pins sheets --out FILE` prints all of them"
        )
    try:
        printed, content = sheets.draw_sheets(parts, codes, size)
    except sheets.SheetsError as error:
        raise PapersError(str(error)) from error
    note = f"call sheets of {len(codes)} precincts" if len(codes) > 1 else "a call sheet"
    transact(
        parts.engine,
        lambda connection: log_activity(
            connection,
            parts,
            by,
            ActivityKind.PAPERS_PRINTED,
            unit=codes[0] if len(codes) == 1 else "",
            after={"pages": printed.pages, "units": list(codes)},
            note=note,
        ),
    )
    return content


def _issue(
    parts: AppContext,
    by: Actor,
    codes: Sequence[str],
    stamp: str,
    how: str,
    draw: pins.Draft | None = None,
) -> dict[str, str]:
    require(by, Role.ADMIN)
    if not codes:
        raise PinsError("there is no precinct to make a PIN for")

    single = codes[0] if len(codes) == 1 else ""

    def beside(connection: Connection) -> None:
        kind = ActivityKind.PIN_REISSUED if single else ActivityKind.PINS_ISSUED
        after = {"units": list(codes)}
        log_activity(connection, parts, by, kind, unit=single, after=after, note=how)
        if draw is not None:
            printed = ActivityKind.PAPERS_PRINTED
            note = "letters with PINs"
            log_activity(connection, parts, by, printed, unit=single, after=after, note=note)

    issued = pins.reissue_all(parts, codes, stamp=stamp, beforehand=draw, beside=beside)
    log.info("%d PINs are issued by %s, %s", len(issued), by.name, how)
    return issued
