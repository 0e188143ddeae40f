"""Publications of earlier times: everything that was ever published is kept as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from hotline.store.schema.chain_tables import publication_signature
from hotline.store.schema.tables import publication


@dataclass(frozen=True, slots=True)
class ArchivedPublication:
    """A publication without its document."""

    number: int
    published_at: datetime  # UTC
    events: int  # how many of the ledger's events it includes
    key_id: str  # of the key that signed it; '' before there were signatures
    signature: str  # base64


_FILED = select(
    publication.c.number,
    publication.c.published_at,
    publication.c.events,
    publication_signature.c.key_id,
    publication_signature.c.signature,
).outerjoin(publication_signature, publication_signature.c.number == publication.c.number)


def of_ledger(connection: Connection, ledger_id: int) -> list[ArchivedPublication]:
    """All publications of a ledger, the oldest first."""
    wanted = _FILED.where(publication.c.ledger_id == ledger_id).order_by(publication.c.number)
    return [_filed(*row) for row in connection.execute(wanted)]


def newest(
    connection: Connection, ledger_id: int, most: int, below: int | None = None
) -> list[ArchivedPublication]:
    """The newest ones of a ledger, the newest first; only those with a number under `below`."""
    wanted = _FILED.where(publication.c.ledger_id == ledger_id)
    if below is not None:
        wanted = wanted.where(publication.c.number < below)
    rows = connection.execute(wanted.order_by(publication.c.number.desc()).limit(most))
    return [_filed(*row) for row in rows]


def find_publication(
    connection: Connection, ledger_id: int, number: int
) -> ArchivedPublication | None:
    """One of a ledger's publications; None if it has none of this number."""
    wanted = _FILED.where(publication.c.ledger_id == ledger_id, publication.c.number == number)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _filed(*row)


def _filed(
    number: int, published_at: datetime, events: int, key_id: str | None, signature: str | None
) -> ArchivedPublication:
    return ArchivedPublication(number, published_at, events, key_id or "", signature or "")


def document(connection: Connection, number: int) -> dict[str, Any]:
    """What was published under this number. NoResultFound if nothing was."""
    found: dict[str, Any] = connection.execute(
        select(publication.c.document).where(publication.c.number == number)
    ).scalar_one()
    return found


def numbers(connection: Connection) -> list[int]:
    """The numbers of all publications of all ledgers, in order."""
    return list(
        connection.execute(select(publication.c.number).order_by(publication.c.number)).scalars()
    )


def missing(connection: Connection) -> list[int]:
    """Numbers that were given, and are gone: they are given without gaps, from one."""
    given = numbers(connection)
    return sorted(set(range(1, (given[-1] if given else 0) + 1)) - set(given))
