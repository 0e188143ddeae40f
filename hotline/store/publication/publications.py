"""Numbered documents that were published, as the public sees them, and those that were refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, insert, or_, select

from hotline.store.database import reading
from hotline.store.enums import ResultStatus
from hotline.store.schema.chain_tables import publication_signature
from hotline.store.schema.review_tables import publication_order
from hotline.store.schema.tables import election as elections
from hotline.store.schema.tables import ledger as ledgers
from hotline.store.schema.tables import publication, refusal


@dataclass(frozen=True, slots=True)
class Publication:
    """The latest document that was published, and whether later ones have been refused since."""

    number: int
    published_at: datetime  # UTC
    document: dict[str, Any]  # /results.json, and what the page needs besides
    etag: str
    refused_since: datetime | None  # UTC; None while publication goes on
    refused_reason: str
    signature: str = ""  # over `as_bytes` of the document, base64; '' before there were any
    key_id: str = ""  # of the key that signed it


@dataclass(frozen=True, slots=True)
class Signed:
    """What goes with a publication: who vouches for it, and by which order it went out."""

    key_id: str
    signature: str
    order_id: int | None  # None: no order was ever given


@dataclass(frozen=True, slots=True)
class PublicationRefusal:
    """A publication that did not agree with the ledger, and was not published."""

    at: datetime  # UTC
    reason: str
    standing: int | None  # the number that stands instead; None if nothing was ever published


@dataclass(frozen=True, slots=True)
class PublicationProgress:
    """How far publishing has come, without the documents."""

    newest: int  # number of the newest publication of any ledger; 0 if there is none
    standing: int | None  # number of this ledger's newest
    published_at: datetime | None  # UTC; when it was published
    digest: str  # of that one's document
    events: int  # how many of the ledger's events it includes
    refused_since: datetime | None  # UTC
    refused_reason: str  # the last one
    order_id: int | None = None  # by which the ledger's newest went out


ACTIVITY = "activity"
"""The key under which a document has the head of the log of activity: that goes on by itself, and
is no reason to publish."""

_kept: WeakKeyDictionary[Engine, Publication] = WeakKeyDictionary()


def latest(engine: Engine) -> Publication | None:
    """The newest publication of the ledger that reports go into now; None before the first.

    Its document is read once: after that, asking costs a comparison of numbers.
    """
    with reading(engine) as connection:
        ledger_id = connection.execute(
            select(ledgers.c.id)
            .join(elections, elections.c.id == ledgers.c.election_id)
            .where(elections.c.active, ledgers.c.closed_at.is_(None))
        ).scalar_one_or_none()
        if ledger_id is None:
            return None
        known = progress(connection, ledger_id)
        if known.standing is None:
            return None
        kept = _kept.get(engine)
        if kept is None or kept.number != known.standing:
            kept = _read(connection, known.standing)
    found = replace(kept, refused_since=known.refused_since, refused_reason=known.refused_reason)
    _kept[engine] = found
    return found


def _read(connection: Connection, number: int) -> Publication:
    row = connection.execute(
        select(
            publication.c.number,
            publication.c.published_at,
            publication.c.document,
            publication.c.etag,
            publication_signature.c.signature,
            publication_signature.c.key_id,
        )
        .outerjoin(publication_signature, publication_signature.c.number == publication.c.number)
        .where(publication.c.number == number)
    ).one()
    return Publication(
        row.number,
        row.published_at,
        row.document,
        row.etag,
        refused_since=None,
        refused_reason="",
        signature=row.signature or "",
        key_id=row.key_id or "",
    )


def progress(connection: Connection, ledger_id: int) -> PublicationProgress:
    newest = connection.execute(select(func.max(publication.c.number))).scalar_one() or 0
    last = connection.execute(
        select(
            publication.c.number,
            publication.c.published_at,
            publication.c.digest,
            publication.c.events,
            publication_signature.c.order_id,
        )
        .outerjoin(publication_signature, publication_signature.c.number == publication.c.number)
        .where(publication.c.ledger_id == ledger_id)
        .order_by(publication.c.number.desc())
        .limit(1)
    ).one_or_none()
    standing = None if last is None else last.number
    refused = connection.execute(
        select(refusal.c.at, refusal.c.reason)
        .where(refusal.c.ledger_id == ledger_id, refusal.c.standing.is_not_distinct_from(standing))
        .order_by(refusal.c.id)
    ).all()
    return PublicationProgress(
        newest,
        standing,
        published_at=None if last is None else last.published_at,
        digest="" if last is None else last.digest,
        events=-1 if last is None else last.events,
        refused_since=refused[0].at if refused else None,
        refused_reason=refused[-1].reason if refused else "",
        order_id=None if last is None else last.order_id,
    )


def standing(connection: Connection, ledger_id: int) -> Publication | None:
    """This ledger's newest publication, whatever has been refused since; None before the first."""
    number = progress(connection, ledger_id).standing
    return None if number is None else _read(connection, number)


