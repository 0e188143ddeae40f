"""Who works on a unit: one at a time. A second person can look, and not touch."""

from __future__ import annotations

from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.desk.board import DeskError, DeskServices, account_of
from hotline.store.database import transact
from hotline.store.desk.claims import Holder
from hotline.store.enums import ActivityKind, Role

__all__ = ["ClaimedError", "Holder", "claim", "holder", "release", "renew", "take_over"]


class ClaimedError(DeskError):
    """Somebody else is on the unit: `holder`."""

    def __init__(self, unit: str, holder: Holder) -> None:
        super().__init__(f"{holder.name} is on precinct {unit}")
        self.holder = holder


def claim(board: DeskServices, actor: Actor, unit: str) -> None:
    """The unit is this actor's to work on, until released or not renewed.

    Raises ClaimedError, NotAllowedError; redis.RedisError.
    """
    require(actor, Role.STAFF)
    mine, ledger = _me(actor), _ledger(board)
    before = board.claims.holder(ledger, unit)
    found = board.claims.claim(ledger, unit, mine)
    if found != mine:
        raise ClaimedError(unit, found)
    if before != mine:
        board.write_down(actor, ActivityKind.UNIT_CLAIMED, unit=unit)


def renew(board: DeskServices, actor: Actor, unit: str) -> bool:
    """Whether the claim is still this actor's; it goes on if so. Raises redis.RedisError."""
    mine = _me(actor)
    return board.claims.renew(_ledger(board), unit, mine) == mine


def release(board: DeskServices, actor: Actor, unit: str) -> None:
    """The unit is free, if it was this actor's. Raises redis.RedisError."""
    if board.claims.release(_ledger(board), unit, _me(actor)):
        board.write_down(actor, ActivityKind.UNIT_RELEASED, unit=unit)


def take_over(board: DeskServices, actor: Actor, unit: str, why: str = "") -> Holder | None:
    """A supervisor takes the unit from whoever is on it; returns that one.

    Written down before it is done, as it takes something from somebody. Raises NotAllowedError;
    SQLAlchemyError, redis.RedisError.
    """
    require(actor, Role.SUPERVISOR)
    mine, ledger = _me(actor), _ledger(board)
    before = board.claims.holder(ledger, unit)
    transact(
        board.parts.engine,
        lambda connection: log_activity(
            connection,
            board.parts,
            actor,
            ActivityKind.CLAIM_TAKEN_OVER,
            unit=unit,
            before={"holder": before.name} if before else None,
            after={"holder": actor.name},
            note=why,
        ),
    )
    return board.claims.take_over(ledger, unit, mine)


def holder(board: DeskServices, unit: str) -> Holder | None:
    """Who is on the unit now. Raises redis.RedisError."""
    return board.claims.holder(_ledger(board), unit)


def _me(actor: Actor) -> Holder:
    return Holder(account_of(actor), actor.name)


def _ledger(board: DeskServices) -> int:
    return board.parts.election().ledger_id
