"""Loading an election: kept as one document, made the active one, given a ledger to report into."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from redis import RedisError
from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, named
from hotline.operations.context import AppContext
from hotline.operations.publication import publish
from hotline.store import elections
from hotline.store.calls.calls import drafted_units
from hotline.store.database import exclusive, transact
from hotline.store.elections import ActiveElection
from hotline.store.reports import ledgers

log = logging.getLogger(__name__)

NAMED = 5  # units or candidates that a refusal spells out


class LoadError(ValueError):
    """The election is not loaded, and nothing has changed; the message says why."""


class ElectionInUse(LoadError):
    """Whoever insists may load it; `changes` says for how many precincts what would change."""

    def __init__(self, changes: str) -> None:
        super().__init__(
            f"{changes}; load it with --force, and what they have keyed may be asked again"
        )
        self.changes = changes


def load_election(
    parts: AppContext, election: Election, by: Actor | str, force: bool = False
) -> ActiveElection:
    """Makes this the active election. Safe to repeat: its ledger and its reports stay.

    The first load opens a ledger: a test ledger in the sandbox, a live one otherwise. Refused with
    LoadError: to change or drop what real reports were filed for, ever; and, unless `force`, to
    turn away from another election that has real reports in its open ledger, to change what
    somebody is reporting now, or to add to what real reports were filed for. Where only a rehearsal
    has reports for what changes, a fresh test ledger is opened.
    """
    actor = named(by)

    def work(connection: Connection) -> None:
        before = elections.active_id(connection)
        _load(parts, connection, election, actor.name, force)
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.ELECTION_LOADED,
            before=None if before is None else {"election": before},
            after={"election": election.id, "units": len(election.units)},
        )

    transact(parts.engine, work)
    parts.invalidate()
    publish.request(parts)
    return parts.election()


def _load(
    parts: AppContext, connection: Connection, election: Election, by: str, force: bool
) -> None:
    exclusive(connection, "election")
    at = parts.now()
    if not force:
        _refuse_to_leave(connection, election.id)
    held = ledgers.lock_ledgers(connection, election.id)
    ledger = next((found for found in held if found.is_open), None)
    is_test = parts.settings.sandbox
    known = elections.find_election(connection, election.id)
    if known is not None:
        live = [found.id for found in held if not found.is_test]
        if changed := _changed(connection, known, election, live):
            raise LoadError(f"reports have been filed for what would change: {changed}")
        if not force:
            _refuse_meanwhile(parts, connection, known, election, held)
        if ledger is not None and _changed(connection, known, election, [ledger.id]):
            log.warning("the rehearsal in ledger %d ends: what it reported on changes", ledger.id)
            ledgers.close(connection, ledger.id, at, by)
            ledger, is_test = None, True
    elections.save(connection, election, at)
    if ledger is not None:
        ledgers.expect(connection, ledger.id, election.units)
    else:
        id = ledgers.create(connection, election.id, is_test, election.units, at, by)
        log.info("ledger %d is open, %s", id, "for tests" if is_test else "live")


def _refuse_meanwhile(
    parts: AppContext,
    connection: Connection,
    known: Election,
    new: Election,
    held: Sequence[ledgers.Ledger],
) -> None:
    """What somebody has begun to report, or has reported, is changed by those alone who insist."""
    live = [found.id for found in held if not found.is_test]
    begun: frozenset[str] = frozenset()
    for ledger in held:
        begun |= _begun(parts, ledger.id) if ledger.is_open else frozenset()
    codes = begun | ledgers.reported_units(connection, live)
    units = [f"precinct {code}" for code in elections.counted_otherwise(known, new, codes)]
    choices = {*elections.lost_choices(known, new), *elections.new_choices(known, new)}
    changed = [*units, *(sorted(choices) if codes else [])]
    if changed:
        raise ElectionInUse(
            f"{len(codes)} precincts are being reported, or have reported, and for them would"
            f" change: {_in_short(changed)}"
        )


def _begun(parts: AppContext, ledger_id: int) -> frozenset[str]:
    try:
        return drafted_units(parts.redis, ledger_id)
    except RedisError:
        log.exception("nobody knows who is reporting now: the election is loaded all the same")
        return frozenset()


def _refuse_to_leave(connection: Connection, election_id: str) -> None:
    active = elections.active_id(connection)
    if active is None or active == election_id:
        return
    for left in ledgers.lock_ledgers(connection, active):
        if left.is_open and not left.is_test:
            count = ledgers.count_reports(connection, left.id)
            if count:
                raise LoadError(f"{active} is under way: {count} real reports have been filed")


def _changed(connection: Connection, known: Election, new: Election, ledger_ids: list[int]) -> str:
    """What `new` has otherwise, or no longer, of all that these ledgers have reports on."""
    codes = ledgers.reported_units(connection, ledger_ids)
    if not codes:
        return ""
    units = [f"precinct {code}" for code in elections.counted_otherwise(known, new, codes)]
    return _in_short([*units, *elections.lost_choices(known, new)])


def _in_short(changed: Sequence[str]) -> str:
    more = len(changed) - NAMED
    return ", ".join([*changed[:NAMED], *([f"and {more} more"] if more > 0 else [])])
