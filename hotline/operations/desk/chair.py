"""What staff do about a caller: make sure who it is, a new PIN, a note, a callback, a block."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from redis import RedisError

from hotline.guard.caller import key_of, last_four
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.admission.block_requests import block_or_ask
from hotline.operations.admission.blocks import Added, BlockingError
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskError, DeskServices
from hotline.operations.desk.callbacks import call_soon
from hotline.operations.roster import pins
from hotline.store.calls import call_log
from hotline.store.calls import second_factor as codes
from hotline.store.calls.second_factor import Delivery
from hotline.store.database import reading, transact
from hotline.store.desk.waiting import OUTGOING, Class, PersonRequest, WaitingStore
from hotline.store.enums import Role
from hotline.store.queues import SEND_CODE
from hotline.store.reports import ledgers, reports
from hotline.store.roster import roster

log = logging.getLogger(__name__)

MOST_SENDS = 3
"""Texts with a code or PIN to one unit's phones in an hour, as for the second factor."""

USUAL_BLOCK = timedelta(hours=24)


class How(StrEnum):
    """How staff made sure that somebody is the chair; a chair passes with two of them."""

    NAME = "name"  # said the chair's name before hearing it
    PHONE = "phone"  # said the end of another phone on the roster
    PLACE = "place"  # said where the caucus meets, and how many delegates it elects
    KNOWN = "known"  # is known to somebody here, who is named in the note


NEEDED = 2


def add_note(
    parts: AppContext, who: Actor, text: str, *, call_sid: str = "", unit: str = ""
) -> None:
    """A note on a call or a unit. Raises DeskError, NotAllowedError."""
    require(who, Role.STAFF)
    said = text.strip()
    if not said:
        raise DeskError("write something first")
    _log(parts, who, ActivityKind.NOTE, call_sid=call_sid, unit=unit, note=said)


def verify_otherwise(
    parts: AppContext,
    who: Actor,
    unit: str,
    how: Collection[How],
    *,
    digits: str = "",
    call_sid: str = "",
    calling_from: str = "",
    note: str = "",
) -> None:
    """Puts down how staff made sure that this is the unit's chair.

    `digits` are the last four that the caller said of another phone than the one he calls from
    (`calling_from`, its last four); they are compared here. Raises DeskError, NotAllowedError.
    """
    require(who, Role.STAFF)
    ways = set(how)
    if digits.strip():
        if digits.strip() not in _other_phones(parts, unit, calling_from):
            _log(
                parts,
                who,
                ActivityKind.CHAIR_VERIFIED_OTHERWISE,
                call_sid=call_sid,
                unit=unit,
                note="said digits of no other phone on the roster: not the chair so far",
            )
            raise DeskError("no other phone on the roster ends like that")
        ways.add(How.PHONE)
    elif How.PHONE in ways:
        raise DeskError("key the four digits that the caller says")
    if How.KNOWN in ways and not note.strip():
        raise DeskError("write down who knows the caller, and from where")
    if len(ways) < NEEDED:
        raise DeskError("one answer is not enough: two of them must be right")
    said = ", ".join(sorted(ways))
    _log(
        parts,
        who,
        ActivityKind.CHAIR_VERIFIED_OTHERWISE,
        call_sid=call_sid,
        unit=unit,
        note=f"by {said}" + (f"; {note.strip()}" if note.strip() else ""),
    )


def _other_phones(parts: AppContext, unit: str, calling_from: str) -> set[str]:
    ends = {last_four(phone) for phone in _phones(parts, unit)}
    return {end for end in ends if re.fullmatch(r"\d{4}", end)} - {calling_from}


def _phones(parts: AppContext, unit: str) -> list[str]:
    election = parts.election().election
    with reading(parts.engine) as connection:
        return roster.phones_of_unit(connection, election.id, unit)


