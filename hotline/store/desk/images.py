"""Photographs that came by text message, as rows: where each stands, and what it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from hotline.store.database import exclusive
from hotline.store.enums import ImageState
from hotline.store.schema.desk_tables import image

MOST = 500  # shown at once


@dataclass(frozen=True, slots=True)
class Arrival:
    """A picture that is to be fetched. `units`: those that the telephone reports for."""

    ledger_id: int
    message_sid: str
    number: int
    url: str
    arrived_at: datetime
    caller_key: str
    caller: str  # the last four digits
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture. `file` is None where there is none (yet)."""

    id: int
    ledger_id: int
    message_sid: str
    url: str
    arrived_at: datetime
    caller_key: str
    caller: str
    units: tuple[str, ...]
    state: ImageState
    unit_code: str
    file: str | None
    width: int | None
    height: int | None
    why: str
    seen_by: str
    seen_at: datetime | None


def add_image(connection: Connection, arrival: Arrival) -> int | None:
    """The id of the new row; None where the message was there before."""
    row = {
        "ledger_id": arrival.ledger_id,
        "message_sid": arrival.message_sid,
        "number": arrival.number,
        "url": arrival.url,
        "arrived_at": arrival.arrived_at,
        "caller_key": arrival.caller_key,
        "caller": arrival.caller,
        "units": list(arrival.units),
        "state": ImageState.AWAITED.value,
        "unit_code": "",
        "why": "",
        "seen_by": "",
    }
    on_sqlite = connection.dialect.name == "sqlite"
    new = insert_sqlite(image) if on_sqlite else insert_postgresql(image)
    wanted = new.values(row).on_conflict_do_nothing().returning(image.c.id)
    return connection.execute(wanted).scalar_one_or_none()


def lock_image(connection: Connection, image_id: int) -> StoredImage | None:
    """The image, which nobody else changes until this transaction ends."""
    exclusive(connection, "image", image_id)
    return find_image(connection, image_id)


def change(connection: Connection, image_id: int, **columns: Any) -> None:
    connection.execute(update(image).where(image.c.id == image_id).values(columns))


def find_image(connection: Connection, image_id: int) -> StoredImage | None:
    row = connection.execute(select(image).where(image.c.id == image_id)).one_or_none()
    return _image(row) if row else None


def of_message(connection: Connection, message_sid: str) -> list[StoredImage]:
    """The pictures of one text message, in their order."""
    wanted = select(image).where(image.c.message_sid == message_sid).order_by(image.c.number)
    return [_image(row) for row in connection.execute(wanted)]


def listed(
    connection: Connection, ledger_id: int, states: Iterable[ImageState]
) -> list[StoredImage]:
    """The newest images of a ledger in these states, the newest first."""
    wanted = (
        select(image)
        .where(image.c.ledger_id == ledger_id, image.c.state.in_([s.value for s in states]))
        .order_by(image.c.id.desc())
        .limit(MOST)
    )
    return [_image(row) for row in connection.execute(wanted)]


def of_unit(connection: Connection, ledger_id: int, unit_code: str) -> list[StoredImage]:
    """The pictures of a unit that there are, the newest first."""
    wanted = (
        select(image)
        .where(
            image.c.ledger_id == ledger_id,
            image.c.unit_code == unit_code,
            image.c.state.in_([ImageState.NEW.value, ImageState.SEEN.value]),
            image.c.file.is_not(None),
        )
        .order_by(image.c.id.desc())
        .limit(MOST)
    )
    return [_image(row) for row in connection.execute(wanted)]


def awaited(connection: Connection, before: datetime, most: int) -> list[int]:
    """Images that should have been fetched long ago."""
    wanted = select(image.c.id).where(
        image.c.state == ImageState.AWAITED.value, image.c.arrived_at < before
    )
    return list(connection.scalars(wanted.order_by(image.c.id).limit(most)))


def _image(row: Row[Any]) -> StoredImage:
    return StoredImage(
        row.id,
        row.ledger_id,
        row.message_sid,
        row.url,
        row.arrived_at,
        row.caller_key,
        row.caller,
        tuple(row.units),
        ImageState(row.state),
        row.unit_code,
        row.file,
        row.width,
        row.height,
        row.why,
        row.seen_by,
        row.seen_at,
    )


__all__ = [
    "Arrival",
    "StoredImage",
    "add_image",
    "awaited",
    "change",
    "find_image",
    "listed",
    "lock_image",
    "of_message",
    "of_unit",
]
