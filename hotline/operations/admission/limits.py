"""Changing the numbers of the front door, and of alerts, while the line is open.

Every process reads them anew once a change has been announced; no call pays for it otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType

from redis import RedisError
from sqlalchemy import Connection

from config.settings import Settings
from hotline.guard import limit_words
from hotline.guard import limits as guard
from hotline.guard.limits import LIMITS, Limit, LimitError
from hotline.moments import minute_of
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.store.admission import limits, line
from hotline.store.admission.limits import LimitChange
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import Role

__all__ = [
    "Limit",
    "LimitChange",
    "LimitChanged",
    "LimitError",
    "LimitPreview",
    "LimitState",
    "OvertakenError",
]

log = logging.getLogger(__name__)

LONGEST_REASON = 200  # characters
HISTORY = 50  # changes that are listed
NEVER = 0
"""What a form has seen of a limit that was never changed."""


class OvertakenError(LimitError):
    """Somebody else has changed it since it was looked at; nothing is changed."""


@dataclass(frozen=True, slots=True)
class LimitState:
    """How a limit stands. `earlier`: what it was before its last change, which `undo` goes back to.

    `change` None: as the settings say, and never otherwise.
    """

    limit: Limit
    value: int
    setting: int
    change: LimitChange | None
    earlier: int | None

    @property
    def seen(self) -> int:
        """What a form carries, so that a change meanwhile is noticed."""
        return self.change.id if self.change else NEVER


@dataclass(frozen=True, slots=True)
class LimitChanged:
    limit: Limit
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class LimitPreview:
    """What a limit means now and what it would mean, and what to know before changing it."""

    value: int
    now: str
    then: str
    remarks: Sequence[str]


def value(parts: AppContext, name: str, epoch: int | None = None) -> int:
    """A limit as it stands. `epoch` spares a round trip where it has been read already."""
    return values(parts, epoch)[name]


def values(parts: AppContext, epoch: int | None = None) -> Mapping[str, int]:
    """All limits as they stand; without the database, as they were known last. Never raises."""
    return _merged(parts.settings, parts.changed_limits.get(epoch))


def settings(parts: AppContext, epoch: int | None = None) -> Settings:
    """The settings, with the limits as they stand. Never raises."""
    changed = parts.changed_limits.get(epoch)
    known = {name: new for name, new in changed.items() if name in Settings.model_fields}
    return parts.settings.model_copy(update=known) if known else parts.settings


def standing(parts: AppContext) -> list[LimitState]:
    """How all limits stand, in the order of the registry. Raises SQLAlchemyError."""
    with reading(parts.engine) as connection:
        return [_standing(parts, connection, limit) for limit in LIMITS]


def history(parts: AppContext) -> list[LimitChange]:
    """The last changes, the newest first."""
    with reading(parts.engine) as connection:
        return list(limits.latest(connection, HISTORY))


def preview(parts: AppContext, name: str, text: str) -> LimitPreview:
    """What a change would mean that somebody wrote as `text`. Raises LimitError."""
    limit = guard.find_limit(name)
    new = guard.read_value(limit, text)
    before = values(parts)
    after = {**before, name: new}
    guard.check(name, after)
    try:
        at_once = line.on_line(parts.redis, parts.now())
        on_line = at_once.chairs + at_once.strangers + at_once.public
    except RedisError:
        on_line = None
    known = limit_words.remarks(name, before, after, on_line)
    return LimitPreview(
        new, limit_words.meaning(name, before), limit_words.meaning(name, after), known
    )


def change(
    parts: AppContext, name: str, value: int | None, actor: Actor, why: str, seen: int | None = None
) -> LimitChanged:
    """Changes a limit from the next call on; None: back to what the settings say.

    `seen`: `Standing.seen` of what the actor looked at; OvertakenError if somebody has changed it
    since. Raises LimitError, and nothing is changed then.
    """
    return _set(parts, name, lambda _: value, actor, _read_reason(why), seen)


def undo(
    parts: AppContext, name: str, actor: Actor, why: str, seen: int | None = None
) -> LimitChanged:
    """Takes the last change of a limit back; the change before it holds again. As `change`."""

    def earlier(changes: Sequence[LimitChange]) -> int | None:
        if not changes:
            raise LimitError(f"{guard.find_limit(name).title}: this was never changed")
        return changes[1].value if len(changes) > 1 else None

    return _set(parts, name, earlier, actor, _read_reason(why), seen)


def _set(
    parts: AppContext,
    name: str,
    wanted: Callable[[Sequence[LimitChange]], int | None],
    actor: Actor,
    why: str,
    seen: int | None,
) -> LimitChanged:
    require(actor, Role.ADMIN)
    limit = guard.find_limit(name)
    at = parts.now()

    def work(connection: Connection) -> LimitChanged:
        exclusive(connection, "limits")
        changes = limits.of_limit(connection, name, 2)
        last = changes[0] if changes else None
        if last and (last.at, last.who, last.why) == (at, actor.name, why):
            return _changed(parts, limit, changes)  # the answer to its commit was lost
        if seen is not None and seen != (last.id if last else NEVER):
            raise OvertakenError(_overtaken(parts, limit, last))
        new = wanted(changes)
        _check(parts, connection, limit, last, new)
        limits.record_limit(connection, name, new, at, actor.name, why)
        changed = _changed(parts, limit, limits.of_limit(connection, name, 2))
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.LIMIT_CHANGED,
            before={"limit": name, "value": changed.before},
            after={"limit": name, "value": changed.after},
            note=why,
        )
        return changed

    changed = transact(parts.engine, work)
    log.info("%s is %d instead of %d: %s", name, changed.after, changed.before, actor.name)
    parts.invalidate()
    return changed


def _check(
    parts: AppContext,
    connection: Connection,
    limit: Limit,
    last: LimitChange | None,
    new: int | None,
) -> None:
    """Whether the limit may be so, beside how the others stand now. Raises LimitError."""
    if new == (last.value if last else None):
        raise LimitError(
            f"{limit.title}: it is {limit.say(_or_setting(parts, limit, new))} already"
        )
    proposed = {**limits.values(connection)}
    proposed.pop(limit.name, None)
    if new is not None:
        proposed[limit.name] = new
    guard.check(limit.name, _merged(parts.settings, proposed))


def _standing(parts: AppContext, connection: Connection, limit: Limit) -> LimitState:
    changes = limits.of_limit(connection, limit.name, 2)
    found = _changed(parts, limit, changes)
    return LimitState(
        limit,
        found.after,
        _or_setting(parts, limit, None),
        changes[0] if changes else None,
        found.before if changes else None,
    )


def _changed(parts: AppContext, limit: Limit, changes: Sequence[LimitChange]) -> LimitChanged:
    """What the last of these changes, the newest first, made of what."""
    after, before = [*(change.value for change in changes), None, None][:2]
    return LimitChanged(limit, _or_setting(parts, limit, before), _or_setting(parts, limit, after))


def _merged(of: Settings, changed: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(
        {limit.name: changed.get(limit.name, _setting(of, limit)) for limit in LIMITS}
    )


def _or_setting(parts: AppContext, limit: Limit, value: int | None) -> int:
    return _setting(parts.settings, limit) if value is None else value


def _setting(of: Settings, limit: Limit) -> int:
    found: int = getattr(of, limit.name) if limit.default is None else limit.default
    return found


def _overtaken(parts: AppContext, limit: Limit, last: LimitChange | None) -> str:
    if last is None:
        return f"{limit.title}: it was never changed; look again"
    active = parts.known_election()
    at = minute_of(last.at, active.election.zone if active else UTC)
    new = limit.say(_or_setting(parts, limit, last.value))
    return f"{limit.title}: {last.who} changed it to {new} at {at}; look again"


def _read_reason(why: str) -> str:
    reason = " ".join(why.split())
    if not reason:
        raise LimitError("say why: it is kept with the change")
    if not reason.isprintable() or len(reason) > LONGEST_REASON:
        raise LimitError(f"the reason has to be readable, with at most {LONGEST_REASON} letters")
    return reason
