"""Answering a text message: what a chair can do about a report, or where the results are."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from hotline.calls import texts
from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.turns import NO_REPORTS
from hotline.guard.triage import CallerStanding, Entrance
from hotline.operations.admission import drill
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.calls.entrances import entrance_of
from hotline.operations.context import AppContext
from hotline.operations.desk.entry.pictures import TakenPictures, take_pictures
from hotline.operations.roster.phone_language import language_of, language_of_anybody
from hotline.operations.roster.phone_reports import reports_of
from hotline.store.database import reading
from hotline.store.elections import ActiveElection
from hotline.store.roster import roster
from hotline.telephony.events import IncomingText

log = logging.getLogger(__name__)

HELP = frozenset({"help", "info", "ayuda"})


def reply_to(parts: AppContext, door: FrontDoor, text: IncomingText) -> str | None:
    """What is sent back; None: nothing, or nothing yet. Never because of what the message says,
    but that a call for help gets an answer also where another would not.

    Pictures that came with it are taken in besides. A chair's are acknowledged once they are here.
    """
    pictures = _take_pictures(parts, door, text)
    known = parts.known_election()
    if known is None or not text.sid or text.is_answered:
        return None
    is_chair = door.standing(text.caller) is CallerStanding.ROSTER
    asks_help = text.body.strip().casefold() in HELP
    if is_chair and not asks_help and _are_all_taken(pictures):
        return None
    entrance = entrance_of(known, text.line_called)
    if not door.answers_text(text.sid, text.caller, entrance, known.ledger_id, asks_help=asks_help):
        return None
    before = _of_pictures(pictures, is_chair=is_chair)
    if is_chair:
        return _to_chair(parts, known, text.caller.number or "", before)
    return _to_anybody(parts, known, text.caller.number or "", entrance, before)


def _take_pictures(parts: AppContext, door: FrontDoor, text: IncomingText) -> TakenPictures | None:
    """What became of a message's pictures; None where the database did not take them."""
    if not text.media:
        return TakenPictures()
    try:
        return take_pictures(parts, door, text)
    except SQLAlchemyError:
        log.exception("pictures are not taken, message=%s", text.sid)
        return None


def _are_all_taken(pictures: TakenPictures | None) -> bool:
    return pictures is not None and pictures.taken > 0 and not pictures.left_out


def _of_pictures(pictures: TakenPictures | None, *, is_chair: bool) -> tuple[Line, ...]:
    if pictures is None:
        return (line(Prompt.PHOTOS_NOT_TAKEN),)
    said = []
    if pictures.taken and not is_chair:
        said.append(line(Prompt.PHOTOS_UNKNOWN))
    if pictures.left_out:
        said.append(line(Prompt.PHOTOS_LEFT_OUT, n=pictures.left_out))
    return tuple(said)


def _to_chair(
    parts: AppContext, known: ActiveElection, phone: str, before: tuple[Line, ...]
) -> str:
    election, reports = known.election, NO_REPORTS
    language = language_of_anybody(parts, election, phone)
    try:
        units = roster.units_of_phone(parts.engine, election.id, phone)
        with reading(parts.engine) as connection:
            reports = reports_of(connection, election, known.ledger_id, units)
            language = language_of(parts, connection, election, known.ledger_id, phone, units)
    except SQLAlchemyError:
        log.exception("a chair is not told how the reports stand")
    said = texts.answer_to_chair(election.in_language(language), reports)
    return _body(parts, known, (*before, *said), language)


def _to_anybody(
    parts: AppContext,
    known: ActiveElection,
    phone: str,
    entrance: Entrance,
    before: tuple[Line, ...],
) -> str:
    address = parts.settings.results_address
    is_chairs_line = entrance is Entrance.CHAIRS
    said = texts.answer_to_anybody(known.election, address, is_chairs_line=is_chairs_line)
    language = language_of_anybody(parts, known.election, phone)
    return _body(parts, known, (*before, *said), language)


def _body(parts: AppContext, known: ActiveElection, said: tuple[Line, ...], language: str) -> str:
    is_drill = drill.is_said(parts, known, None)
    return texts.body(known.election, said, language, is_drill=is_drill)
