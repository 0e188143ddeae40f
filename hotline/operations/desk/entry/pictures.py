"""Photographs by text message: written down when they come, fetched by a job, drawn anew, kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass
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
from hotline.store.elections import ActiveElection
from hotline.store.enums import ImageState
from hotline.store.keys import PREFIX
from hotline.store.queues import ACKNOWLEDGE_IMAGES, FETCH_IMAGE
from hotline.store.roster import roster
from hotline.telephony.events import IncomingText
from hotline.telephony.network import CarrierRefused, Media, MediaMissing
from hotline.telephony.networks import network_of

log = logging.getLogger(__name__)

BY_ROSTER = rule("the roster's telephone")
BY_CHECK = rule("check of pictures")
HOUR = 3600  # seconds
MOST_OF_A_MESSAGE = 10
MOST_OF_A_CHAIR, MOST_OF_A_STRANGER, MOST_OF_STRANGERS = 60, 5, 100
"""Pictures an hour that are taken: from one telephone, and from all that are not on the roster."""
NEVER_THERE = timedelta(minutes=10)
"""A picture that the carrier does not have by then, it will not have."""
OVERDUE = timedelta(minutes=20)
AGAIN = 1200  # seconds until an overdue picture is queued once more
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class TakenPictures:
    """How many pictures of a message are fetched, and how many it had besides."""

    taken: int = 0
    left_out: int = 0


def take_pictures(parts: AppContext, door: FrontDoor, text: IncomingText) -> TakenPictures:
    """Has what came with a message fetched, as much as may be. The same again changes nothing.

    Raises SQLAlchemyError.
    """
    known = parts.known_election()
    if known is None or not text.sid or not text.media:
        return TakenPictures()
    with reading(parts.engine) as connection:
        before = images.of_message(connection, text.sid)
    if before:
        return TakenPictures(len(before), max(0, len(text.media) - len(before)))
    arrivals = _arrivals(parts, door, text, known)
    found = transact(parts.engine, lambda c: [images.add_image(c, arrival) for arrival in arrivals])
    for image_id in found:
        if image_id is not None:
            parts.enqueue(FETCH_IMAGE, image_id)
    left_out = len(text.media) - len(arrivals)
    if left_out:
        log.warning("%d pictures are not taken, as too many came: message=%s", left_out, text.sid)
    return TakenPictures(len(arrivals), left_out)


def _arrivals(
    parts: AppContext, door: FrontDoor, text: IncomingText, known: ActiveElection
) -> list[Arrival]:
    """Those of the message's pictures that are taken."""
    key, number = door.key_of(text.caller), text.caller.number or ""
    is_chair = door.standing(text.caller) is CallerStanding.ROSTER
    taken = _allowed(parts, key, is_chair, min(len(text.media), MOST_OF_A_MESSAGE))
    units: tuple[str, ...] = ()
    if is_chair:
        units = roster.units_of_phone(parts.engine, known.election.id, number)
    now, last4 = parts.now(), last_four(number)
    return [
        Arrival(known.ledger_id, text.sid, index, url, now, key, last4, units)
        for index, url in enumerate(text.media[:taken])
    ]


def media_of(parts: AppContext) -> Media:
    """Where the settings' carrier keeps media."""
    return network_of(parts.settings).media()


def fetch_picture(parts: AppContext, media: Media, image_id: int) -> ImageState | None:
    """Fetches and keeps a picture, or writes down why not; whoever is on the roster is then told.

    Safe to repeat; None: there is none. Raises CarrierBusy where it may go later, OSError where it
    cannot be kept.
    """
    with reading(parts.engine) as connection:
        image = images.find_image(connection, image_id)
    if image is None:
        return None
    state = _fetch(parts, media, image) if image.state is ImageState.AWAITED else image.state
    if image.units:
        parts.enqueue(ACKNOWLEDGE_IMAGES, image_id)
    return state


def _fetch(parts: AppContext, media: Media, image: StoredImage) -> ImageState:
    try:
        picture = redraw(media.fetch(image.url))
    except MediaMissing:
        if parts.now() - image.arrived_at < NEVER_THERE:
            raise
        return _refuse(parts, image, "it never came to where the network keeps pictures")
    except (CarrierRefused, NotAPicture) as error:
        return _refuse(parts, image, str(error))
    return _keep(parts, image, picture)


def fetch_overdue(parts: AppContext) -> int:
    """Queues again what a lost job has left, each once in a while. Raises RedisError."""
    with reading(parts.engine) as connection:
        overdue = images.awaited(connection, parts.now() - OVERDUE, AT_ONCE)
    mine = [n for n in overdue if parts.redis.set(f"{PREFIX}image:{n}", 1, nx=True, ex=AGAIN)]
    return sum(parts.enqueue(FETCH_IMAGE, image_id) for image_id in mine)


def _allowed(parts: AppContext, key: str, is_chair: bool, wanted: int) -> int:
    """How many more are taken. Without Redis only chairs' are: others could flood us."""
    try:
        own = MOST_OF_A_CHAIR if is_chair else MOST_OF_A_STRANGER
        granted = _granted(parts, f"{PREFIX}images:{key}", own, wanted)
        if is_chair or not granted:
            return granted
        return _granted(parts, f"{PREFIX}images:strangers", MOST_OF_STRANGERS, granted)
    except RedisError:
        parts.counts["pictures"] += 1
        return wanted if is_chair else 0


def _granted(parts: AppContext, name: str, most: int, wanted: int) -> int:
    """How many of these still go into an hour's `most`; they are counted."""
    with parts.redis.pipeline() as pipeline:
        pipeline.set(name, 0, nx=True, ex=HOUR)
        pipeline.incrby(name, wanted)
        counted = int(pipeline.execute()[1])
    return max(0, min(wanted, most - (counted - wanted)))


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
