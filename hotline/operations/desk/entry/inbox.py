"""The photographs at the desk: looked at, and attached to the precinct that they show."""

from __future__ import annotations

from sqlalchemy import Connection

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskError
from hotline.store.database import reading, transact
from hotline.store.desk import images
from hotline.store.desk.image_files import ImageFiles
from hotline.store.desk.images import StoredImage
from hotline.store.enums import ImageState, Role

INBOX = (ImageState.NEW, ImageState.SEEN, ImageState.AWAITED)
APART = (ImageState.QUARANTINED, ImageState.REFUSED)


class ImageError(DeskError):
    """It was not done; the message says why."""


def inbox(parts: AppContext) -> list[StoredImage]:
    """What came from telephones on the roster, or is still to be fetched; the newest first."""
    return _listed(parts, INBOX)


def quarantine(parts: AppContext) -> list[StoredImage]:
    """What came from other telephones, and what was refused; the newest first."""
    return _listed(parts, APART)


def _listed(parts: AppContext, states: tuple[ImageState, ...]) -> list[StoredImage]:
    with reading(parts.engine) as connection:
        return images.listed(connection, parts.election().ledger_id, states)


def of_id(parts: AppContext, who: Actor, image_id: int) -> StoredImage | None:
    """An image that this actor may see: an observer sees none that is in quarantine."""
    with reading(parts.engine) as connection:
        found = images.find_image(connection, image_id)
    if found is None or found.ledger_id != parts.election().ledger_id:
        return None
    return found if found.state in INBOX or who.may(Role.STAFF) else None


def read_picture(parts: AppContext, image: StoredImage, *, is_small: bool) -> bytes:
    """The picture (JPEG). Raises FileNotFoundError."""
    if image.file is None:
        raise FileNotFoundError("there is no picture")
    return ImageFiles(parts.settings.var).read(image.file, is_small=is_small)


def attach(parts: AppContext, who: Actor, image_id: int, unit: str, note: str = "") -> None:
    """Says which precinct an image belongs to; out of quarantine only a supervisor takes it.

    Raises NotAllowedError, ImageError.
    """
    require(who, Role.STAFF)
    if unit not in parts.election().election.units:
        raise ImageError("there is no precinct with this code")

    def write(connection: Connection) -> None:
        found = _held(connection, image_id)
        if found.state is ImageState.QUARANTINED:
            require(who, Role.SUPERVISOR)
        if found.unit_code == unit:
            return
        state = ImageState.NEW if found.state is ImageState.QUARANTINED else found.state
        images.change(connection, image_id, unit_code=unit, state=state.value)
        log_activity(
            connection,
            parts,
            who,
            ActivityKind.IMAGE_ATTACHED,
            unit=unit,
            before={"unit": found.unit_code, "state": found.state.value},
            after={"image": image_id, "unit": unit},
            note=note,
        )

    transact(parts.engine, write)


def mark_seen(parts: AppContext, who: Actor, image_id: int) -> None:
    """Takes an image off the list of new ones, once. Raises NotAllowedError, ImageError."""
    require(who, Role.STAFF)

    def write(connection: Connection) -> None:
        found = _held(connection, image_id)
        if found.state is ImageState.QUARANTINED:
            raise ImageError("it is in quarantine: a supervisor attaches it, or it stays there")
        if found.state is ImageState.SEEN:
            raise ImageError(f"{found.seen_by} has looked at it already")
        seen = {"seen_by": who.name, "seen_at": parts.now()}
        images.change(connection, image_id, state=ImageState.SEEN.value, **seen)
        log_activity(
            connection,
            parts,
            who,
            ActivityKind.IMAGE_SEEN,
            unit=found.unit_code or "",
            before={"state": found.state.value},
            after={"image": image_id, "state": ImageState.SEEN.value},
        )

    transact(parts.engine, write)


def _held(connection: Connection, image_id: int) -> StoredImage:
    found = images.lock_image(connection, image_id)
    if found is None or found.file is None:
        raise ImageError("there is no such picture")
    return found
