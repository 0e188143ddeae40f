"""The second factor for borrowed phones: a code that only the unit's own phones are told.

Whoever calls from another phone keys it after the PIN, by policy or while PINs are being guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets

from redis import RedisError

from hotline.election.model import Election
from hotline.guard.pins import make_pin
from hotline.operations.context import AppContext
from hotline.store.calls import second_factor as codes
from hotline.store.calls.second_factor import Delivery
from hotline.store.database import reading
from hotline.store.queues import SEND_CODE
from hotline.store.reports import ledgers
from hotline.store.roster import roster

log = logging.getLogger(__name__)

TRIES = 3
MOST_SENDS = 3
"""Codes to one unit's phones in an hour: a guesser must not be able to ring a chair all night."""

_DOMAIN = b"hotline second factor, version 1\0"


def send_code(
    parts: AppContext,
    election: Election,
    ledger_id: int,
    sid: str,
    unit: str,
    caller_number: str | None,
    spoken: bool,
    language: str,
) -> bool:
    """Has a fresh code sent to each phone of the unit but the one that is calling (E.164), in the
    `language` (ISO 639-1) of the call.

    It holds for this call only, and any earlier one is void. False where there is no other phone,
    where too many codes were sent lately, where Redis does not take it; and for test data outside
    the sandbox, which must not reach real chairs. Raises SQLAlchemyError.
    """
    with reading(parts.engine) as connection:
        ledger = ledgers.find_ledgers(connection, ledger_id)
        phones = roster.phones_of_unit(connection, election.id, unit)
    others = tuple(phone for phone in phones if phone != caller_number)
    if (ledger is None or ledger.is_test) and not parts.settings.sandbox:
        log.info("no code is sent for precinct %s: test data", unit)
        return False
    if not others:
        return False
    code = make_pin(secrets.randbelow, unit)
    try:
        if not codes.count_send(parts.redis, unit, MOST_SENDS):
            log.warning("no code is sent for precinct %s: too many were, call=%s", unit, sid)
            return False
        codes.keep(parts.redis, sid, _hash(parts, sid, code), TRIES)
        token = secrets.token_urlsafe(16)
        delivery = Delivery(code, ledger_id, unit, spoken, others, language)
        codes.hand_over(parts.redis, token, delivery)
    except RedisError as error:
        parts.counts["second factor"] += 1
        log.warning("no code is sent: %s, call=%s", type(error).__name__, sid)
        return False
    return parts.enqueue(SEND_CODE, token)


def check_code(parts: AppContext, sid: str, code: str) -> bool:
    """Whether this is the code that was sent for this call. Raises RedisError.

    A right one works once; after three wrong ones, or ten minutes, none works any more.
    """
    return codes.check(parts.redis, sid, _hash(parts, sid, code))


def _hash(parts: AppContext, sid: str, code: str) -> str:
    pepper = parts.settings.pin_pepper.get_secret_value()
    if not pepper:
        raise ValueError("PIN_PEPPER is not set: the hash of a code would protect nothing")
    message = _DOMAIN + f"{sid}\0{code}".encode("utf-8", "surrogatepass")
    return hmac.new(pepper.encode(), message, hashlib.sha256).hexdigest()
