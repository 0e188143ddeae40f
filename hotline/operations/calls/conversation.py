"""The script, and the effects it asks for, carried out until there is something to say."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from redis import RedisError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hotline.calls.script import Script
from hotline.calls.state import State
from hotline.calls.turns import (
    CallLater,
    CheckCode,
    CheckPin,
    CodeChecked,
    CodeSent,
    Effect,
    Event,
    FileReport,
    FilingAnswer,
    MarkedReady,
    MarkReady,
    NobodyFree,
    PinChecked,
    PutThrough,
    ReadResults,
    ResultsRead,
    SendCode,
    SentToPerson,
    Turn,
    Unavailable,
)
from hotline.guard.caller import last_four
from hotline.guard.guessing import PinTreatment
from hotline.guard.triage import Entrance
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.calls import second_factor, spoken_results
from hotline.operations.calls.ingest import emit_call_event
from hotline.operations.context import AppContext
from hotline.operations.reports import filing, receipts
from hotline.operations.reports.filing import (
    FiguresError,
    FilingKeyError,
    LedgerClosedError,
    UnknownUnitError,
)
from hotline.operations.roster import readiness_call
from hotline.operations.roster.pins import check_pin
from hotline.store.calls.calls import CallRecord
from hotline.store.database import may_succeed_now
from hotline.store.elections import ActiveElection
from hotline.store.enums import EventKind, Source
from hotline.store.roster import roster
from hotline.telephony.events import IncomingCall

log = logging.getLogger(__name__)

NOT_FILED = (LedgerClosedError, UnknownUnitError, FiguresError, FilingKeyError)
"""Nothing was filed, and another try in this call would end in the same way."""


@dataclass
class Conversation:
    """One step of a call. `number` is that of the step; `filed`: a report was, in this one.
    `call_later` has the caller called back, if that can be.
    """

    parts: AppContext
    door: FrontDoor
    script: Script
    active: ActiveElection
    call: IncomingCall
    entrance: Entrance
    number: int
    record: CallRecord | None
    call_later: Callable[[State, CallLater], bool]
    filed: bool = False
    wrong_pin: bool = False  # in this step

    @property
    def ledger_id(self) -> int:
        """A call goes on in the ledger in which it began, even if another is opened meanwhile."""
        return self.record.ledger_id if self.record else self.active.ledger_id

    def step(self, state: State, event: Event) -> tuple[State, Turn]:
        while True:
            state, turn = self.script.step(state, event)
            if isinstance(turn, Turn):
                return state, turn
            event = self._answered(state, turn)

    def _answered(self, state: State, turn: Effect) -> Event:
        """What came of the effect that is asked for; it is tried again after a failover.

        Raises what it raised where another host can answer in the place of this one.
        """
        try:
            try:
                return self._carried_out(state, turn)
            except DBAPIError as error:
                if not may_succeed_now(self.parts.engine, error):
                    raise
                return self._carried_out(state, turn)
        except (SQLAlchemyError, RedisError):
            if self.parts.host.passes_on_failure():
                raise
            log.exception("not checked or not filed, call=%s", self.call.sid)
            return Unavailable()
        except NOT_FILED:
            log.exception("cannot be filed, call=%s", self.call.sid)
            return Unavailable(for_now=False)

    def _carried_out(self, state: State, turn: Effect) -> Event:
        match turn:
            case CheckPin():
                return self._check_pin(turn, trusted=state.trusted)
            case SendCode():
                return self._send_code(turn, state.language)
            case CheckCode():
                return self._check_code(turn)
            case ReadResults():
                return ResultsRead(spoken_results.read_out(self.parts, state.language))
            case FileReport() if not state.practice:
                return self._file(turn, state.language)
            case FileReport():
                return Unavailable(for_now=False)  # the script never asks for it in practice
            case MarkReady():
                return self._mark_ready(turn)
            case PutThrough():
                return SentToPerson(self.door.may_be_put_through(self.call.sid))
            case CallLater():
                return NobodyFree(turn, self._is_called_later(state, turn))

    def _is_called_later(self, state: State, asked: CallLater) -> bool:
        """Whether the caller will be called back. Without Redis nobody knows of it: no."""
        try:
            return self.call_later(state, asked)
        except (SQLAlchemyError, RedisError):
            log.exception("nobody calls back, call=%s", self.call.sid)
            return False

    def _check_pin(self, asked: CheckPin, trusted: bool) -> PinChecked | SentToPerson:
        sid, caller, unit = self.call.sid, self.call.caller, asked.unit
        election = self.active.election
        chair = roster.chair_of(self.parts.engine, election.id, unit, caller.number)
        attempt = f"{sid}:{self.number}"
        treatment = self.door.treatment(sid, attempt, caller, unit, own=chair is not None)
        if treatment is PinTreatment.PERSON:
            return SentToPerson(through=trusted or self.door.may_be_put_through(sid))
        if not check_pin(self.parts, election.id, self.active.ledger_id, unit, asked.pin):
            self.wrong_pin = True
            self.door.wrong_pin()
            return PinChecked(right=False)
        doubted = treatment is PinTreatment.SECOND_FACTOR
        self.door.right_pin(attempt, caller, unit, doubted)
        if doubted:
            return PinChecked(right=True, second_factor=True)
        return self._proved(unit, chair)

    def _mark_ready(self, asked: MarkReady) -> MarkedReady:
        caller = last_four(self.call.caller.number)
        if asked.practiced:
            for unit in asked.units:
                readiness_call.mark_practiced(self.parts, unit, self.call.sid, caller)
            return MarkedReady()
        readiness_call.mark_ready(
            self.parts, self.active.election.id, asked.units, self.call.sid, caller
        )
        return MarkedReady()

    def _send_code(self, asked: SendCode, language: str) -> CodeSent:
        sent = second_factor.send_code(
            self.parts,
            self.active.election,
            self.ledger_id,
            self.call.sid,
            asked.unit,
            self.call.caller.number,
            spoken=asked.spoken,
            language=language,
        )
        return CodeSent(sent)

    def _check_code(self, asked: CheckCode) -> PinChecked | CodeChecked:
        if not second_factor.check_code(self.parts, self.call.sid, asked.code):
            return CodeChecked(right=False)
        return self._proved(asked.unit, None)

    def _proved(self, unit: str, chair: int | None) -> PinChecked:
        """The caller is a chair: what there is to know of the unit's report."""
        call = self.call
        self.door.proved(call.sid, call.caller, self.entrance, self.ledger_id, unit, self.number)
        self._note_trial(unit)
        standing = filing.standing(self.parts, self.ledger_id, unit)
        return PinChecked(
            right=True,
            chair=chair or 0,
            standing=standing.figures if standing else None,
            draft=self.record.draft if self.record else None,
        )

    def _note_trial(self, unit: str) -> None:
        """Before the day, whoever keys code and PIN has tried the line, from whichever phone."""
        if readiness_call.is_early(self.active, self.parts.now()):
            try:
                self._mark_ready(MarkReady((unit,)))
            except SQLAlchemyError:
                log.exception("a test call is not on record, call=%s", self.call.sid)

    def _file(self, asked: FileReport, language: str) -> FilingAnswer:
        sid = self.call.sid
        report = filing.Filing(
            ledger_id=self.ledger_id,
            unit_code=asked.unit,
            figures=asked.figures,
            findings=asked.findings,
            keyed=asked.keyed,
            source=Source.PHONE,
            call_sid=sid,
            filing_key=f"{sid}:{asked.number}",
            chair_id=asked.chair or None,
            caller_last4=last_four(self.call.caller.number),
            language=language,
        )
        filed = filing.file_report(self.parts, report)
        self.filed = True
        emit_call_event(
            self.parts,
            EventKind.FILED,
            sid,
            asked.number,
            unit=asked.unit,
            report=str(filed.report_id),
            outcome=filed.outcome.value,
        )
        # The chair is known by the telephone alone: it is one of those that are texted.
        phone = self.call.caller.number if asked.chair else None
        texted = phone is not None and receipts.is_going_out(self.parts, self.ledger_id, phone)
        return FilingAnswer(filed.outcome.value, filed.confirmation, texted)
