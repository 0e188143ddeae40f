"""Sending the code of a second factor, by text message or in a call of ours."""

from __future__ import annotations

import logging
from dataclasses import replace

from hotline.calls.names import spoken_unit, written_unit
from hotline.calls.prompts import Line, Prompt, digit_by_digit, line, speak
from hotline.election.model import Election
from hotline.guard.caller import last_four
from hotline.operations.calls.answer import telephone
from hotline.operations.context import AppContext
from hotline.store.calls import second_factor as codes
from hotline.store.calls.second_factor import Delivery
from hotline.store.database import reading
from hotline.telephony.network import Carrier, CarrierBusy, CarrierRefused

log = logging.getLogger(__name__)


def deliver_code(parts: AppContext, carrier: Carrier, token: str) -> int:
    """Sends the code that was handed over under this token; returns to how many phones.

    Each phone is sent it once, though a worker that dies on the way sends it to nobody: the caller
    asks for another. Raises CarrierBusy with the rest handed over again.
    """
    delivery = codes.take(parts.redis, token)
    if delivery is None:
        log.info("a code is not sent: it is too late for it")
        return 0
    with reading(parts.engine) as connection:
        election = parts.elections.of_ledger(connection, delivery.ledger_id)
    sent = 0
    for place, phone in enumerate(delivery.phones):
        try:
            _send(parts, carrier, election, delivery, phone)
            sent += 1
        except CarrierRefused as refused:
            log.warning("a code to …%s was refused: %s", last_four(phone), refused)
        except CarrierBusy:
            codes.hand_over(parts.redis, token, replace(delivery, phones=delivery.phones[place:]))
            raise
    return sent


def _send(
    parts: AppContext, carrier: Carrier, election: Election, delivery: Delivery, phone: str
) -> None:
    language, from_ = delivery.language, election.chairs_line
    election = election.in_language(language)
    if not delivery.spoken:
        prompt = Prompt.PIN_TEXT if delivery.is_pin else Prompt.SECOND_TEXT
        unit = written_unit(election.units[delivery.unit])
        text = _line(prompt, election, unit, delivery.code)
        carrier.send_text(from_, phone, speak(text, language))
        return
    unit = spoken_unit(election.units[delivery.unit])
    said = _line(Prompt.SECOND_SPOKEN, election, unit, digit_by_digit(delivery.code))
    carrier.call(from_, phone, telephone(parts).announcement((said,), language))


def _line(prompt: Prompt, election: Election, unit: str, code: str) -> Line:
    name = election.greeting or election.title
    return line(prompt, election=name, unit=unit, code=code)
