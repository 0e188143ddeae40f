"""Answering a call: the front door, then one step of the conversation after the other.

A call that is turned away costs one round trip to Redis. A step of the conversation is one read and
one write there; SQL is asked only where a chair is looked up, verified, or files.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from hotline.calls import limits
from hotline.calls import state as states
from hotline.calls.prompts import Prompt, line
from hotline.calls.script import Script
from hotline.calls.state import State, Step
from hotline.calls.turns import (
    NO_REPORTS,
    Arrived,
    CallLater,
    Closed,
    Connect,
    DialEnded,
    Digits,
    End,
    Event,
    Lost,
    PhoneReports,
    TimeUp,
    Turn,
)
from hotline.guard.caller import Attestation
from hotline.guard.triage import TRUSTED, CallerStanding, Entrance
from hotline.languages.catalogue import SOURCE
from hotline.operations.admission import drill
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.admission.limits import values
from hotline.operations.calls.conversation import Conversation
from hotline.operations.calls.entrances import entrance_of, is_help_line
from hotline.operations.calls.ingest import emit_call_event
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.reception import Reception
from hotline.operations.desk.words import reason_of
from hotline.operations.roster import readiness_call
from hotline.operations.roster.phone_reports import reports_of
from hotline.store.admission.front_door import Admission
from hotline.store.calls.calls import CallRecord, CallStore, Loaded
from hotline.store.database import reading
from hotline.store.elections import ActiveElection
from hotline.store.enums import EventKind
from hotline.store.roster import roster
from hotline.telephony import replies
from hotline.telephony.events import IncomingCall
from hotline.telephony.replies import TURN_AWAY, Reply
from hotline.telephony.telephone import Telephone

log = logging.getLogger(__name__)

NEVER_ANSWERED = -1


@dataclass(frozen=True)
class TelephoneLine:
    """The telephone line: answers one step after the other."""

    parts: AppContext
    calls: CallStore
    door: FrontDoor
    telephone: Telephone
    reception: Reception

    def answer(self, call: IncomingCall) -> Reply:
        """A call comes in: turned away unanswered, or greeted."""
        known = self.parts.known_election()
        admission = self.admit(call, entrance_of(known, call.line_called))
        if not admission.judgement.admitted:
            return TURN_AWAY
        return self._step(call, 0, None, admission)

    def admit(self, call: IncomingCall, entrance: Entrance) -> Admission:
        """The front door's judgement on a call to this entrance."""
        known = self.parts.known_election()
        ledger_id = known.ledger_id if known else 0
        admission = self.door.admit(call.sid, call.caller, entrance, ledger_id)
        judged = admission.judgement
        self.parts.calls[entrance, judged.standing, judged.verdict, judged.reason or ""] += 1
        return admission

    def turn(self, call: IncomingCall, number: int, event: Event, pause: float = 0.0) -> Reply:
        """Step `number` of a call. Repeated, replayed or late, it changes nothing.

        `pause`: seconds in the desk's queue just before, which are not held against the call.
        """
        return self._step(call, number, event, pause=pause)

    def ended(self, call: IncomingCall, status: str, seconds: str) -> None:
        """The network says that the call is over: how, and, maybe, how many seconds it took."""
        self.door.ended(call.sid, call.caller, status, seconds)

    def _step(
        self,
        call: IncomingCall,
        number: int,
        event: Event | None,
        admission: Admission | None = None,
        pause: float = 0.0,
    ) -> Reply:
        loaded = self.calls.load(call.sid, number)
        if (given := _reply(loaded.answer)) is not None:
            return given
        record = loaded.record
        try:
            active = self.parts.election(loaded.epoch)
        except NoElectionError:
            closed = End((line(Prompt.CLOSED),))
            return self.telephone.turn(closed, number, SOURCE, call.line_called)
        if record is not None and record.ended:
            return self.telephone.goodbye(self.state_of(call, record).language)
        return _Step(self, call, number, loaded, active, pause).answer(event, admission)

    def state_of(self, call: IncomingCall, record: CallRecord) -> State:
        """Where a call stands. What is malformed is forgotten: the call begins anew."""
        try:
            return states.loads(record.state)
        except states.MalformedStateError as error:
            self.parts.counts["call state"] += 1
            log.warning("the state of call %s is malformed: %s", call.sid, error)
            return State()


