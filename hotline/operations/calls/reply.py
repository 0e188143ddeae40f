"""Answering a text message: where the results are, once in a while to a number."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from hotline.calls.prompts import Prompt, line, speak
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.calls.answer import entrance_of
from hotline.operations.context import AppContext
from hotline.operations.desk.entry.pictures import take_pictures
from hotline.telephony.events import IncomingText

log = logging.getLogger(__name__)

NOT_FOR_US = frozenset(
    {
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "optout",
        "revoke",
        "start",
        "unstop",
        "yes",
        "help",
        "info",
    }
)
"""Words by which people leave and join; the carrier answers them itself."""


def reply_to(parts: AppContext, door: FrontDoor, text: IncomingText) -> str | None:
    """What is sent back; None: nothing. The same whatever the message says.

    Pictures that came with it are taken in besides; without the database they are lost.
    """
    if text.media:
        try:
            take_pictures(parts, door, text)
        except SQLAlchemyError:
            log.exception("pictures are not taken, message=%s", text.sid)
    known = parts.known_election()
    if known is None or not text.sid or text.body.strip().casefold() in NOT_FOR_US:
        return None
    entrance = entrance_of(known, text.line_called)
    if not door.answers_text(text.sid, text.caller, entrance, known.ledger_id):
        return None
    address = parts.settings.results_address
    election = known.election
    said = line(Prompt.RESULTS_TEXT, election=election.title, address=address)
    return speak(said, election.languages[0])
