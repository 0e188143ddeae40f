"""Photographs by text message: written down when they come, fetched by a job, drawn anew, kept."""

from __future__ import annotations

import logging
from datetime import timedelta

from redis import RedisError
from sqlalchemy import Connection

from hotline.guard.caller import last_four
from hotline.guard.triage import CallerStanding
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import rule
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.context import AppContext
from hotline.paper.photograph import NotAPicture, Photograph, redraw
from hotline.store.database import reading, transact
from hotline.store.desk import images
from hotline.store.desk.image_files import ImageFiles
from hotline.store.desk.images import Arrival, StoredImage
from hotline.store.enums import ImageState
from hotline.store.keys import PREFIX
from hotline.store.queues import FETCH_IMAGE
from hotline.store.roster import roster
from hotline.telephony.events import IncomingText
from hotline.telephony.network import CarrierRefused, Media
from hotline.telephony.networks import network_of

log = logging.getLogger(__name__)

BY_ROSTER = rule("the roster's telephone")
BY_CHECK = rule("check of pictures")
HOUR = 3600  # seconds
MOST_OF_A_CHAIR, MOST_OF_A_STRANGER, MOST_OF_STRANGERS = 60, 5, 100
"""Pictures an hour that are taken: from one telephone, and from all that are not on the roster."""
OVERDUE = timedelta(minutes=20)
AGAIN = 1200  # seconds until an overdue picture is queued once more
AT_ONCE = 50


def take_pictures(parts: AppContext, door: FrontDoor, text: IncomingText) -> int:
    """Has what came with a message fetched; how many that are. The same message again: none.

    Raises SQLAlchemyError.
    """
    known = parts.known_election()
    if known is None or not text.sid or not text.media:
        return 0
    is_chair = door.standing(text.caller) is CallerStanding.ROSTER
    key = door.key_of(text.caller)
    if not _may(parts, key, is_chair, len(text.media)):
        log.warning("pictures are not taken, there are too many: message=%s", text.sid)
        return 0
    number = text.caller.number or ""
    units: tuple[str, ...] = ()
    if is_chair:
        units = roster.units_of_phone(parts.engine, known.election.id, number)
    arrivals = [
        Arrival(
            known.ledger_id,
            text.sid,
            index,
            url,
            parts.now(),
            key,
            last_four(number),
            units,
        )
        for index, url in enumerate(text.media)
    ]
    found = transact(parts.engine, lambda c: [images.add_image(c, arrival) for arrival in arrivals])
    new = [image_id for image_id in found if image_id is not None]
    for image_id in new:
        parts.enqueue(FETCH_IMAGE, image_id)
    return len(new)


def media_of(parts: AppContext) -> Media:
    """Where the settings' carrier keeps media."""
    return network_of(parts.settings).media()


def fetch_picture(parts: AppContext, media: Media, image_id: int) -> ImageState | None:
    """Fetches and keeps a picture, or writes down why not. Safe to repeat; None: there is none.

    Raises CarrierBusy where it may go later, OSError where it cannot be kept.
    """
    with reading(parts.engine) as connection:
        image = images.find_image(connection, image_id)
    if image is None or image.state is not ImageState.AWAITED:
        return image.state if image else None
    try:
        picture = redraw(media.fetch(image.url))
    except (CarrierRefused, NotAPicture) as error:
        return _refuse(parts, image, str(error))
    return _keep(parts, image, picture)


def fetch_overdue(parts: AppContext) -> int:
    """Queues again what a lost job has left, each once in a while. Raises RedisError."""
    with reading(parts.engine) as connection:
        overdue = images.awaited(connection, parts.now() - OVERDUE, AT_ONCE)
    mine = [n for n in overdue if parts.redis.set(f"{PREFIX}image:{n}", 1, nx=True, ex=AGAIN)]
    return sum(parts.enqueue(FETCH_IMAGE, image_id) for image_id in mine)


def _may(parts: AppContext, key: str, is_chair: bool, count: int) -> bool:
    """Whether so many more are taken. Without Redis only chairs' are: others could flood us."""
    kinds = {f"{PREFIX}images:{key}": MOST_OF_A_CHAIR if is_chair else MOST_OF_A_STRANGER}
    if not is_chair:
        kinds[f"{PREFIX}images:strangers"] = MOST_OF_STRANGERS
    try:
        with parts.redis.pipeline() as pipeline:
            for name in kinds:
                pipeline.set(name, 0, nx=True, ex=HOUR)
                pipeline.incrby(name, count)
            counted = pipeline.execute()[1::2]
    except RedisError:
        parts.counts["pictures"] += 1
        return is_chair
    return all(int(n) <= most for n, most in zip(counted, kinds.values(), strict=True))


def _refuse(parts: AppContext, image: StoredImage, why: str) -> ImageState:
    def write(connection: Connection) -> ImageState:
        held = images.lock_image(connection, image.id)
        if held is None or held.state is not ImageState.AWAITED:
            return ImageState.REFUSED if held is None else held.state
        images.change(connection, image.id, state=ImageState.REFUSED.value, why=why)
        after = {"image": image.id, "from": image.caller}
        log_activity(connection, parts, BY_CHECK, ActivityKind.IMAGE_REFUSED, after=after, note=why)
        return ImageState.REFUSED

    return transact(parts.engine, write)


def _keep(parts: AppContext, image: StoredImage, picture: Photograph) -> ImageState:
    """The files come first: a row never names a file that is not there."""
    files = ImageFiles(parts.settings.var)
    name = files.keep(picture.whole, picture.small)
    unit = image.units[0] if len(image.units) == 1 else ""
    state = ImageState.NEW if image.units else ImageState.QUARANTINED

    def write(connection: Connection) -> ImageState:
        held = images.lock_image(connection, image.id)
        if held is None or held.file == name or held.state is not ImageState.AWAITED:
            return state if held is None else held.state
        size = {"width": picture.width, "height": picture.height}
        images.change(connection, image.id, state=state.value, unit_code=unit, file=name, **size)
        if unit:
            after = {"image": image.id}
            log_activity(
                connection, parts, BY_ROSTER, ActivityKind.IMAGE_ATTACHED, unit=unit, after=after
            )
        return state

    try:
        return transact(parts.engine, write)
    finally:
        with reading(parts.engine) as connection:
            kept = images.find_image(connection, image.id)
        if kept is None or kept.file != name:  # another job was quicker
            files.remove(name)