@dataclass
class _Step:
    """One step of a call that goes on: the event, what becomes of it, and the time there is."""

    line: TelephoneLine
    call: IncomingCall
    number: int
    loaded: Loaded
    active: ActiveElection
    pause: float

    def __post_init__(self) -> None:
        line_ = self.line
        record = self.loaded.record
        now_ms = self._now_ms
        self.began_ms = min(((record and record.began_ms) or now_ms) + self._pause_ms, now_ms)
        self.seconds = max(0.0, (now_ms - self.began_ms) / 1000)
        self.entrance = entrance_of(self.active, self.call.line_called)
        line_.door.catch_up(self.loaded.epoch)
        self.limits = values(line_.parts, self.loaded.epoch)
        self.conversation = Conversation(
            line_.parts,
            line_.door,
            Script(
                self.active.election,
                has_person=self.loaded.staffed or bool(line_.telephone.person_number),
                is_drill=drill.is_said(line_.parts, self.active, self.loaded.epoch),
            ),
            self.active,
            self.call,
            self.entrance,
            self.number,
            record,
            self._call_later,
        )

    def _call_later(self, state: State, asked: CallLater) -> bool:
        self._note_person(state)
        reason = reason_of(state, asked, self.conversation.wrong_pin)
        return self.line.reception.call_later(self.call, state, self.number, reason)

    def answer(self, event: Event | None, admission: Admission | None) -> Reply:
        record = self.loaded.record
        before = record.number if record else NEVER_ANSWERED
        state = self.line.state_of(self.call, record) if record else State()
        if record is None or state == State():
            happened: Event = self._arrived(admission)
        else:
            happened = event if event and self.number == before + 1 else Lost()
            happened = self._interruption(state) or self._timed(happened, record)
        state, turn = self._within_time(*self.conversation.step(state, happened))
        if isinstance(turn, Connect) and not self._may_ring(state):
            # Somebody else shows this number, or its owner rings already: a PIN goes first.
            nobody = DialEnded(talked=False)
            state, turn = self._within_time(*self.conversation.step(state, nobody))
        if isinstance(turn, Connect):
            self._note_person(state)
        return self._keep(before, state, turn, self._said(state, turn))

    def _may_ring(self, state: State) -> bool:
        """Whether the person's telephone is rung for this call; the desk has a queue for all."""
        if self.loaded.staffed or state.proved:
            return True
        return self.line.door.may_ring_person(self.call.sid, self.call.caller)

    def _said(self, state: State, turn: Turn) -> Reply:
        """The turn as a reply. Where the desk is staffed, a person is waited for there."""
        if isinstance(turn, Connect) and self.loaded.staffed:
            reason = reason_of(state, turn, self.conversation.wrong_pin)
            return self.line.reception.receive(self.call, state, self.number, turn.lines, reason)
        telephone, language = self.line.telephone, state.language
        return telephone.turn(turn, self.number, language, self.call.line_called)

    def _timed(self, event: Event, record: CallRecord) -> Event:
        """Keys, with how long after the question they came. A clock that stands tells nothing."""
        passed = self._now_ms - record.answered_ms
        if not isinstance(event, Digits) or not record.answered_ms or passed <= 0:
            return event
        return replace(event, after=passed / 1000)

    @property
    def _now_ms(self) -> int:
        return int(self.line.parts.now().timestamp() * 1000)

    @property
    def _pause_ms(self) -> int:
        return int(self.pause * 1000)

    def _interruption(self, state: State) -> Event | None:
        """What ends a call whatever was keyed: intake is closed, or its time is up."""
        on_chairs = self.entrance is Entrance.CHAIRS
        if self.loaded.closed and on_chairs and self._takes_reports(state):
            return Closed(_reasons(self.loaded.closed))
        unknown = not (state.trusted or state.proved)
        if self.loaded.roster_only and unknown and on_chairs:
            return TimeUp()
        return TimeUp() if self._left(state) <= 0 else None

    def _takes_reports(self, state: State) -> bool:
        """Whether the call is for reporting: not for trying, nor for a person on the help line."""
        trying = state.step is Step.TEST or state.practice
        return not trying and (state.verified or not state.for_help)

    def _left(self, state: State) -> float:
        """Seconds that this call still has."""
        if state.proved:
            return self._longest
        return self.limits["unverified_seconds"] - self.seconds

    @property
    def _longest(self) -> float:
        """Seconds until any call ends."""
        return self.limits["call_minutes"] * 60 - self.seconds

    def _within_time(self, state: State, turn: Turn) -> tuple[State, Turn]:
        """The turn, made so that the call ends in its time, or the end of it now."""
        settings = self.line.parts.settings
        # Whoever is put through to a person is a chair, or a person shall find out.
        left = self._left(state) if not isinstance(turn, Connect) else self._longest
        rate = settings.speech_rate
        fitting = limits.fit(turn, state.language, left, settings.key_seconds, rate)
        if fitting is not None:
            return state, fitting
        return self.conversation.step(state, TimeUp())

    def _arrived(self, admission: Admission | None) -> Arrived:
        """Who called, and for which units they have yet to report."""
        closed = self.loaded.closed or (admission and admission.closed)
        said = _reasons(closed) if closed else None
        if self.entrance is Entrance.PUBLIC:
            return Arrived(trusted=False, results_only=True)
        # Without an admission, Redis has forgotten the call: it was let in once.
        standing = admission.judgement.standing if admission else CallerStanding.UNKNOWN
        if is_help_line(self.active, self.call.line_called):
            return Arrived(trusted=standing in TRUSTED, for_help=True)
        if standing not in TRUSTED:
            return Arrived(trusted=False, closed=said)
        reports = self._reports_of(self.call.caller.number)
        return Arrived(
            trusted=True,
            offers=reports.missing,
            closed=said,
            testing=bool(reports.missing) and self._tries_line(closed=said is not None),
            practice=readiness_call.is_early(self.active, self.line.parts.now()),
            reports=reports,
        )

    def _tries_line(self, *, closed: bool) -> bool:
        """Whether this chair tries the line; not where nobody can say."""
        try:
            return readiness_call.is_awaited(self.line.parts, self.active, closed=closed)
        except SQLAlchemyError:
            log.exception("reports unreachable: no test is offered, call=%s", self.call.sid)
            return False

    def _reports_of(self, phone: str | None) -> PhoneReports:
        """How far this telephone (E.164) is with its units; nothing where nobody can say."""
        parts, active = self.line.parts, self.active
        if phone is None:
            return NO_REPORTS
        try:
            units = roster.units_of_phone(parts.engine, active.election.id, phone)
            with reading(parts.engine) as connection:
                return reports_of(connection, active.election, active.ledger_id, units)
        except SQLAlchemyError:
            log.exception("roster unreachable: nothing is offered, call=%s", self.call.sid)
            return NO_REPORTS

    def _note_person(self, state: State) -> None:
        caller = self.call.caller
        emit_call_event(
            self.line.parts,
            EventKind.PERSON,
            self.call.sid,
            self.number,
            caller=self.line.door.key_of(caller),
            number=caller.number or "",
            why=f"at the question {state.step}",
        )

    def _keep(self, before: int, state: State, turn: Turn, reply: Reply) -> Reply:
        conversation = self.conversation
        drafted = states.is_draft(state)
        wanted = drafted or conversation.filed or state.step in (Step.OFFER, Step.PIN, Step.SECOND)
        instead = self.line.calls.save(
            self.call.sid,
            before=before,
            record=CallRecord(
                self.number,
                states.dumps(state),
                conversation.ledger_id,
                isinstance(turn, End),
                self.began_ms,
                answered_ms=self._now_ms,
            ),
            answer=replies.dumps(reply),
            unit=state.unit if wanted else "",
            draft=states.to_draft(state) if drafted else None,
            drop_draft=conversation.filed,
            proved=state.proved or state.trusted,
            caller_key=self._phone_key,
            language=self._language_worth_keeping(state),
        )
        return _reply(instead) or reply

    def _language_worth_keeping(self, state: State) -> str:
        """Of whoever may be anybody, the first language is as good as none."""
        is_chair = state.proved or state.trusted
        is_first = state.language == self.active.election.languages[0]
        return "" if is_first and not is_chair else state.language

    @property
    def _phone_key(self) -> str:
        """What the caller's telephone is remembered by; empty where it may be somebody else's."""
        caller = self.call.caller
        return "" if caller.attestation is Attestation.FAILED else self.line.door.key_of(caller)