def text_new_pin(parts: AppContext, who: Actor, unit: str, call_sid: str = "") -> int:
    """Makes a new PIN and texts it to the unit's own phones; nobody here sees it.

    The old one is dead from then on, also where only the text message fails: then another is made.
    Returns to how many phones it goes. Raises DeskError, NotAllowedError.
    """
    require(who, Role.STAFF)
    active = parts.election()
    phones = tuple(_phones(parts, unit))
    if not phones:
        raise DeskError("no phone is on the roster for this precinct: enter the report instead")
    with reading(parts.engine) as connection:
        ledger = ledgers.find_ledgers(connection, active.ledger_id)
        reported_in = reports.language_of_unit(connection, active.ledger_id, unit)
    if (ledger is None or ledger.is_test) and not parts.settings.sandbox:
        raise DeskError("this is a test: no text message goes to real chairs")
    caller = WaitingStore(parts.redis).find(call_sid) if call_sid else None
    language = caller.language if caller else reported_in or active.election.languages[0]
    try:
        if not codes.count_send(parts.redis, unit, MOST_SENDS):
            raise DeskError("too many codes were sent to this precinct's phones in the last hour")
        pin = pins.reissue(parts, unit)
        token = secrets.token_urlsafe(16)
        delivery = Delivery(pin, active.ledger_id, unit, False, phones, language, is_pin=True)
        codes.hand_over(parts.redis, token, delivery)
    except RedisError as error:
        raise DeskError("the text message could not be sent: try again") from error
    if not parts.enqueue(SEND_CODE, token):
        raise DeskError("the text message could not be sent: try again")
    to = f"{len(phones)} phones of the roster" if len(phones) > 1 else "the roster's phone"
    note = f"by text message to {to}"
    _log(parts, who, ActivityKind.PIN_REISSUED, call_sid=call_sid, unit=unit, note=note)
    return len(phones)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A caller who is turned away from now on; `ends`: the last four digits of the number.

    `until` None: not yet, as the number is on the roster; a second person is asked to agree.
    """

    ends: str
    until: datetime | None


def block_caller(
    board: DeskServices, who: Actor, call_sid: str, caller_key: str, reason: str
) -> Blocked:
    """Marks a call as a nuisance and blocks its number, where that is known.

    A number of the roster is not blocked yet: a second person is asked to agree. Raises DeskError,
    as for a number that is not kept (withheld, say).
    """
    require(who, Role.STAFF)
    parts = board.parts
    _log(parts, who, ActivityKind.NUISANCE, call_sid=call_sid, note=reason)
    with reading(parts.engine) as connection:
        number = call_log.number_of(connection, caller_key) if caller_key else None
    if number is None:
        raise DeskError("it is noted; the number is not known to us, so it cannot be blocked")
    try:
        done = block_or_ask(parts, number, reason, USUAL_BLOCK, who, call_sid)
    except BlockingError as error:
        raise DeskError(f"it is noted, and not blocked: {error}") from error
    return Blocked(last_four(number), done.until if isinstance(done, Added) else None)


def agree_callback(board: DeskServices, who: Actor, sid: str) -> None:
    """A number that is not on the roster may be called back. Raises DeskError, NotAllowedError."""
    require(who, Role.SUPERVISOR)
    waiter = board.waiting.find(sid)
    if waiter is None or not board.waiting.agree(sid):
        raise DeskError("this caller is not waiting to be called back")
    _log(board.parts, who, ActivityKind.CALLBACK_AGREED, call_sid=sid, unit=waiter.unit)
    call_soon(board.parts)


def call_unit(
    board: DeskServices,
    who: Actor,
    unit: str,
    note: str = "",
    turn: int = 0,
    reason: str = "has not reported",
) -> str:
    """Puts a unit down to be called, at its chair's phone; returns the name of the case.

    It waits among the callers as a callback does, and is taken as one. `turn`: how often it was
    called in vain before, as the phones of the roster take turns. `reason`: why, for whoever
    takes it. Raises DeskError.
    """
    require(who, Role.STAFF)
    parts = board.parts
    election = parts.election().election
    phones = _phones(parts, unit)
    if not phones:
        raise DeskError("no phone is on the roster for this precinct")
    if parts.election().is_test and not parts.settings.sandbox:
        raise DeskError("this is a test: real chairs are not called")
    sid, phone = f"{OUTGOING}{unit}", phones[turn % len(phones)]
    asking = PersonRequest(
        rank=Class.ROSTER,
        caller=key_of(parts.settings.pin_pepper.get_secret_value(), phone),
        last4=last_four(phone),
        number=phone,
        standing="roster",
        unit=unit,
        reason=reason,
        language=election.languages[0],
        step=0,
        line=election.chairs_line,
    )
    board.waiting.join(sid, asking, parts.now())
    word = board.waiting.call_back(sid, agreed=True)
    if word == "known":
        raise DeskError("this phone is put down to be called already")
    if word != "kept":
        raise DeskError(f"it could not be put down: {word}")
    _log(parts, who, ActivityKind.CALLBACK_SCHEDULED, call_sid=sid, unit=unit, note=note)
    call_soon(parts)
    return sid


def _log(
    parts: AppContext,
    who: Actor,
    kind: ActivityKind,
    *,
    call_sid: str = "",
    unit: str = "",
    note: str = "",
    after: dict[str, object] | None = None,
) -> None:
    transact(
        parts.engine,
        lambda connection: log_activity(
            connection, parts, who, kind, call_sid=call_sid, unit=unit, note=note, after=after
        ),
    )
