"""Opening and shelving ledgers: a rehearsal has one of its own, and so has the real night."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.operations import publish
from hotline.operations.parts import NoElectionError, Parts
from hotline.operations.recount import rebuild
from hotline.store import ledgers
from hotline.store.database import exclusive, transact
from hotline.store.elections import ActiveElection

log = logging.getLogger(__name__)


class LedgerError(ValueError):
    """Ledgers stay as they are; the message says why."""


def open_ledger(parts: Parts, is_test: bool, by: str, force: bool = False) -> ActiveElection:
    """Opens a fresh ledger for the active election; the one in use is shelved, and kept.

    Calls under way in that one can no longer file. A live ledger that holds reports is shelved
    only with `force`: LedgerError. Raises NoElectionError while no election is loaded.
    """

    def work(connection: Connection) -> None:
        election = _active_election(parts, connection)
        _shelve(parts, connection, election.id, by, force)
        id = ledgers.create(connection, election.id, is_test, election.units, parts.now(), by)
        log.info("ledger %d is opened by %s, %s", id, by, "for tests" if is_test else "live")

    return _change(parts, by, work)


def reopen(parts: Parts, ledger_id: int, by: str, force: bool = False) -> ActiveElection:
    """Goes on with a ledger that was shelved; the one in use is shelved instead, as above.

    Its totals are counted anew: the election may have been loaded again since. LedgerError if it
    has reports of units that the election no longer has.
    """

    def work(connection: Connection) -> None:
        election = _active_election(parts, connection)
        held = {ledger.id: ledger for ledger in ledgers.hold(connection, election.id)}
        if ledger_id not in held:
            raise LedgerError(f"{election.id} has no ledger {ledger_id}")
        if held[ledger_id].is_open:
            raise LedgerError(f"ledger {ledger_id} is open")
        gone = ledgers.reported_units(connection, [ledger_id]) - election.units.keys()
        if gone:
            raise LedgerError(f"ledger {ledger_id} has reports of units that are gone: {gone}")
        _shelve(parts, connection, election.id, by, force)
        ledgers.open_again(connection, ledger_id)
        ledgers.expect(connection, ledger_id, election.units)
        rebuild(connection, election, ledger_id)
        log.info("ledger %d is opened again by %s", ledger_id, by)

    return _change(parts, by, work)


def rebuild_totals(parts: Parts, by: str) -> tuple[str, ...]:
    """Derives the open ledger's totals and states anew from its reports; what was otherwise.

    For when publishing is refused because they differ. Reports and decisions stay as they are.
    """
    found: list[str] = []

    def work(connection: Connection) -> None:
        active = parts.elections.active(connection)
        if active is None:
            raise NoElectionError("no election has been loaded")
        found[:] = rebuild(connection, active.election, active.ledger_id)
        log.warning("totals are rebuilt by %s; %d things were otherwise", by, len(found))

    _change(parts, by, work)
    return tuple(found)


def _change(parts: Parts, by: str, work: Callable[[Connection], None]) -> ActiveElection:
    if not by.strip():
        raise LedgerError("who does it must be said")
    transact(parts.engine, work)
    parts.announce()
    publish.request(parts)
    return parts.election()


def _active_election(parts: Parts, connection: Connection) -> Election:
    exclusive(connection, "election")
    active = parts.elections.active(connection)
    if active is None:
        raise NoElectionError("no election has been loaded")
    return active.election


def _shelve(parts: Parts, connection: Connection, election_id: str, by: str, force: bool) -> None:
    for ledger in ledgers.hold(connection, election_id):
        if not ledger.is_open:
            continue
        count = ledgers.count_reports(connection, ledger.id)
        if count and not ledger.is_test and not force:
            raise LedgerError(f"ledger {ledger.id} is live and holds {count} reports")
        ledgers.close(connection, ledger.id, parts.now(), by)
        log.info("ledger %d with %d reports is shelved by %s", ledger.id, count, by)
