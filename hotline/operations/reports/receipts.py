"""The receipt: what was filed, by text message to the telephones the roster has for the unit."""

from __future__ import annotations

import logging

from redis import RedisError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from hotline.calls import texts
from hotline.guard.caller import last_four
from hotline.operations.admission import drill
from hotline.operations.context import AppContext
from hotline.operations.roster.phone_language import language_of
from hotline.store.database import reading
from hotline.store.keys import PREFIX
from hotline.store.monitoring import carrier_state
from hotline.store.reports import ledgers, reports
from hotline.store.roster import roster
from hotline.telephony.network import TIMEOUT, Carrier, CarrierBusy, CarrierRefused
from hotline.telephony.networks import network_of

log = logging.getLogger(__name__)

REMEMBERED = 7 * 24 * 3600  # seconds; a receipt is not sent twice within them


def carrier_of(parts: AppContext, timeout: float = TIMEOUT) -> Carrier:
    """The carrier as the settings have it. `timeout`: seconds for a request."""

    def heard(failure: str) -> None:
        try:
            carrier_state.note_carrier(parts.redis, parts.now(), failure)
        except RedisError:
            parts.counts["carrier state"] += 1

    return network_of(parts.settings).carrier(timeout, heard)


def send_receipt(parts: AppContext, carrier: Carrier, report_id: int) -> int:
    """Texts to each phone of the unit what became of a report, in the language of its call, or
    else that of the phone's last one; returns how many were sent.

    Safe to repeat: a phone gets the receipt of a report once. Raises CarrierBusy when some could
    not be sent now. Test reports are texted in the sandbox only: they must not reach real chairs.
    """
    with reading(parts.engine) as connection:
        place = reports.place_of(connection, report_id)
        if place is None:
            raise LookupError(f"there is no report {report_id}")
        ledger_id, unit = place
        if not _may_be_texted(parts, connection, ledger_id):
            log.info("receipt of report %d not sent: test data", report_id)
            return 0
        election = parts.elections.of_ledger(connection, ledger_id)
        [report] = reports.of_ids(connection, [report_id])
        spoken = reports.language_of(connection, report_id)
        phones = {
            phone: spoken or language_of(parts, connection, election, ledger_id, phone, [unit])
            for phone in roster.phones_of_unit(connection, election.id, unit)
        }

    def body(language: str) -> str:
        named = election.in_language(language)
        said = texts.receipt(named, unit, report.outcome, report.confirmation)
        return texts.body(election, said, language, is_drill=drill.is_said_in(parts, ledger_id))

    what, from_ = f"receipt:{report_id}", election.chairs_line
    return sum(
        send_claimed(parts, carrier, what, from_, phone, body(language))
        for phone, language in phones.items()
    )


def is_going_out(parts: AppContext, ledger_id: int, phone: str) -> bool:
    """Whether the receipt of a report is known to go out to a phone (E.164) of its precinct: texts
    may be, the last one was, and the carrier has not refused this phone lately.
    """
    try:
        state = carrier_state.carrier_state(parts.redis)
        if state.succeeded_at is None or state.is_failing or parts.redis.exists(_refused(phone)):
            return False
        with reading(parts.engine) as connection:
            return _may_be_texted(parts, connection, ledger_id)
    except (RedisError, SQLAlchemyError, ValueError):
        return False


def _may_be_texted(parts: AppContext, connection: Connection, ledger_id: int) -> bool:
    ledger = ledgers.find_ledgers(connection, ledger_id)
    return parts.settings.sandbox or (ledger is not None and not ledger.is_test)


def _refused(phone: str) -> str:
    """Where it is kept that the carrier takes no text for a phone: it may be a landline."""
    return f"{PREFIX}no-texts:{phone}"


def send_claimed(
    parts: AppContext, carrier: Carrier, what: str, from_: str, to: str, body: str
) -> bool:
    """Sends a text that a phone is to get once: claimed before, and given back if the carrier is
    busy. `what` tells it from any other. Raises CarrierBusy, redis.RedisError.
    """
    key = f"{PREFIX}{what}:{to}"
    if not parts.redis.set(key, "sent", nx=True, ex=REMEMBERED):
        return False
    try:
        carrier.send_text(from_, to, body)
    except CarrierRefused as refused:
        log.warning("%s to …%s refused: %s", what, last_four(to), refused)
        parts.redis.set(_refused(to), "1", ex=REMEMBERED)
        return False
    except CarrierBusy:
        parts.redis.delete(key)
        raise
    return True
