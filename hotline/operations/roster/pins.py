"""PINs: issuing, re-issuing, and telling a right one from a wrong one.

A PIN is written down once, for the letter, and kept as a keyed hash only. It is valid from the
moment of the commit, so the file that carries it is safely on the disk before that.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from redis import RedisError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from hotline.guard.pins import hash_pin, make_pin, verify_pin
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import COMMAND_LINE, Actor
from hotline.operations.context import AppContext
from hotline.operations.roster import pin_file
from hotline.operations.roster.pin_file import PinsError as PinsError
from hotline.store.admission import front_door
from hotline.store.database import reading, transact
from hotline.store.roster import pins as stored_pins

log = logging.getLogger(__name__)

Draft = Callable[[Mapping[str, str]], None]
"""What is done with PINs before they are in force."""


def issue_pins(
    parts: AppContext,
    out: Path,
    all_units: bool = False,
    ledger_id: int | None = None,
    force: bool = False,
    by: Actor = COMMAND_LINE,
) -> int:
    """Issues a PIN for each unit without one and writes them to `out` (CSV `code,pin`, mode 0600).

    `all_units` issues anew for the others too: their old PINs die at once. With `ledger_id`, that
    of a test ledger, the PINs are valid for that ledger only, and standing ones are not looked at.
    A file that is there already is not touched without `force`: it may hold the only copy of PINs
    that are valid. Returns how many were issued; the file holds these and no others.

    Raises PinsError, NoElectionError, or what the database raised. Then neither PINs nor file are
    there; but where nobody can tell whether the database took the PINs, the file stays.
    """
    election_id, units = _election(parts)
    with reading(parts.engine) as connection:
        _require_test_ledger(connection, election_id, ledger_id)
        before = stored_pins.stored(connection, election_id, ledger_id)
    pins = _make(units if all_units else (code for code in units if code not in before))
    batch = _Batch(parts, election_id, ledger_id, pins)
    written = pin_file.write_pin_file(out, pins, force)
    try:
        batch.store(replacing=all_units, beside=_note_of_many(parts, by, ledger_id, len(pins)))
    except BaseException:
        match batch.is_stored():
            case False:
                written.unlink()
            case True:
                pin_file.put_in_place(written, out)
            case None:
                log.warning("nobody can tell whether the PINs in %s are valid: it stays", written)
        raise
    pin_file.put_in_place(written, out)
    _unlock(parts, pins)
    return len(pins)


def issue_test_pins(parts: AppContext, ledger_id: int, by: Actor = COMMAND_LINE) -> dict[str, str]:
    """A PIN for every unit, valid for this test ledger only, by unit; written down nowhere.

    Earlier ones of the same ledger die. Raises PinsError where it is no test ledger.
    """
    election_id, units = _election(parts)
    with reading(parts.engine) as connection:
        _require_test_ledger(connection, election_id, ledger_id)
    pins = _make(units)
    beside = _note_of_many(parts, by, ledger_id, len(pins))
    _Batch(parts, election_id, ledger_id, pins).store(replacing=True, beside=beside)
    _unlock(parts, pins)
    return pins


def reissue(parts: AppContext, unit_code: str) -> str:
    """A new PIN for one unit; the old one dies at once. Raises PinsError for an unknown unit."""
    return reissue_all(parts, [unit_code])[unit_code]


def reissue_all(
    parts: AppContext,
    codes: Collection[str],
    *,
    stamp: str | None = None,
    beforehand: Draft | None = None,
    beside: Callable[[Connection], None] | None = None,
) -> dict[str, str]:
    """New PINs for these units, by unit, written down nowhere; their old ones die at once.

    `stamp`: only while the units have the PINs that it was made of (`pins_stamp`). `beforehand` is
    given the PINs before they are in force, `beside` is done in the same transaction at its end;
    what either raises stops all of it. Raises PinsError.
    """
    election_id, units = _election(parts)
    if unknown := sorted(set(codes) - set(units)):
        raise PinsError(f"no precinct has the code {unknown[0]}")
    pins = _make(sorted(codes))
    if beforehand is not None:
        beforehand(pins)
    _Batch(parts, election_id, None, pins).store(replacing=True, stamp=stamp, beside=beside)
    _unlock(parts, pins)
    return pins


def pins_stamp(hashes: Mapping[str, str], codes: Iterable[str]) -> str:
    """Equal only while each of these units has the same standing PIN, or none, as `hashes` say."""
    said = [(code, hashes.get(code)) for code in sorted(codes)]
    return sha256(repr(said).encode()).hexdigest()[:16]


def check_pin(
    parts: AppContext, election_id: str, ledger_id: int, unit_code: str, pin: str
) -> bool:
    """Whether this is the unit's PIN: its standing one, or one issued for this ledger only.

    A unit that does not exist takes the same time as a wrong PIN.
    """
    with reading(parts.engine) as connection:
        hashes = stored_pins.hashes_for(connection, election_id, ledger_id, unit_code)
    return verify_pin(_pepper(parts), election_id, unit_code, pin, hashes)


def dead_pins(parts: AppContext, pins: Mapping[str, str]) -> list[str]:
    """The units, of those given with a PIN, whose standing PIN is another one or missing."""
    election_id, _ = _election(parts)
    with reading(parts.engine) as connection:
        hashes = stored_pins.stored(connection, election_id, None)
    return [
        code
        for code, pin in pins.items()
        if not verify_pin(_pepper(parts), election_id, code, pin, [hashes.get(code)])
    ]


class _Batch:
    """PINs on their way into the database."""

    def __init__(
        self, parts: AppContext, election_id: str, ledger_id: int | None, pins: Mapping[str, str]
    ) -> None:
        self._engine = parts.engine
        self._election_id = election_id
        self._ledger_id = ledger_id
        self._at = parts.now()
        pepper = _pepper(parts)
        self._hashes = {
            code: hash_pin(pepper, election_id, code, pin) for code, pin in pins.items()
        }

    def store(
        self,
        *,
        replacing: bool,
        stamp: str | None = None,
        beside: Callable[[Connection], None] | None = None,
    ) -> None:
        """Stores the hashes. Not `replacing`: PinsError where a unit has got another meanwhile."""

        def work(connection: Connection) -> None:
            stored_pins.lock(connection, self._election_id)
            if stamp is not None and self._stamp(connection) != stamp:
                raise PinsError("PINs of these precincts were issued meanwhile: look at them again")
            if not replacing and self._are_taken(connection):
                raise PinsError("PINs were issued by somebody else at the same time; try again")
            stored_pins.replace(
                connection, self._election_id, self._ledger_id, self._hashes, self._at
            )
            if beside is not None:
                beside(connection)

        transact(self._engine, work)

    def _stamp(self, connection: Connection) -> str:
        there = stored_pins.stored(connection, self._election_id, self._ledger_id)
        return pins_stamp(there, self._hashes)

    def _are_taken(self, connection: Connection) -> bool:
        """Whether a unit has another PIN. These themselves: a commit whose answer was lost."""
        there = stored_pins.stored(connection, self._election_id, self._ledger_id)
        return any(there.get(code, hash_) != hash_ for code, hash_ in self._hashes.items())

    def is_stored(self) -> bool | None:
        """Whether the database has these hashes; None where it does not say."""
        try:
            with reading(self._engine) as connection:
                there = stored_pins.stored(connection, self._election_id, self._ledger_id)
        except SQLAlchemyError:
            return None
        return bool(self._hashes) and self._hashes.items() <= there.items()


def _note_of_many(
    parts: AppContext, by: Actor, ledger_id: int | None, count: int
) -> Callable[[Connection], None]:
    """Writes down, beside the PINs, how many there are and for what."""

    def note(connection: Connection) -> None:
        after = {"units": count} | ({} if ledger_id is None else {"test ledger": ledger_id})
        log_activity(connection, parts, by, ActivityKind.PINS_ISSUED, after=after)

    return note


def _unlock(parts: AppContext, pins: Mapping[str, str]) -> None:
    """Whoever has guessed at the old PINs has learnt nothing of the new ones."""
    try:
        front_door.unlock(parts.redis, list(pins))
    except RedisError as error:
        parts.counts["unlocking"] += 1
        log.warning("precincts stay locked for other phones than their own for now: %s", error)


def _make(codes: Iterable[str]) -> dict[str, str]:
    return {code: make_pin(secrets.randbelow, code) for code in codes}


def _election(parts: AppContext) -> tuple[str, list[str]]:
    """The active election's id, and the codes of its units in order."""
    election = parts.election().election
    return election.id, sorted(election.units)


def _require_test_ledger(connection: Connection, election_id: str, ledger_id: int | None) -> None:
    if ledger_id is not None and not stored_pins.is_test_ledger(connection, election_id, ledger_id):
        raise PinsError(f"{ledger_id} is not a test ledger: PINs of its own would open it")


def _pepper(parts: AppContext) -> str:
    return parts.settings.pin_pepper.get_secret_value()
