"""How results go out: by themselves or on approval, not before a time, and as what.

An order holds until the next one. Certified results are published in the transaction in which they
are certified, exactly as they were looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.audit import ledger as audit
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.publication import publish
from hotline.operations.publication.draft import (
    PublicationDraft,
    add_publication,
    compose,
    lock_publication,
    look_at_draft,
)
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import ActivityKind, PublicationMode, ResultStatus, Role
from hotline.store.publication import orders, publications
from hotline.store.publication.orders import PublicationOrder
from hotline.store.publication.publications import Publication

log = logging.getLogger(__name__)

LONGEST_REASON = 500  # characters
ORDERED = frozenset({ResultStatus.RECANVASS, ResultStatus.RECOUNT, ResultStatus.CERTIFIED})
"""What people say of results; the others follow from the reports."""
CHANGED = "it has changed since you looked: look again"


class OrderError(ValueError):
    """Nothing is ordered or published; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class WantedOrder:
    """How results shall go out."""

    mode: PublicationMode = PublicationMode.LIVE
    embargo_until: datetime | None = None  # UTC; nothing newer is shown before
    status: ResultStatus | None = None  # None: as it follows from the reports


def standing_wish(order: PublicationOrder | None) -> WantedOrder:
    """What holds now."""
    return (
        WantedOrder()
        if order is None
        else WantedOrder(order.mode, order.embargo_until, order.status)
    )


def current(parts: AppContext) -> WantedOrder:
    """What holds now for the ledger in use. Raises NoElectionError."""
    with reading(parts.engine) as connection:
        return standing_wish(orders.last(connection, _ledger(parts, connection)))


def give(
    parts: AppContext, by: Actor, wanted: WantedOrder, why: str, seen: int | None = None
) -> PublicationOrder:
    """Orders how results go out from now on. `seen`: the order that was looked at (0: none).

    Only administrators; for `certified` see `certify`. Raises OrderError, NoElectionError.
    """
    require(by, Role.ADMIN)
    why = _reason(why)

    def work(connection: Connection) -> PublicationOrder:
        exclusive(connection, "publication")
        ledger_id = _ledger(parts, connection)
        last = orders.last(connection, ledger_id)
        if seen is not None and seen != (0 if last is None else last.id):
            raise OrderError("somebody has ordered otherwise since you looked: look again")
        _check(parts, wanted, last)
        return _record(connection, parts, ledger_id, by, wanted, why, last)

    order = transact(parts.engine, work)
    log.warning("publication is ordered otherwise by %s: %s", by.name, why)
    publish.request(parts)
    return order


def set_status(
    parts: AppContext, by: Actor, status: ResultStatus | None, why: str
) -> PublicationOrder:
    """The same with another status, and all else as it is."""
    now = current(parts)
    embargo = now.embargo_until if now.embargo_until and now.embargo_until > parts.now() else None
    return give(parts, by, WantedOrder(now.mode, embargo, status), why)


def approve(parts: AppContext, by: Actor, digest: str) -> Publication:
    """Publishes exactly what was looked at (`digest` of its document), while approval is needed.

    For supervisors. Raises OrderError, also when it has changed since.
    """
    require(by, Role.SUPERVISOR)
    seen = _seen(parts)
    if seen.order is None or seen.order.mode is not PublicationMode.APPROVAL:
        raise OrderError("results go out by themselves: there is nothing to approve")
    document = _publishable(parts, seen, None, digest)

    def work(connection: Connection) -> Publication:
        if not lock_publication(connection, seen):
            raise OrderError(CHANGED)
        published = add_publication(connection, parts, seen, document, seen.order_id)
        log_activity(
            connection,
            parts,
            by,
            ActivityKind.PUBLICATION_APPROVED,
            before={"number": seen.progress.standing},
            after={"number": published.number},
        )
        return published

    return transact(parts.engine, work)


def certify(parts: AppContext, by: Actor, digest: str, why: str) -> Publication:
    """Certifies exactly what was looked at, and publishes it at once. For administrators.

    Raises OrderError unless every unit counts that is not given up as lost by two people, and the
    ledger and what stands are whole.
    """
    require(by, Role.ADMIN)
    why = _reason(why)
    seen = _seen(parts)
    if problems := obstacles(parts, seen):
        raise OrderError("; ".join(problems))
    document = _publishable(parts, seen, ResultStatus.CERTIFIED, digest)
    mode = standing_wish(seen.order).mode

    def work(connection: Connection) -> Publication:
        if not lock_publication(connection, seen):
            raise OrderError(CHANGED)
        wanted = WantedOrder(mode, None, ResultStatus.CERTIFIED)
        ledger_id = seen.active.ledger_id
        order = orders.add_order(
            connection, ledger_id, wanted.mode, None, wanted.status, parts.now(), by.name, why
        )
        published = add_publication(connection, parts, seen, document, order.id)
        _log(connection, parts, by, seen.order, wanted, why)
        return published

    published = transact(parts.engine, work)
    log.warning("publication %d is certified by %s", published.number, by.name)
    return published


