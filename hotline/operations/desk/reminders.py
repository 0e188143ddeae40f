"""Reminders by text message to chairs who have not reported: prepared, looked at, and sent once.

Before the day they invite to practice.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from hotline.calls.names import written_unit
from hotline.calls.prompts import Prompt, line, speak
from hotline.election.model import Election
from hotline.guard.caller import key_of, last_four
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.admission.costs import MILLIONTHS, prices_of
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskError, account_of
from hotline.operations.desk.outstanding import missing_units
from hotline.operations.roster.readiness_call import is_early
from hotline.store.database import reading, transact
from hotline.store.desk.pace import Pace
from hotline.store.desk.reminders import Batch, BatchState, Fate, Plan, ReminderStore, ReminderText
from hotline.store.enums import ActivityKind, Role
from hotline.store.queues import REMIND
from hotline.store.roster import roster
from hotline.telephones import national
from hotline.telephony.network import Carrier, CarrierBusy, CarrierRefused, CarrierThrottled
from hotline.telephony.segments import count_segments

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds from one reminder to the next, of all processes
LONGEST_TURN = 2.0  # seconds; codes that callers wait for go through the same queue
NAMED = 2  # units that a text names; of more it says how many


@dataclass(frozen=True, slots=True)
class ReminderPreview:
    """What would be sent. `samples`: one text of each kind, as it would arrive."""

    token: str  # to send it with; empty where there is nothing to send
    units: int  # about which a text goes out
    phones: int
    messages: int  # what the network charges: a long text is several
    cost: float  # in the currency of the settings
    lately: int  # phones left out, as they had a reminder within the hour
    without_phone: int  # units
    samples: Sequence[str]


def prepare(
    parts: AppContext, who: Actor, units: Iterable[str], languages: Sequence[str], about: str
) -> ReminderPreview:
    """Lays down a text to each phone of these units' chairs that have not reported.

    Nothing is sent. Raises DeskError, NotAllowedError; redis.RedisError, SQLAlchemyError.
    """
    require(who, Role.SUPERVISOR)
    _refuse_a_test(parts)
    active = parts.election()
    election = active.election
    spoken = [each for each in election.languages if each in languages]
    if not spoken:
        raise DeskError("choose a language")
    if not election.chairs_line:
        raise DeskError("the election names no telephone line to send from")
    by_phone, without = _by_phone(parts, election, frozenset(units))
    store = ReminderStore(parts.redis)
    keys = {phone: _key(parts, phone) for phone in by_phone}
    prompt = Prompt.INVITATION if is_early(active, parts.now()) else Prompt.REMINDER
    lately = store.had_lately(list(keys.values()))
    texts = [
        ReminderText(phone, _body(election, codes, spoken, prompt), codes)
        for phone, codes in by_phone.items()
        if keys[phone] not in lately
    ]
    messages = sum(count_segments(text.body) for text in texts)
    token = secrets.token_urlsafe(16) if texts else ""
    if texts:
        plan = Plan(active.ledger_id, account_of(who), who.name, about, len(texts), messages)
        store.prepare(token, plan, texts)
    return ReminderPreview(
        token,
        units=len({code for text in texts for code in text.units}),
        phones=len(texts),
        messages=messages,
        cost=messages * prices_of(parts.settings).text / MILLIONTHS,
        lately=len(by_phone) - len(texts),
        without_phone=without,
        samples=_samples(texts),
    )


def _refuse_a_test(parts: AppContext) -> None:
    if parts.election().is_test and not parts.settings.sandbox:
        raise DeskError("this is a test: no text message goes to real chairs")


def _by_phone(
    parts: AppContext, election: Election, wanted: frozenset[str]
) -> tuple[dict[str, tuple[str, ...]], int]:
    """The missing units of each phone, and how many units have none."""
    found: dict[str, tuple[str, ...]] = {}
    with reading(parts.engine) as connection:
        missing = missing_units(connection, parts.election().ledger_id) & wanted
        phones = roster.phones_of_units(connection, election.id)
    for code in sorted(missing):
        for phone in phones.get(code, ()):
            found[phone] = (*found.get(phone, ()), code)
    return found, sum(1 for code in missing if not phones.get(code))


def _body(
    election: Election, codes: Sequence[str], languages: Sequence[str], prompt: Prompt
) -> str:
    """The text, in each of the languages, one below the other."""
    return "\n".join(_text(election.in_language(each), codes, each, prompt) for each in languages)


def _text(election: Election, codes: Sequence[str], language: str, prompt: Prompt) -> str:
    names = [written_unit(election.units[code]) for code in codes]
    more = len(names) - NAMED
    said = ", ".join(names[:NAMED]) + (f" (+{more})" if more > 0 else "")
    invited = line(
        prompt,
        election=election.greeting or election.title,
        unit=said,
        number=national(election.chairs_line),
    )
    return speak(invited, language)


def _samples(texts: Sequence[ReminderText]) -> list[str]:
    """One for a phone with one unit, and one for a phone with the most."""
    by_units = sorted(texts, key=lambda text: len(text.units))
    return list(dict.fromkeys(text.body for text in (*by_units[:1], *by_units[-1:])))


# --- Sending


def send(parts: AppContext, who: Actor, token: str) -> Batch:
    """What was prepared goes out, once however often it is asked.

    Raises DeskError, NotAllowedError; redis.RedisError, SQLAlchemyError.
    """
    require(who, Role.SUPERVISOR)
    _refuse_a_test(parts)
    store = ReminderStore(parts.redis)
    batch = _found(store, token)
    if batch.plan.ledger_id != parts.election().ledger_id:
        raise DeskError("another election is open by now: prepare it again")
    if batch.plan.account_id != who.account_id:
        raise DeskError(f"{batch.plan.who} has prepared this, and sends it")
    if store.begin(token, parts.now()):
        _write_down(
            parts, who, note=f"reminders begun: {batch.plan.texts} texts, {batch.plan.about}"
        )
        store.touch(token)
        parts.enqueue(REMIND, token)
    return _found(store, token)


def stop(parts: AppContext, who: Actor, token: str) -> Batch:
    """Nothing more of it is sent. Raises DeskError, NotAllowedError; redis.RedisError."""
    require(who, Role.SUPERVISOR)
    store = ReminderStore(parts.redis)
    if store.stop(token):
        left = _found(store, token).left
        _write_down(parts, who, note=f"reminders stopped: {left} texts are not sent")
    return _found(store, token)


def progress(parts: AppContext, token: str) -> Batch:
    """How far it is. Raises DeskError, redis.RedisError."""
    return _found(ReminderStore(parts.redis), token)


def resume(parts: AppContext) -> int:
    """Queues anew what is to be sent and is not, as a job was lost; returns how many batches."""
    store = ReminderStore(parts.redis)
    idle = [token for token in store.active() if store.is_idle(token)]
    for token in idle:
        parts.enqueue(REMIND, token)
    return len(idle)


def send_next(parts: AppContext, carrier: Carrier, token: str) -> Fate | None:
    """Sends the next text of a batch, and queues the one after it; None where there is none now.

    A worker that dies on the way leaves out a text and sends none twice.
    """
    store = ReminderStore(parts.redis)
    batch = store.find(token)
    if batch is None or batch.state is not BatchState.SENDING:
        return None
    store.touch(token)
    wait = Pace(parts.redis, "texts", EVERY).turn(LONGEST_TURN)
    if wait is None:
        return None  # others are sending it; the next sweep looks again
    time.sleep(wait)
    text = store.next(token)
    if text is None:
        return None
    try:
        fate = _send(parts, carrier, store, batch, text)
    except CarrierThrottled as error:
        log.info("a reminder waits: %s", error)
        store.put_back(token, text)
        return None
    store.count(token, fate)
    if fate is Fate.SENT:
        _log_units(parts, batch, text)
    parts.enqueue(REMIND, token)
    return fate


def _send(
    parts: AppContext, carrier: Carrier, store: ReminderStore, batch: Batch, text: ReminderText
) -> Fate:
    active = parts.election()
    if active.ledger_id != batch.plan.ledger_id:
        return Fate.REPORTED
    with reading(parts.engine) as connection:
        missing = missing_units(connection, active.ledger_id)
    if not missing.intersection(text.units):
        return Fate.REPORTED
    key = _key(parts, text.phone)
    if not store.claim(key):
        return Fate.LATELY
    try:
        carrier.send_text(active.election.chairs_line, text.phone, text.body)
    except CarrierThrottled:
        store.unclaim(key)
        raise
    except CarrierRefused as error:
        log.warning("a reminder to …%s was refused: %s", last_four(text.phone), error)
        return Fate.REFUSED
    except CarrierBusy as error:
        log.warning("a reminder to …%s may not have arrived: %s", last_four(text.phone), error)
        return Fate.UNSURE
    return Fate.SENT


def _found(store: ReminderStore, token: str) -> Batch:
    batch = store.find(token)
    if batch is None:
        raise DeskError("this is too old: prepare it again")
    return batch


def _key(parts: AppContext, phone: str) -> str:
    return key_of(parts.settings.pin_pepper.get_secret_value(), phone)


def _log_units(parts: AppContext, batch: Batch, text: ReminderText) -> None:
    """By whoever has sent the batch. A database that is down does not stop the reminders."""
    who = Actor(batch.plan.account_id, batch.plan.who, Role.SUPERVISOR)
    try:
        for code in text.units:
            _write_down(parts, who, unit=code, note=f"to …{last_four(text.phone)}")
    except SQLAlchemyError:
        parts.counts["activity"] += 1
        log.exception("not written down: a reminder by %s", who.name)


def _write_down(parts: AppContext, who: Actor, *, unit: str = "", note: str) -> None:
    transact(
        parts.engine,
        lambda connection: log_activity(
            connection, parts, who, ActivityKind.REMINDER_SENT, unit=unit, note=note
        ),
    )
