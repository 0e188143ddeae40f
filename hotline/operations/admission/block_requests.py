"""Blocks that take a second account: asked for by one person, and made when another one agrees."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from hotline.guard import blocking
from hotline.guard.blocking import BlockingError, ConsentError, Pattern
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.admission import denylist
from hotline.operations.admission.blocks import Added, WantedBlock, make_block, noted
from hotline.operations.context import AppContext
from hotline.store.admission import block_requests
from hotline.store.admission.block_requests import BlockRequest
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import ProposalState, Role

__all__ = ["BlockAsked", "BlockRequest"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BlockAsked:
    """Nothing is blocked yet: a second person has to agree."""

    id: int
    pattern: Pattern


def block_or_ask(
    parts: AppContext,
    pattern: str,
    reason: str,
    length: timedelta,
    actor: Actor,
    call_sid: str = "",
) -> Added | BlockAsked:
    """Blocks a number or a range from the next call on, or asks for a second person to agree.

    Raises BlockingError; ConsentError where somebody without an account would have to ask.
    """
    at = parts.now()
    wanted = WantedBlock(pattern, reason, at + length)

    def work(connection: Connection) -> Added | BlockAsked:
        try:
            return make_block(parts, connection, wanted, actor, at, call_sid=call_sid)
        except ConsentError:
            if actor.account_id is None:
                raise
            return _ask(parts, connection, wanted, length, actor)

    done = transact(parts.engine, work)
    log.info("a block is %s by %s", "made" if isinstance(done, Added) else "asked for", actor.name)
    denylist.pass_on(parts)
    return done


def waiting(parts: AppContext) -> Sequence[BlockRequest]:
    """The blocks that wait for a second person, the oldest first."""
    with reading(parts.engine) as connection:
        return block_requests.opened(connection)


def agree(parts: AppContext, id: int, actor: Actor) -> Added:
    """The second person agrees: the block is made, and lasts as long as was asked for, from now on.

    Raises BlockingError where it was settled already, or the same person asked; NotAllowedError.
    """
    require(actor, Role.SUPERVISOR)
    at = parts.now()

    def work(connection: Connection) -> Added:
        request = _open(connection, id)
        if actor.account_id in (None, request.by_id) or actor.name == request.by:
            raise BlockingError("the second person has to be another one than whoever asked")
        end = at + request.length
        wanted = WantedBlock(str(request.pattern), request.reason, end, second=actor.name)
        block_requests.settle(connection, id, ProposalState.AGREED, actor.name, at)
        return make_block(parts, connection, wanted, actor, at, asked_by=request.by, replace=True)

    added = transact(parts.engine, work)
    log.info("block %d is made: %s agreed", added.id, actor.name)
    denylist.pass_on(parts)
    return added


def refuse(parts: AppContext, id: int, actor: Actor, why: str) -> BlockRequest:
    """Nothing comes of it: whoever asked takes it back, or another person does not agree.

    Raises BlockingError, NotAllowedError.
    """
    require(actor, Role.SUPERVISOR)
    why = blocking.read_reason(why)
    at = parts.now()

    def work(connection: Connection) -> BlockRequest:
        request = _open(connection, id)
        block_requests.settle(connection, id, ProposalState.WITHDRAWN, actor.name, at)
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.BLOCK_NOT_AGREED,
            before=noted(request.pattern) | {"asked for by": request.by},
            note=why,
        )
        return request

    return transact(parts.engine, work)


def _ask(
    parts: AppContext, connection: Connection, wanted: WantedBlock, length: timedelta, actor: Actor
) -> BlockAsked:
    assert actor.account_id is not None  # noqa: S101 (looked at before)
    pattern = blocking.as_written(wanted.pattern, parts.country)
    reason = blocking.read_reason(wanted.reason)
    for earlier in block_requests.opened(connection):
        if earlier.pattern == pattern:
            raise BlockingError(f"{earlier.by} has asked for this already: somebody has to agree")
    by = (actor.account_id, actor.name, parts.now())
    id = block_requests.add_request(connection, pattern, reason, length, *by)
    log_activity(
        connection, parts, actor, ActivityKind.BLOCK_ASKED, after=noted(pattern), note=reason
    )
    return BlockAsked(id, pattern)


def _open(connection: Connection, id: int) -> BlockRequest:
    """The request, while nobody else settles one. Raises BlockingError unless it waits."""
    exclusive(connection, "blocks")
    request = block_requests.find_request(connection, id)
    if request is None:
        raise BlockingError("nobody has asked for this")
    if request.state is not ProposalState.OPEN:
        raise BlockingError(f"this was settled already: it is {request.state}")
    return request
