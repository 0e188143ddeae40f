"""What would be published now: one moment of the database, and the document that it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hotline.election.audit import definition
from hotline.operations.audit import signing
from hotline.operations.context import AppContext
from hotline.operations.publication.recount import Recount, recount
from hotline.operations.publication.results_document import AccountingError, build
from hotline.store.admission import switches
from hotline.store.audit import activity
from hotline.store.database import exclusive, reading
from hotline.store.elections import ActiveElection
from hotline.store.enums import ResultStatus, Switch, UnitStatus
from hotline.store.publication import orders, publications
from hotline.store.publication.orders import PublicationOrder
from hotline.store.publication.publications import (
    ACTIVITY,
    Publication,
    PublicationProgress,
    Signed,
)
from hotline.store.reports import ledgers
from hotline.store.review import lost_units
from hotline.store.review.lost_units import LostUnit

Document = Mapping[str, Any]
FIGURES = ("totals", "ballots")
UNITS = ("total", "reported", "held", "outstanding")
AGAIN = frozenset({ResultStatus.RECANVASS, ResultStatus.RECOUNT})
"""Results that say what they changed."""


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """What one moment of the database says."""

    active: ActiveElection
    opened_at: datetime
    progress: PublicationProgress
    counted: Recount
    activity: activity.ActivityHead
    paused: str | None  # why; None while it goes on
    order: PublicationOrder | None
    certified: Publication | None  # what the last order certified
    before: Publication | None = None  # what stood before the recanvass or recount that holds now
    given_up: Mapping[str, LostUnit] = field(default_factory=dict)  # by code, agreed by two people

    @property
    def order_id(self) -> int | None:
        return None if self.order is None else self.order.id

    def waits(self, now: datetime) -> bool:
        """Whether nothing goes out by itself: under an embargo, or without somebody's approval."""
        return self.order is not None and self.order.waits(now)


def look_at_draft(parts: AppContext) -> PublicationDraft | None:
    """None while no election is loaded."""
    with reading(parts.engine) as connection:
        active = parts.elections.active(connection)
        if active is None:
            return None
        order = orders.last(connection, active.ledger_id)
        status = None if order is None else order.status
        is_certified = status is ResultStatus.CERTIFIED
        return PublicationDraft(
            active,
            ledgers.opened_at(connection, active.ledger_id),
            publications.progress(connection, active.ledger_id),
            recount(connection, active.election, active.ledger_id),
            activity.head(connection),
            paused(connection),
            order,
            publications.standing(connection, active.ledger_id) if is_certified else None,
            publications.before(connection, active.ledger_id, AGAIN) if status in AGAIN else None,
            lost_units.agreed_losses(connection, active.ledger_id),
        )


def paused(connection: Connection) -> str | None:
    """Why nothing is published; None while publication goes on."""
    found = switches.turned_on(connection, Switch.PUBLICATION_PAUSED)
    return None if found is None else f"paused: {found.why}"


