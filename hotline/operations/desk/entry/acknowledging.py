"""That photographs have arrived, by text message to the telephone of the roster that sent them."""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from hotline.calls import texts
from hotline.calls.texts import SentPictures
from hotline.election.model import Election
from hotline.guard.caller import key_of
from hotline.operations.admission import drill
from hotline.operations.context import AppContext
from hotline.operations.reports.receipts import send_claimed
from hotline.operations.roster.phone_language import language_of
from hotline.operations.roster.phone_reports import reports_of
from hotline.store.database import reading
from hotline.store.desk import images
from hotline.store.desk.images import StoredImage
from hotline.store.enums import ImageState
from hotline.store.keys import PREFIX
from hotline.store.roster import roster
from hotline.telephony.network import Carrier

log = logging.getLogger(__name__)

MOST_AN_HOUR = 30
"""Acknowledgements to one telephone: whoever forges its number must not make us text it all night.
"""
HOUR = 3600  # seconds


def acknowledge(parts: AppContext, carrier: Carrier, image_id: int) -> bool:
    """Texts what became of the pictures of a message, once it is known of all of them.

    Safe to repeat: a message is acknowledged once. False where nothing is sent (now). Raises
    CarrierBusy, redis.RedisError, SQLAlchemyError.
    """
    with reading(parts.engine) as connection:
        image = images.find_image(connection, image_id)
        sent = images.of_message(connection, image.message_sid) if image else []
        if image is None or any(each.state is ImageState.AWAITED for each in sent):
            return False
        election = parts.elections.of_ledger(connection, image.ledger_id)
        phone = _phone_of(parts, connection, election, image)
        if not phone:
            return False
        body = _body(parts, connection, election, phone, sent)
    if not _may(parts, image):
        log.warning("photographs are not acknowledged: too many were to …%s", image.caller)
        return False
    what = f"photographs:{image.message_sid}"
    return send_claimed(parts, carrier, what, election.chairs_line, phone, body)


def _body(
    parts: AppContext,
    connection: Connection,
    election: Election,
    phone: str,
    sent: list[StoredImage],
) -> str:
    ledger_id, units = sent[0].ledger_id, sent[0].units
    language = language_of(parts, connection, election, ledger_id, phone, units)
    arrived = sum(each.file is not None for each in sent)
    said = texts.photographs(
        election.in_language(language),
        reports_of(connection, election, ledger_id, units),
        SentPictures(arrived, len(sent) - arrived),
    )
    return texts.body(election, said, language, is_drill=drill.is_said_in(parts, ledger_id))


def _phone_of(
    parts: AppContext, connection: Connection, election: Election, image: StoredImage
) -> str:
    """The number that a picture came from, as the roster has it; empty where it has it no more."""
    pepper = parts.settings.pin_pepper.get_secret_value()
    phones = (
        phone
        for unit in image.units
        for phone in roster.phones_of_unit(connection, election.id, unit)
    )
    return next((each for each in phones if key_of(pepper, each) == image.caller_key), "")


def _may(parts: AppContext, image: StoredImage) -> bool:
    """Whether this telephone may be sent one more this hour; the same message counts once."""
    hour = int(parts.now().timestamp()) // HOUR
    name = f"{PREFIX}acknowledged:{image.caller_key}:{hour}"
    with parts.redis.pipeline() as pipeline:
        pipeline.sadd(name, image.message_sid)
        pipeline.expire(name, HOUR)
        pipeline.scard(name)
        counted = int(pipeline.execute()[2])
    return counted <= MOST_AN_HOUR
