"""Answering a call: one step of the conversation, from the event to what the caller hears.

One read and one write in Redis a step; SQL only where a chair is looked up, verified, or files.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from hotline.calls import state as states
from hotline.calls.prompts import Prompt, line
from hotline.calls.script import Script
from hotline.calls.state import State, Step
from hotline.calls.turns import (
    Arrived,
    CheckPin,
    End,
    Event,
    Filed,
    FileReport,
    Lost,
    PinChecked,
    Turn,
    Unavailable,
)
from hotline.guard.caller import Attestation, last_four
from hotline.operations import report
from hotline.operations.parts import NoElectionError, Parts
from hotline.operations.pins import check_pin
from hotline.operations.report import (
    FiguresError,
    FilingKeyError,
    LedgerClosedError,
    UnknownUnitError,
)
from hotline.store import roster
from hotline.store.calls import CallRecord, CallStore
from hotline.store.elections import ActiveElection
from hotline.store.statuses import Source
from hotline.telephony import twiml
from hotline.telephony.twiml import Telephone
from hotline.telephony.webhook import Ring

log = logging.getLogger(__name__)

NEVER_ANSWERED = -1

NOT_FILED = (LedgerClosedError, UnknownUnitError, FiguresError, FilingKeyError)
"""Nothing was filed, and another try in this call would end in the same way."""


@dataclass(frozen=True)
class Line:
    """The telephone line: answers one step after the other, each as TwiML."""

    parts: Parts
    calls: CallStore
    telephone: Telephone

    def ring(self, ring: Ring) -> bytes:
        """A call comes in: the greeting, or, for a repeated request, the answer already given."""
        return self._step(ring, 0, None)

    def turn(self, ring: Ring, number: int, event: Event) -> bytes:
        """Step `number` of a call. Repeated, replayed or late, it changes nothing."""
        return self._step(ring, number, event)

    def ended(self, ring: Ring) -> None:
        """The network says that the call is over."""
        self.calls.end(ring.sid)

    def _step(self, ring: Ring, number: int, event: Event | None) -> bytes:
        loaded = self.calls.load(ring.sid, number)
        if loaded.answer is not None:
            return loaded.answer
        record = loaded.record
        try:
            active = self.parts.election(loaded.epoch)
        except NoElectionError:
            closed = End((line(Prompt.CLOSED),))
            return twiml.write(closed, number, "en", self.telephone, ring.line_called)
        if record is not None and record.ended:
            return twiml.goodbye(self.telephone, states.loads(record.state).language)
        if record is None:
            before, state, event = NEVER_ANSWERED, State(), self._arrived(active, ring)
        else:
            before, state = record.number, states.loads(record.state)
            if event is None or number != before + 1:
                event = Lost()
        conversation = _Conversation(self, active, ring, record)
        state, turn = conversation.step(state, event)
        answer = twiml.write(turn, number, state.language, self.telephone, ring.line_called)
        return self._keep(ring, before, number, conversation, state, turn, answer)

    def _keep(
        self,
        ring: Ring,
        before: int,
        number: int,
        conversation: _Conversation,
        state: State,
        turn: Turn,
        answer: bytes,
    ) -> bytes:
        drafted = states.is_draft(state)
        wanted = drafted or conversation.filed or state.step is Step.PIN
        instead = self.calls.save(
            ring.sid,
            before=before,
            record=CallRecord(
                number, states.dumps(state), conversation.ledger_id, isinstance(turn, End), None
            ),
            answer=answer,
            unit=state.unit if wanted else "",
            draft=states.to_draft(state) if drafted else None,
            drop_draft=conversation.filed,
        )
        return answer if instead is None else instead

    def _arrived(self, active: ActiveElection, ring: Ring) -> Arrived:
        """Whether the roster knows this phone, and for which units it has yet to report."""
        number = ring.caller.number
        if number is None or ring.caller.attestation is Attestation.FAILED:
            return Arrived(trusted=False)
        try:
            units = roster.units_of_phone(self.parts.engine, active.election.id, number)
            reported = report.reported_units(self.parts, active.ledger_id, units)
        except SQLAlchemyError:
            log.exception("roster unreachable: the caller is let in as unknown, call=%s", ring.sid)
            return Arrived(trusted=False)
        outstanding = tuple(u for u in units if u in active.election.units and u not in reported)
        return Arrived(trusted=bool(units), offers=outstanding)


class _Conversation:
    """The script, and the effects it asks for, carried out until there is something to say."""

    def __init__(
        self, line_: Line, active: ActiveElection, ring: Ring, record: CallRecord | None
    ) -> None:
        self._parts = line_.parts
        self._active = active
        self._ring = ring
        self._record = record
        # A call goes on in the ledger in which it began, even if another one is opened meanwhile.
        self.ledger_id = record.ledger_id if record else active.ledger_id
        self._script = Script(active.election, bool(line_.telephone.person_number))
        self.filed = False

    def step(self, state: State, event: Event) -> tuple[State, Turn]:
        while True:
            state, turn = self._script.step(state, event)
            try:
                if isinstance(turn, CheckPin):
                    event = self._check_pin(turn)
                elif isinstance(turn, FileReport):
                    event = self._file(turn)
                else:
                    return state, turn
            except (SQLAlchemyError, *NOT_FILED):
                log.exception("not checked or not filed, call=%s", self._ring.sid)
                event = Unavailable()

    def _check_pin(self, asked: CheckPin) -> PinChecked:
        active = self._active
        right = check_pin(self._parts, active.election.id, active.ledger_id, asked.unit, asked.pin)
        if not right:
            return PinChecked(right=False)
        chair = roster.chair_of(
            self._parts.engine, active.election.id, asked.unit, self._ring.caller.number
        )
        standing = report.standing(self._parts, self.ledger_id, asked.unit)
        return PinChecked(
            right=True,
            chair=chair or 0,
            standing=standing.figures if standing else None,
            draft=self._record.draft if self._record else None,
        )

    def _file(self, asked: FileReport) -> Filed:
        filing = report.Filing(
            ledger_id=self.ledger_id,
            unit_code=asked.unit,
            figures=asked.figures,
            findings=asked.findings,
            keyed=asked.keyed,
            source=Source.PHONE,
            call_sid=self._ring.sid,
            filing_key=f"{self._ring.sid}:{asked.number}",
            chair_id=asked.chair or None,
            caller_last4=last_four(self._ring.caller.number),
        )
        filed = report.file_report(self._parts, filing)
        self.filed = True
        return Filed(filed.outcome.value, filed.confirmation)


def open_line(parts: Parts) -> Line:
    """The line with this installation's settings."""
    settings = parts.settings
    calls = CallStore(
        parts.redis,
        seconds=int(timedelta(hours=settings.call_hours).total_seconds()),
        draft_seconds=int(timedelta(hours=settings.draft_hours).total_seconds()),
    )
    return Line(parts, calls, telephone(parts))


def telephone(parts: Parts) -> Telephone:
    """How the line sounds, and whom it can dial."""
    settings = parts.settings
    return Telephone(
        voice=twiml.Voice(
            by_language=(("en", settings.voice_en), ("es", settings.voice_es)),
            rate=settings.speech_rate,
            recordings_url=settings.recordings_url.rstrip("/"),
            recorded=settings.recorded_prompts,
        ),
        key_seconds=settings.key_seconds,
        dial_seconds=settings.dial_seconds,
        person_number=settings.person_number,
    )