def compose(
    seen: PublicationDraft, status: ResultStatus | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The document, but for its number; or, where something does not agree, what does not.

    `status` is said in place of the one that holds.
    """
    if seen.counted.differences:
        return {}, seen.counted.differences
    try:
        document = _document(seen)
    except AccountingError as error:
        return {}, (str(error),)
    ordered = status or (None if seen.order is None else seen.order.status)
    if ordered is not None:
        document["status"] = ordered.value
    if ordered in AGAIN and seen.before is not None:
        document["changes"] = changes(seen.before.document, document)
    if seen.certified is not None and status is None:
        return document, _uncertified(seen.certified, document)
    return document, ()


def _document(seen: PublicationDraft) -> dict[str, Any]:
    counted, active = seen.counted, seen.active
    document = build(
        active.election,
        active.is_test,
        counted.sums,
        counted.states,
        counted.as_of or seen.opened_at,
        counted.doubted,
    )
    document["ledger"] = {
        "id": active.ledger_id,
        "entries": counted.head.entries,
        "head": counted.head.digest,
        "definition": definition.digest_of(active.election),
    }
    if lost := _lost(seen):
        document["lost"] = lost
    document[ACTIVITY] = {"entries": seen.activity.number, "head": seen.activity.digest}
    return document


def _lost(seen: PublicationDraft) -> list[dict[str, str]]:
    """The units that will never report, with the reason; one that has reported is none of them."""
    return [
        {"code": unit.code, "name": unit.name, "scope": unit.scope, "reason": lost.why}
        for unit in seen.active.election.units.values()
        if (lost := seen.given_up.get(unit.code)) is not None
        and seen.counted.states[unit.code].status is UnitStatus.OUTSTANDING
    ]


def _uncertified(certified: Publication, document: dict[str, Any]) -> tuple[str, ...]:
    """Certified results stay what they are until somebody orders otherwise."""
    if certified.document["status"] != ResultStatus.CERTIFIED:
        return (f"number {certified.number} is not the one that was certified",)
    if _figures(certified.document) == _figures(document):
        return ()
    return (
        f"number {certified.number} is certified, and the ledger comes to other figures since: "
        "they need a new order",
    )


def _figures(document: dict[str, Any]) -> object:
    """What people were told that the units come to."""
    return [
        [{name: document["units"][name] for name in UNITS}],
        *(
            [contest["id"]]
            + [
                {name: one.get(name) for name in ("id", *FIGURES)}
                for one in (contest, *contest["scopes"])
            ]
            for contest in document["contests"]
        ),
    ]


def lock_publication(connection: Connection, seen: PublicationDraft) -> bool:
    """Whether nothing was published, ordered, paused or given up since; from now on nothing is."""
    if not is_newest(connection, seen):
        return False
    ledger_id = seen.active.ledger_id
    order = orders.last(connection, ledger_id)
    return (
        (None if order is None else order.id) == seen.order_id
        and paused(connection) == seen.paused
        and lost_units.agreed_losses(connection, ledger_id) == seen.given_up
    )


def is_newest(connection: Connection, seen: PublicationDraft) -> bool:
    """Whether nothing was published since; from now on nothing is."""
    exclusive(connection, "publication")
    now = publications.progress(connection, seen.active.ledger_id)
    return now.newest == seen.progress.newest


def add_publication(
    connection: Connection,
    parts: AppContext,
    seen: PublicationDraft,
    document: dict[str, Any],
    order_id: int | None,
) -> Publication:
    """Publishes the document under the next number, signed. The publication has to be held."""
    return publications.insert_publication(
        connection,
        seen.active.ledger_id,
        seen.progress.newest + 1,
        parts.now(),
        seen.counted.events,
        document,
        _signing(parts, order_id),
    )


def _signing(parts: AppContext, order_id: int | None) -> Callable[[bytes], Signed]:
    signer = signing.signer(parts.settings)
    return lambda said: Signed(signer.key_id, signer.sign(said), order_id)


def changes(before: Document, after: Document) -> dict[str, Any]:
    """Every published total that differs, as `[before, after]`, by contest, measure and candidate.

    `since` is the number of the publication that it is compared with. Contests without a
    difference have empty totals.
    """
    earlier = {contest["id"]: contest for contest in before["contests"]}
    return {
        "since": before["number"],
        "contests": [
            {"id": contest["id"], "totals": _of(earlier.get(contest["id"]), contest)}
            for contest in after["contests"]
        ],
    }


def _of(before: Document | None, after: Document) -> dict[str, dict[str, list[int | str | None]]]:
    earlier = before["totals"] if before else {}
    found = {
        measure: {
            candidate: [earlier.get(measure, {}).get(candidate), value]
            for candidate, value in column.items()
            if earlier.get(measure, {}).get(candidate) != value
        }
        for measure, column in after["totals"].items()
    }
    return {measure: column for measure, column in found.items() if column}
