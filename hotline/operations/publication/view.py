"""How publication stands, for whoever decides on it: what is out, what would be, and what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hotline.operations.audit import signing
from hotline.operations.context import AppContext
from hotline.operations.publication.draft import PublicationDraft, compose, look_at_draft
from hotline.operations.publication.orders import obstacles
from hotline.store.database import reading
from hotline.store.enums import PublicationMode, ResultStatus
from hotline.store.publication import archive, orders, publications
from hotline.store.publication.archive import ArchivedPublication
from hotline.store.publication.orders import PublicationOrder
from hotline.store.publication.publications import Publication, PublicationRefusal

UNITS = ("reported", "held", "outstanding", "verified", "contested", "total")
NONE_YET: Mapping[str, Any] = {"units": {}, "contests": []}

Value = int | str
"""A count, or a decimal with four places."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    name: str
    before: Value | None  # None: nothing was published
    after: Value
    difference: str  # with its sign; '' where there is none


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measure of a contest, candidate by candidate."""

    contest: str
    measure: str
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class PublicationChange:
    units: tuple[MeasureRow, ...]
    status: tuple[str | None, str]  # before and after
    columns: tuple[MeasureChange, ...]

    @property
    def columns_that_differ(self) -> tuple[MeasureChange, ...]:
        return tuple(one for one in self.columns if any(row.difference for row in one.rows))


def between(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> PublicationChange:
    """Compares two published documents; `before` is None before the first one."""
    earlier = NONE_YET if before is None else before
    contests = {contest["id"]: contest for contest in earlier["contests"]}
    columns = []
    for contest in after["contests"]:
        known = contests.get(contest["id"], {"totals": {}})["totals"]
        names = {one["id"]: one["name"] for one in contest["candidates"]}
        for measure, values in contest["totals"].items():
            old = known.get(measure, {})
            rows = (_row(names.get(id, id), old.get(id), value) for id, value in values.items())
            columns.append(MeasureChange(contest["title"], measure, tuple(rows)))
    return PublicationChange(
        tuple(_row(name, earlier["units"].get(name), after["units"][name]) for name in UNITS),
        (earlier.get("status"), after["status"]),
        tuple(columns),
    )


def _row(name: str, before: Value | None, after: Value) -> MeasureRow:
    moved = Decimal(after) - Decimal(before or 0)
    return MeasureRow(name, before, after, f"{moved:+,}" if moved else "")


SHOWN = 20  # of each list


@dataclass(frozen=True, slots=True)
class PublicationView:
    """One moment of it."""

    seen: PublicationDraft
    standing: Publication | None  # what everybody sees; None before the first
    problems: Sequence[str]  # why nothing can be published, from the ledger itself
    digest: str  # of what would be published now; '' where nothing can be
    change: PublicationChange | None  # that it would make
    is_news: bool  # whether anything would change
    is_embargoed: bool
    needs_approval: bool
    orders: Sequence[PublicationOrder]
    refusals: Sequence[PublicationRefusal]
    published: Sequence[ArchivedPublication]
    key_id: str

    @property
    def order(self) -> PublicationOrder | None:
        return self.seen.order


def gather(parts: AppContext) -> PublicationView | None:
    """None while no election is loaded. Raises SettingsError without a signing key."""
    seen = look_at_draft(parts)
    if seen is None:
        return None
    ledger_id = seen.active.ledger_id
    with reading(parts.engine) as connection:
        standing = publications.standing(connection, ledger_id)
        given = orders.latest(connection, ledger_id, SHOWN)
        refused = publications.refusals(connection, ledger_id, SHOWN)
        published = archive.newest(connection, ledger_id, SHOWN)
    document, problems = compose(seen)
    digest = "" if problems else publications.digest_of(document)
    return PublicationView(
        seen,
        standing,
        problems,
        digest,
        None if problems else between(None if standing is None else standing.document, document),
        bool(digest) and digest != seen.progress.digest,
        seen.order is not None and seen.order.is_embargoed(parts.now()),
        seen.order is not None and seen.order.mode is PublicationMode.APPROVAL,
        given,
        refused,
        published,
        signing.signer(parts.settings).key_id,
    )


@dataclass(frozen=True, slots=True)
class Certifying:
    """What would be certified, and why it cannot be."""

    obstacles: Sequence[str]
    digest: str
    change: PublicationChange | None
    entries: int
    head: str
    lost: Sequence[Mapping[str, str]] = ()  # the precincts it would be certified without


def before_certifying(parts: AppContext) -> Certifying | None:
    """Reads the whole ledger. None while no election is loaded."""
    seen = look_at_draft(parts)
    if seen is None:
        return None
    document, differences = compose(seen, ResultStatus.CERTIFIED)
    with reading(parts.engine) as connection:
        standing = publications.standing(connection, seen.active.ledger_id)
    return Certifying(
        obstacles(parts, seen),
        "" if differences else publications.digest_of(document),
        None if differences else between(standing.document if standing else None, document),
        seen.counted.head.entries,
        seen.counted.head.digest,
        document.get("lost", ()),
    )