def _reply(kept: bytes | None) -> Reply | None:
    """The reply that was kept; None where there is none, or it is malformed."""
    try:
        return None if kept is None else replies.loads(kept)
    except ValueError:
        return None


def _reasons(closed: str) -> dict[str, str]:
    """Why intake is closed, by language; where that is malformed, no reason is said."""
    try:
        said = json.loads(closed)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {code: why for code, why in said.items() if isinstance(why, str)}


def open_line(parts: AppContext, board: DeskServices | None = None) -> TelephoneLine:
    """The line with this installation's settings; `board`: the desk, if there is one already."""
    settings = parts.settings
    parts.recordings.look()
    door, sound = FrontDoor(parts), telephone(parts)
    calls = CallStore(
        parts.redis,
        seconds=int(timedelta(hours=settings.call_hours).total_seconds()),
        draft_seconds=int(timedelta(hours=settings.draft_hours).total_seconds()),
    )
    return TelephoneLine(
        parts, calls, door, sound, Reception(board or DeskServices(parts), door, sound)
    )


def telephone(parts: AppContext) -> Telephone:
    """How the line sounds, and whom it can dial."""
    settings = parts.settings
    return Telephone(
        key_seconds=settings.key_seconds,
        dial_seconds=settings.dial_seconds,
        person_number=settings.person_number,
        recording_of=parts.recordings.url_of,
    )
