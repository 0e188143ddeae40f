"""Drills: everybody practises on a ledger of its own, and every caller hears that it is a drill.

What is filed then never meets a real report. A real night is protected from drills: none begins
over a live ledger that holds reports or has chairs on the line, or on the election's day; and one
that is still on when that day comes ends by itself.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from redis import RedisError

from hotline.election.model import Election
from hotline.operations.actors import Actor, require, rule
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.reports import ledgers
from hotline.operations.reports.ledgers import LedgerError, Occasion
from hotline.store.admission import drills, line
from hotline.store.admission.drills import Drill
from hotline.store.database import reading
from hotline.store.elections import ActiveElection
from hotline.store.enums import ActivityKind, Role
from hotline.store.reports import ledgers as stored

__all__ = ["Drill", "DrillError"]

log = logging.getLogger(__name__)

LONGEST_REASON = 200  # characters
CALENDAR = rule("the day of the election")


class DrillError(ValueError):
    """No drill begins or ends; the message says why."""


def current(parts: AppContext) -> Drill | None:
    """The drill that is on; None while none is."""
    active = parts.election()
    if not active.is_test:
        return None
    with reading(parts.engine) as connection:
        last = drills.last(connection)
    return last if last is not None and last.ledger_id == active.ledger_id else None


def is_said(parts: AppContext, active: ActiveElection, epoch: int | None) -> bool:
    """Whether callers hear that what they report does not count.

    In the sandbox, where all is a test, only in a drill; with real telephones in any test. Never
    raises.
    """
    if not active.is_test:
        return False
    return not parts.settings.sandbox or active.ledger_id == parts.drill_ledger.get(epoch)


def is_said_in(parts: AppContext, ledger_id: int) -> bool:
    """The same for a text message about what came into a ledger."""
    active = parts.known_election()
    if active is None or active.ledger_id != ledger_id:
        return False
    return is_said(parts, active, None)


def begin(
    parts: AppContext, actor: Actor, why: str, instead_of: int | None = None
) -> ActiveElection:
    """Opens a test ledger in place of the one in use, which is shelved and comes back at the end.

    `instead_of`: the ledger that the actor saw in use. Raises DrillError, NotAllowedError.
    """
    require(actor, Role.ADMIN)
    why = _read_reason(why)
    active = parts.election()
    if current(parts):
        raise DrillError("a drill is on already")
    if not active.is_test:
        _protect(parts, active.election)
    occasion = Occasion(ActivityKind.DRILL_BEGUN, why, instead_of or active.ledger_id)
    try:
        opened = ledgers.open_ledger(parts, True, actor, occasion=occasion)
    except LedgerError as error:
        raise DrillError(f"{error}: no drill begins over real reports") from error
    log.info("a drill is begun by %s in ledger %d", actor.name, opened.ledger_id)
    return opened


def end(parts: AppContext, actor: Actor, why: str) -> ActiveElection:
    """Goes back to the ledger that was in use before; the drill's own is shelved, and kept.

    Where that one cannot be gone on with, a fresh one of its kind is opened. Raises DrillError,
    NotAllowedError.
    """
    require(actor, Role.ADMIN)
    why = _read_reason(why)
    found = current(parts)
    if found is None:
        raise DrillError("no drill is on")
    return _end(parts, found, actor, why)


def end_if_due(parts: AppContext) -> bool:
    """Ends a drill over which the day of the election has come. Raises SQLAlchemyError."""
    try:
        election = parts.election().election
        found = current(parts)
    except NoElectionError:
        return False
    if found is None or not _day(election, found.at) < election.date <= _day(election, parts.now()):
        return False
    try:
        _end(parts, found, CALENDAR, "the day of the election has come")
    except DrillError:
        return False  # somebody was faster
    return True


def _end(parts: AppContext, found: Drill, actor: Actor, why: str) -> ActiveElection:
    occasion = Occasion(ActivityKind.DRILL_ENDED, why, instead_of=found.ledger_id)
    try:
        opened = ledgers.reopen(parts, found.instead_of, actor, occasion=occasion)
    except LedgerError as error:
        if parts.election().ledger_id != found.ledger_id:
            raise DrillError(str(error)) from error
        log.warning("the ledger before the drill cannot be gone on with: %s", error)
        with reading(parts.engine) as connection:
            before = stored.find_ledgers(connection, found.instead_of)
        is_test = before is not None and before.is_test
        opened = ledgers.open_ledger(parts, is_test, actor, occasion=occasion)
    log.info("the drill in ledger %d is ended by %s", found.ledger_id, actor.name)
    return opened


def _protect(parts: AppContext, election: Election) -> None:
    """DrillError where a drill would put a real night at risk."""
    today = _day(election, parts.now())
    if election.date <= today <= election.date + timedelta(days=1):
        raise DrillError("this is the day of the election: what chairs report now is real")
    try:
        chairs = line.on_line(parts.redis, parts.now()).chairs
    except RedisError as error:
        raise DrillError("nobody can say who is on the line at the moment: try again") from error
    if chairs:
        raise DrillError(
            f"{chairs} {'chair is' if chairs == 1 else 'chairs are'} on the line, and could no "
            "longer file: wait until they have hung up"
        )


def _day(election: Election, at: datetime) -> date:
    return at.astimezone(election.zone).date()


def _read_reason(why: str) -> str:
    reason = " ".join(why.split())
    if not reason or not reason.isprintable() or len(reason) > LONGEST_REASON:
        raise DrillError(f"say why, with 1 to {LONGEST_REASON} letters")
    return reason
