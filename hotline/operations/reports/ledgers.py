"""Opening and shelving ledgers: a rehearsal has one of its own, and so has the real night."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, named
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.publication import publish
from hotline.operations.publication.recount import rebuild
from hotline.store.database import exclusive, transact
from hotline.store.elections import ActiveElection
from hotline.store.reports import ledgers

log = logging.getLogger(__name__)


class LedgerError(ValueError):
    """Ledgers stay as they are; the message says why."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a ledger is changed: as what it is written down, and instead of which one it is meant.

    Where another one is in use by then, LedgerError.
    """

    kind: ActivityKind = ActivityKind.LEDGER_OPENED
    why: str = ""
    instead_of: int | None = None


USUAL = Occasion()


def open_ledger(
    parts: AppContext,
    is_test: bool,
    by: Actor | str,
    force: bool = False,
    occasion: Occasion = USUAL,
) -> ActiveElection:
    """Opens a fresh ledger for the active election; the one in use is shelved, and kept.

    Calls under way in that one can no longer file. A live ledger that holds reports is shelved
    only with `force`: LedgerError. Raises NoElectionError while no election is loaded.
    """
    actor = named(by)

    def work(connection: Connection) -> None:
        election, at, who = _active_election(parts, connection), parts.now(), actor.name
        shelved = _shelve(parts, connection, election.id, who, force, occasion)
        id = ledgers.create(connection, election.id, is_test, election.units, at, who)
        after = {"ledger": id, "is_test": is_test, "is_new": True}
        _write_down(connection, parts, actor, shelved, after, occasion)
        log.info("ledger %d is opened by %s, %s", id, who, "for tests" if is_test else "live")

    return _change(parts, actor.name, work)


def reopen(
    parts: AppContext,
    ledger_id: int,
    by: Actor | str,
    force: bool = False,
    occasion: Occasion = USUAL,
) -> ActiveElection:
    """Goes on with a ledger that was shelved; the one in use is shelved instead, as above.

    Its totals are counted anew: the election may have been loaded again since. LedgerError if it
    has reports of units that the election no longer has.
    """
    actor = named(by)

    def work(connection: Connection) -> None:
        election = _active_election(parts, connection)
        held = {ledger.id: ledger for ledger in ledgers.lock_ledgers(connection, election.id)}
        if ledger_id not in held:
            raise LedgerError(f"{election.id} has no ledger {ledger_id}")
        if held[ledger_id].is_open:
            raise LedgerError(f"ledger {ledger_id} is open")
        gone = ledgers.reported_units(connection, [ledger_id]) - election.units.keys()
        if gone:
            raise LedgerError(f"ledger {ledger_id} has reports of precincts that are gone: {gone}")
        shelved = _shelve(parts, connection, election.id, actor.name, force, occasion)
        ledgers.open_again(connection, ledger_id)
        ledgers.expect(connection, ledger_id, election.units)
        rebuild(connection, election, ledger_id)
        after = {"ledger": ledger_id, "is_test": held[ledger_id].is_test, "is_new": False}
        _write_down(connection, parts, actor, shelved, after, occasion)
        log.info("ledger %d is opened again by %s", ledger_id, actor.name)

    return _change(parts, actor.name, work)


def rebuild_totals(parts: AppContext, by: Actor | str) -> tuple[str, ...]:
    """Derives the open ledger's totals and states anew from its reports; what was otherwise.

    For when publishing is refused because they differ. Reports and decisions stay as they are.
    """
    found: list[str] = []
    actor = named(by)

    def work(connection: Connection) -> None:
        active = parts.elections.active(connection)
        if active is None:
            raise NoElectionError("no election has been loaded")
        found[:] = rebuild(connection, active.election, active.ledger_id)
        after = {"ledger": active.ledger_id, "things that were otherwise": len(found)}
        log_activity(connection, parts, actor, ActivityKind.TOTALS_REBUILT, after=after)
        log.warning("totals are rebuilt by %s; %d things were otherwise", actor.name, len(found))

    _change(parts, actor.name, work)
    return tuple(found)


def _change(parts: AppContext, by: str, work: Callable[[Connection], None]) -> ActiveElection:
    if not by.strip():
        raise LedgerError("who does it must be said")
    transact(parts.engine, work)
    parts.invalidate()
    publish.request(parts)
    return parts.election()


def _active_election(parts: AppContext, connection: Connection) -> Election:
    exclusive(connection, "election")
    active = parts.elections.active(connection)
    if active is None:
        raise NoElectionError("no election has been loaded")
    return active.election


def _shelve(
    parts: AppContext,
    connection: Connection,
    election_id: str,
    by: str,
    force: bool,
    occasion: Occasion,
) -> dict[str, int | bool]:
    """What the log of activity says of the ledger that is shelved; nothing where none is open."""
    shelved: dict[str, int | bool] = {}
    for ledger in ledgers.lock_ledgers(connection, election_id):
        if not ledger.is_open:
            continue
        if occasion.instead_of not in (None, ledger.id):
            raise LedgerError(f"ledger {ledger.id} is in use by now: look again")
        count = ledgers.count_reports(connection, ledger.id)
        if count and not ledger.is_test and not force:
            raise LedgerError(f"ledger {ledger.id} is live and holds {count} reports")
        ledgers.close(connection, ledger.id, parts.now(), by)
        log.info("ledger %d with %d reports is shelved by %s", ledger.id, count, by)
        shelved = {"ledger": ledger.id, "is_test": ledger.is_test, "reports": count}
    return shelved


def _write_down(
    connection: Connection,
    parts: AppContext,
    actor: Actor,
    before: dict[str, int | bool],
    after: dict[str, int | bool],
    occasion: Occasion,
) -> None:
    log_activity(
        connection,
        parts,
        actor,
        occasion.kind,
        before=before or None,
        after=after,
        note=occasion.why,
    )