def obstacles(parts: AppContext, seen: PublicationDraft) -> Sequence[str]:
    """Why what is seen cannot be certified: a reading of the whole ledger, entry by entry."""
    if seen.active.is_test:
        return ("a test is never certified",)
    document, differences = compose(seen, ResultStatus.CERTIFIED)
    if differences:
        return differences
    if seen.certified is not None and not compose(seen)[1]:
        return (f"number {seen.certified.number} has certified the same figures already",)
    units, lost = document["units"], len(document.get("lost", ()))
    missing = {"outstanding": units["outstanding"] - lost, "held": units["held"]}
    but = f", besides {lost} given up as lost" if lost else ""
    found = [
        f"{count} of {units['total']} precincts are {name}{but if name == 'outstanding' else ''}"
        for name, count in missing.items()
        if count
    ]
    standing = seen.progress.standing
    numbers = () if standing is None else (standing,)
    found += [str(one) for one in audit.verify(parts, seen.active.ledger_id, numbers=numbers)]
    return found


def _seen(parts: AppContext) -> PublicationDraft:
    seen = look_at_draft(parts)
    if seen is None:
        raise NoElectionError("no election has been loaded")
    return seen


def _publishable(
    parts: AppContext, seen: PublicationDraft, status: ResultStatus | None, digest: str
) -> dict[str, Any]:
    if seen.paused is not None:
        raise OrderError(f"publication is {seen.paused}")
    if seen.order is not None and seen.order.is_embargoed(parts.now()):
        raise OrderError("nothing goes out before the embargo ends")
    document, differences = compose(seen, status)
    if differences:
        raise OrderError("; ".join(differences))
    if publications.digest_of(document) != digest:
        raise OrderError(CHANGED)
    return document


def _check(parts: AppContext, wanted: WantedOrder, last: PublicationOrder | None) -> None:
    if wanted == standing_wish(last):
        raise OrderError("it is so already")
    until = wanted.embargo_until
    if until is not None and until <= parts.now() and until != standing_wish(last).embargo_until:
        raise OrderError("the embargo has to end at a time to come")
    if wanted.status is not None and wanted.status not in ORDERED:
        raise OrderError(f"{wanted.status} follows from the reports by itself")
    is_new = wanted.status is not standing_wish(last).status
    if wanted.status is ResultStatus.CERTIFIED and is_new:
        raise OrderError("results are certified one by one, as they are looked at")


def _record(
    connection: Connection,
    parts: AppContext,
    ledger_id: int,
    by: Actor,
    wanted: WantedOrder,
    why: str,
    last: PublicationOrder | None,
) -> PublicationOrder:
    order = orders.add_order(
        connection,
        ledger_id,
        wanted.mode,
        wanted.embargo_until,
        wanted.status,
        parts.now(),
        by.name,
        why,
    )
    _log(connection, parts, by, last, wanted, why)
    return order


def _log(
    connection: Connection,
    parts: AppContext,
    by: Actor,
    last: PublicationOrder | None,
    wanted: WantedOrder,
    why: str,
) -> None:
    log_activity(
        connection,
        parts,
        by,
        ActivityKind.PUBLICATION_ORDERED,
        before=_described(standing_wish(last)),
        after=_described(wanted),
        note=why,
    )


def _described(wanted: WantedOrder) -> dict[str, str | None]:
    until = wanted.embargo_until
    return {
        "mode": wanted.mode.value,
        "embargo until": None if until is None else f"{until:%Y-%m-%d %H:%M} UTC",
        "status": None if wanted.status is None else wanted.status.value,
    }


def _reason(why: str) -> str:
    said = " ".join(why.split())
    if not said:
        raise OrderError("say why")
    if len(said) > LONGEST_REASON or not said.isprintable():
        raise OrderError(f"the reason has to be readable, with at most {LONGEST_REASON} letters")
    return said


def _ledger(parts: AppContext, connection: Connection) -> int:
    active = parts.elections.active(connection)
    if active is None:
        raise NoElectionError("no election has been loaded")
    return active.ledger_id
