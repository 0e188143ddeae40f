"""Blocking numbers and ranges of numbers, and letting them through again."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis import RedisError
from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.guard import blocking
from hotline.guard.blocking import BlockingError, Pattern
from hotline.guard.caller import key_of, last_four
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, named
from hotline.operations.admission import denylist
from hotline.operations.context import AppContext
from hotline.store.admission import blocks, front_door
from hotline.store.admission.blocks import StoredBlock
from hotline.store.database import exclusive, reading, transact

__all__ = ["Added", "BlockingError", "Removed", "StoredBlock", "WantedBlock"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WantedBlock:
    """A block as somebody asks for it. `until` in UTC; None: for the usual time."""

    pattern: str
    reason: str
    until: datetime | None = None
    second: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    id: int
    pattern: Pattern
    until: datetime  # UTC
    roster_phones: int  # telephones of the roster that it is of
    is_new: bool = True  # not the one that this very call has made before

    @property
    def as_noted(self) -> dict[str, Any]:
        """What the log of activity says of it: of a number the last digits only."""
        made = {"block": self.id, "until": self.until.isoformat()}
        return noted(self.pattern) | made | {"phones of the roster": self.roster_phones}


@dataclass(frozen=True, slots=True)
class Removed:
    """`forgotten`: the calls for which the front door turned the number away are forgotten."""

    pattern: Pattern
    lifted: int
    forgotten: bool


def add_block(
    parts: AppContext, wanted: WantedBlock, by: Actor | str, *, replace: bool = False
) -> Added:
    """Blocks a number or a range from the next call on.

    One that is blocked already is refused, or its block is lifted with `replace`. A number on the
    roster, and a range that holds one, needs a second person. Raises BlockingError.
    """
    actor, at = named(by), parts.now()

    def work(connection: Connection) -> Added:
        return make_block(parts, connection, wanted, actor, at, replace=replace)

    added = transact(parts.engine, work)
    log.info("block %d is made by %s until %s", added.id, actor.name, added.until)
    denylist.pass_on(parts)
    return added


def make_block(
    parts: AppContext,
    connection: Connection,
    wanted: WantedBlock,
    actor: Actor,
    at: datetime,
    *,
    asked_by: str = "",
    replace: bool = False,
    call_sid: str = "",
) -> Added:
    """The block and its entry in the log, in the caller's transaction.

    `asked_by`: who asked for it, where `actor` is the second person. Raises BlockingError, and
    ConsentError where a second person has to agree.
    """
    register = Register(parts, connection, asked_by or actor.name, at)
    added = register.add(wanted, replace=replace)
    if added.is_new or asked_by:
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.NUMBER_BLOCKED,
            call_sid=call_sid,
            before={"asked for by": asked_by} if asked_by else None,
            after=added.as_noted,
            note=wanted.reason,
        )
    return added


def remove_block(parts: AppContext, pattern: str, by: Actor | str, why: str) -> Removed:
    """Lifts whatever block of this pattern is in force, and forgets the number's earlier calls.

    Raises BlockingError; so for a range that is not blocked. A single number may be turned away
    though no block of it is on record yet.
    """
    written = blocking.as_written(pattern, parts.country)
    why = blocking.read_reason(why)
    actor, at = named(by), parts.now()

    def work(connection: Connection) -> int:
        found = Register(parts, connection, actor.name, at).of(written)
        ids = [block.id for block in found]
        blocks.lift(connection, ids, at, actor.name, why)
        if ids or not written.is_prefix:
            log_activity(
                connection,
                parts,
                actor,
                ActivityKind.NUMBER_UNBLOCKED,
                before=noted(written) | {"blocks": ids},
                note=why,
            )
        return len(found)

    lifted = transact(parts.engine, work)
    if written.is_prefix and not lifted:
        raise BlockingError("this range is not blocked")
    log.info("%d blocks are lifted by %s", lifted, actor.name)
    denylist.pass_on(parts)
    return Removed(written, lifted, not written.is_prefix and _forget(parts, written.text))


def extend_block(
    parts: AppContext, id: int, length: timedelta, by: Actor | str, why: str
) -> datetime:
    """Has a block end so long from now; the new end. Raises BlockingError.

    One to which a second person agreed is asked for again, as its end is part of what they agreed
    to; so is one that has ended, and one of the front door ends by itself.
    """
    actor, at, why = named(by), parts.now(), blocking.read_reason(why)
    until = blocking.end_of(at, at + length)

    def work(connection: Connection) -> None:
        exclusive(connection, "blocks")
        block = blocks.find_block(connection, id)
        if block is None or not block.is_in_force(at):
            raise BlockingError("this block has ended: block the number again")
        if block.by_rule:
            raise BlockingError("the front door made this one, and ends it by itself")
        if block.second:
            raise BlockingError(
                f"{block.second} agreed to it until {block.until:%Y-%m-%d %H:%M} UTC: block the "
                "number again, and a second person is asked again"
            )
        if block.until == until:
            return  # the answer to its commit was lost, and it is repeated
        blocks.extend(connection, id, until)
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.BLOCK_EXTENDED,
            before=noted(block.pattern) | {"block": id, "until": block.until.isoformat()},
            after=noted(block.pattern) | {"block": id, "until": until.isoformat()},
            note=why,
        )

    transact(parts.engine, work)
    log.info("block %d is given another end by %s", id, actor.name)
    denylist.pass_on(parts)
    return until


def listed(parts: AppContext, *, ended: bool = False) -> list[StoredBlock]:
    """The blocks in force, those of rules among them; with `ended` all that were ever made."""
    with reading(parts.engine) as connection:
        return blocks.every(connection) if ended else blocks.in_force(connection, parts.now())


def _forget(parts: AppContext, number: str) -> bool:
    try:
        front_door.forget(parts.redis, key_of(parts.settings.pin_pepper.get_secret_value(), number))
    except RedisError as error:
        parts.counts["mirror"] += 1
        log.warning("the calls of the number are not forgotten, repeat this later: %s", error)
        return False
    return True


class Register:
    """The blocks in force, while nobody else makes or lifts one: until the transaction ends."""

    def __init__(self, parts: AppContext, connection: Connection, by: str, at: datetime) -> None:
        if not by.strip() or by.startswith(blocking.RULE):
            raise BlockingError("who does it must be said")
        exclusive(connection, "blocks")
        active = parts.elections.active(connection)
        self._election: Election | None = None if active is None else active.election
        self._connection = connection
        self._by = by
        self._at = at
        self._by_pattern: dict[Pattern, list[StoredBlock]] = {}
        for block in blocks.in_force(connection, at):
            self._by_pattern.setdefault(block.pattern, []).append(block)

    def of(self, pattern: Pattern) -> list[StoredBlock]:
        return self._by_pattern.get(pattern, [])

    def add(self, wanted: WantedBlock, *, replace: bool = False) -> Added:
        """Raises BlockingError, and has changed nothing then."""
        own = self._election
        pattern = blocking.read_pattern(
            wanted.pattern, own.own_lines if own else (), own.country if own else ""
        )
        reason, second = blocking.read_reason(wanted.reason), " ".join(wanted.second.split())
        until = blocking.end_of(self._at, wanted.until)
        phones = self._roster_phones(pattern)
        blocking.check_consent(pattern, phones, self._by, second)
        # What a rule made goes on beside it: it may end before, and be made again.
        earlier = [block for block in self.of(pattern) if not block.by_rule]
        if repeated := self._made_already(earlier, reason):
            return Added(repeated.id, pattern, repeated.until, phones, is_new=False)
        if earlier and not replace:
            raise BlockingError(_is_blocked(earlier[-1]))
        ids = [block.id for block in earlier]
        blocks.lift(self._connection, ids, self._at, self._by, f"replaced: {reason}")
        id_ = blocks.insert_block(
            self._connection, pattern, reason, self._by, second, self._at, until
        )
        return Added(id_, pattern, until, phones)

    def _made_already(self, earlier: Collection[StoredBlock], reason: str) -> StoredBlock | None:
        """What this very call has made: the answer to its commit was lost, and it is repeated."""
        made = (self._at, self._by, reason)
        return next((b for b in earlier if (b.made_at, b.author, b.reason) == made), None)

    def _roster_phones(self, pattern: Pattern) -> int:
        if self._election is None:
            return 0
        return blocks.count_roster_phones(self._connection, self._election.id, pattern)


def noted(pattern: Pattern) -> dict[str, Any]:
    """What the log of activity says of a pattern: of a number the last digits only."""
    if pattern.is_prefix:
        return {"numbers beginning with": pattern.text}
    return {"number ending in": last_four(pattern.text)}


def _is_blocked(block: StoredBlock) -> str:
    return (
        f"this is blocked already, by {block.author} until {block.until:%Y-%m-%d %H:%M} UTC: "
        f"{block.reason}"
    )