def before(
    connection: Connection, ledger_id: int, statuses: Collection[ResultStatus]
) -> Publication | None:
    """This ledger's newest publication that was not ordered to be one of these; None without."""
    number = connection.scalar(
        select(func.max(publication.c.number))
        .outerjoin(publication_signature, publication_signature.c.number == publication.c.number)
        .outerjoin(publication_order, publication_order.c.id == publication_signature.c.order_id)
        .where(
            publication.c.ledger_id == ledger_id,
            or_(publication_order.c.status.is_(None), publication_order.c.status.not_in(statuses)),
        )
    )
    return None if number is None else _read(connection, number)


def insert_publication(
    connection: Connection,
    ledger_id: int,
    number: int,
    at: datetime,
    events: int,
    document: dict[str, Any],
    sign: Callable[[bytes], Signed],
) -> Publication:
    """Publishes `document` under this number, which goes into it. IntegrityError if it is taken.

    `sign` is given the bytes that will be served. ValueError for a document that says of a test
    ledger that it is none, or the other way round, and for one that certifies a test.
    """
    is_test = connection.execute(
        select(ledgers.c.is_test).where(ledgers.c.id == ledger_id)
    ).scalar_one()
    if document["is_test"] is not is_test:
        raise ValueError("a document has to say whether its ledger is a test")
    if is_test and document["status"] == ResultStatus.CERTIFIED:
        raise ValueError("a test cannot be certified")
    digest = digest_of(document)
    numbered = {**document, "number": number}
    etag = digest_of(numbered)
    connection.execute(
        insert(publication).values(
            number=number,
            ledger_id=ledger_id,
            published_at=at,
            events=events,
            document=numbered,
            digest=digest,
            etag=etag,
        )
    )
    signed = sign(as_bytes(numbered))
    connection.execute(
        insert(publication_signature).values(
            number=number,
            key_id=signed.key_id,
            signature=signed.signature,
            signed_at=at,
            order_id=signed.order_id,
        )
    )
    return Publication(number, at, numbered, etag, None, "", signed.signature, signed.key_id)


def as_bytes(document: dict[str, Any]) -> bytes:
    """A published document as it is served and signed: its keys in their order, no spaces, UTF-8.

    The database keeps the order of keys: its type is JSON, which is kept as text.
    """
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def refusals(connection: Connection, ledger_id: int, most: int) -> list[PublicationRefusal]:
    """The newest refusals of a ledger, the newest first."""
    rows = connection.execute(
        select(refusal.c.at, refusal.c.reason, refusal.c.standing)
        .where(refusal.c.ledger_id == ledger_id)
        .order_by(refusal.c.id.desc())
        .limit(most)
    )
    return [PublicationRefusal(*row) for row in rows]


def refuse(connection: Connection, ledger_id: int, refused: PublicationRefusal) -> None:
    connection.execute(
        insert(refusal).values(
            ledger_id=ledger_id,
            standing=refused.standing,
            at=refused.at,
            reason=refused.reason,
        )
    )


def digest_of(document: dict[str, Any]) -> str:
    """Of what a document says, but for how far the log of activity has come."""
    said = {key: value for key, value in document.items() if key != ACTIVITY}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
