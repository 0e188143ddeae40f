"""The receipt: what was filed, by text message to the telephones the roster has for the unit."""

from __future__ import annotations

import logging

from redis import RedisError

from hotline.calls.names import spoken_unit
from hotline.calls.prompts import Prompt, line, speak
from hotline.guard.caller import last_four
from hotline.operations.context import AppContext
from hotline.store.database import reading
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
    """Texts the confirmation number to each phone of the unit, in the language in which it was
    reported; returns how many were sent.

    Safe to repeat: a phone gets the receipt of a report once. Raises CarrierBusy when some could
    not be sent now. Test reports are texted in the sandbox only: they must not reach real chairs.
    """
    with reading(parts.engine) as connection:
        place = reports.place_of(connection, report_id)
        if place is None:
            raise LookupError(f"there is no report {report_id}")
        ledger_id, unit_code = place
        language = reports.language_of(connection, report_id)
        ledger = ledgers.find_ledgers(connection, ledger_id)
        election = parts.elections.of_ledger(connection, ledger_id)
        phones = roster.phones_of_unit(connection, election.id, unit_code)
        versions = reports.of_unit(connection, ledger_id, unit_code)
    if (ledger is None or ledger.is_test) and not parts.settings.sandbox:
        log.info("receipt of report %d not sent: test data", report_id)
        return 0
    (number,) = (version.confirmation for version in versions if version.id == report_id)
    spoken = language or election.languages[0]
    election = election.in_language(spoken)
    unit = spoken_unit(election.units[unit_code])
    said = line(Prompt.RECEIPT, election=election.title, unit=unit, number=number)
    body = speak(said, spoken)
    return sum(_send_once(parts, carrier, report_id, election.chairs_line, p, body) for p in phones)


def _send_once(
    parts: AppContext, carrier: Carrier, report_id: int, from_: str, to: str, body: str
) -> bool:
    """Claims the receipt before it is sent, and gives it back if the carrier is busy."""
    key = f"hotline:receipt:{report_id}:{to}"
    if not parts.redis.set(key, "sent", nx=True, ex=REMEMBERED):
        return False
    try:
        carrier.send_text(from_, to, body)
    except CarrierRefused as refused:
        log.warning("receipt of report %d to …%s refused: %s", report_id, last_four(to), refused)
        return False
    except CarrierBusy:
        parts.redis.delete(key)
        raise
    return True
