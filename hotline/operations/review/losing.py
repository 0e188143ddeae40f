"""A unit that is lost for good: two people give it up, and results can be certified without it.

It stays outstanding in all figures, and every publication names it with the reason. A report that
comes all the same is taken as any other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.desk.words import unit_name
from hotline.operations.publication import publish
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import ActivityKind, ResultStatus, Role, UnitStatus
from hotline.store.publication import orders
from hotline.store.reports import units
from hotline.store.review.lost_units import LostUnit, lost_units

log = logging.getLogger(__name__)

LONGEST_REASON = 300  # characters: it is printed beside the precinct wherever results are


class LossError(ValueError):
    """Nothing has changed; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A unit that is given up, or proposed to be, for whoever looks at it."""

    unit: LostUnit
    name: str
    status: UnitStatus  # anything but outstanding: it has reported all the same

    @property
    def has_reported(self) -> bool:
        return self.status is not UnitStatus.OUTSTANDING


@dataclass(frozen=True, slots=True)
class Losses:
    """All of a ledger, and the units that have not reported and are not given up."""

    listed: Sequence[Loss]
    outstanding: Mapping[str, str]  # name by code
    is_certified: bool

    @property
    def waiting(self) -> Sequence[Loss]:
        return [loss for loss in self.listed if not loss.unit.is_agreed]

    @property
    def agreed(self) -> Sequence[Loss]:
        return [loss for loss in self.listed if loss.unit.is_agreed]

    @property
    def reported(self) -> Sequence[Loss]:
        """Those that have reported since."""
        return [loss for loss in self.listed if loss.has_reported]


def losses(parts: AppContext) -> Losses:
    """What is given up in the ledger in use, and what could be."""
    active = parts.election()
    election = active.election
    with reading(parts.engine) as connection:
        lost = lost_units(connection, active.ledger_id)
        states = units.standings(connection, active.ledger_id)
        certified = _is_certified(connection, active.ledger_id)
    listed = [
        Loss(unit, unit_name(election, code), states[code].status)
        for code, unit in lost.items()
        if code in election.units
    ]
    outstanding = {
        code: unit_name(election, code)
        for code, unit in election.units.items()
        if states[code].status is UnitStatus.OUTSTANDING and code not in lost
    }
    return Losses(sorted(listed, key=lambda loss: loss.name), outstanding, certified)


def loss_of(parts: AppContext, code: str) -> Loss | None:
    """What is said of one unit."""
    return next((loss for loss in losses(parts).listed if loss.unit.code == code), None)


def propose_loss(parts: AppContext, who: Actor, code: str, why: str) -> None:
    """Says that a unit will never report; a second person has to agree.

    Raises LossError, NotAllowedError.
    """
    require(who, Role.SUPERVISOR)
    if who.account_id is None:
        raise LossError("this takes an account of your own")
    why = _reason(why)

    def work(connection: Connection, ledger_id: int, lost: LostUnit | None) -> None:
        if lost is not None:
            raise LossError(f"{lost.by} has proposed it already")
        _require_outstanding(connection, ledger_id, code)
        log_activity(connection, parts, who, ActivityKind.LOSS_PROPOSED, unit=code, note=why)

    _on(parts, code, work)
    log.warning("precinct %s is proposed to be given up as lost, by %s", code, who.name)


def agree_to_loss(parts: AppContext, who: Actor, code: str, seen: str) -> None:
    """The second person agrees with what was proposed (`seen`: its stamp), from now on published.

    Raises LossError, NotAllowedError.
    """
    require(who, Role.SUPERVISOR)

    def work(connection: Connection, ledger_id: int, lost: LostUnit | None) -> None:
        if lost is None or lost.stamp != seen:
            raise LossError("it is not proposed as you saw it: look again")
        if lost.is_agreed:
            raise LossError(f"{lost.agreed_by} has agreed already")
        if who.account_id in (None, lost.by_id) or who.name == lost.by:
            raise LossError("the second person has to be another one than whoever proposed it")
        _require_outstanding(connection, ledger_id, code)
        after = {"proposed by": lost.by}
        log_activity(
            connection, parts, who, ActivityKind.LOSS_AGREED, unit=code, after=after, note=lost.why
        )

    _on(parts, code, work)
    log.warning("precinct %s is given up as lost: %s agreed", code, who.name)
    publish.request(parts)


def withdraw_loss(parts: AppContext, who: Actor, code: str, why: str) -> None:
    """The unit is not given up any more: it was taken back, refused, or found after all.

    Not once results are certified without it. Raises LossError, NotAllowedError.
    """
    require(who, Role.SUPERVISOR)
    why = _reason(why)

    def work(connection: Connection, _ledger_id: int, lost: LostUnit | None) -> None:
        if lost is None:
            raise LossError("it is not given up")
        before = {"proposed by": lost.by, "agreed by": lost.agreed_by, "why": lost.why}
        log_activity(
            connection,
            parts,
            who,
            ActivityKind.LOSS_WITHDRAWN,
            unit=code,
            before=before,
            note=why,
        )

    _on(parts, code, work)
    log.warning("precinct %s is not given up as lost any more, by %s", code, who.name)
    publish.request(parts)


def _on(
    parts: AppContext, code: str, work: Callable[[Connection, int, LostUnit | None], None]
) -> None:
    """Does it while nothing is published or certified, and nobody else says the same of a unit."""
    active = parts.election()
    _require_known(active.election, code)

    def locked(connection: Connection) -> None:
        exclusive(connection, "publication")
        if _is_certified(connection, active.ledger_id):
            raise LossError("results are certified: an administrator has to order otherwise first")
        work(connection, active.ledger_id, lost_units(connection, active.ledger_id).get(code))

    transact(parts.engine, locked)


def _is_certified(connection: Connection, ledger_id: int) -> bool:
    order = orders.last(connection, ledger_id)
    return order is not None and order.status is ResultStatus.CERTIFIED


def _require_known(election: Election, code: str) -> None:
    if code not in election.units:
        raise LossError("no precinct has this code")


def _require_outstanding(connection: Connection, ledger_id: int, code: str) -> None:
    status = units.standings(connection, ledger_id)[code].status
    if status is not UnitStatus.OUTSTANDING:
        raise LossError(f"it has reported: a report of it is {status}")


def _reason(why: str) -> str:
    said = " ".join(why.split())
    if not said:
        raise LossError("say why")
    if len(said) > LONGEST_REASON or not said.isprintable():
        raise LossError(f"the reason has to be readable, with at most {LONGEST_REASON} letters")
    return said
