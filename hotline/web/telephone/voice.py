"""The telephone's webhooks: a signed form comes in, TwiML goes out. Nothing is decided here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, request

from config import logs
from hotline.calls.turns import Event
from hotline.operations.calls.answer import Line
from hotline.operations.desk.endings import caller_gone, staff_gone
from hotline.operations.desk.staff_line import StaffLine
from hotline.telephony import twiml
from hotline.telephony.webhook import (
    Ring,
    Signatures,
    has_ended,
    read_dial,
    read_digits,
    read_ending,
    read_ring,
)
from hotline.web.admin.timing import mark_as_apologised
from hotline.web.console.access import Who, open_to
from hotline.web.telephone.desk_voice import add_staff, add_waiting
from hotline.web.telephone.signed import require_signature

log = logging.getLogger(__name__)


def voice_blueprint(line: Line, staff: StaffLine, signatures: Signatures) -> Blueprint:
    """The routes under /voice. Every one of them answers to a valid signature only."""
    voice = Blueprint("voice", __name__, url_prefix="/voice")

    require_signature(voice, signatures)

    def spoken(view: Callable[..., bytes]) -> Callable[..., Response]:
        """Whatever fails, the caller hears words and is offered a person."""

        @wraps(view)
        def answer(**arguments: int | str) -> Response:
            ring = read_ring(request.form)
            logs.also_about(call=ring.sid)
            try:
                said = view(ring, **arguments) if ring.sid else twiml.goodbye(line.telephone)
            except Exception:
                log.exception("the step failed and was apologised for, call=%s", ring.sid)
                mark_as_apologised()
                said = twiml.apology(line.telephone, ring.line_called)
            return Response(said, mimetype="text/xml")

        return answer

    @voice.post("/answer")
    @open_to(Who.SIGNED)
    @spoken
    def answer(ring: Ring) -> bytes:
        return staff.greet() if staff.is_called(ring) else line.ring(ring)

    @voice.post("/turn/<int:number>")
    @open_to(Who.SIGNED)
    @spoken
    def turn(ring: Ring, number: int) -> bytes:
        return line.turn(ring, number, read_digits(request.form))

    @voice.post("/dialled/<int:number>")
    @open_to(Who.SIGNED)
    @spoken
    def dialled(ring: Ring, number: int) -> bytes:
        event: Event = read_dial(request.form)
        return line.turn(ring, number, event)

    @voice.post("/dialled")
    @open_to(Who.SIGNED)
    @spoken
    def dialled_after_apology(_ring: Ring) -> bytes:
        return twiml.goodbye(line.telephone)

    @voice.post("/accept")
    @open_to(Who.SIGNED)
    @spoken
    def accept(_ring: Ring) -> bytes:
        return twiml.whisper(line.telephone)

    @voice.post("/accepted")
    @open_to(Who.SIGNED)
    @spoken
    def accepted(_ring: Ring) -> bytes:
        return twiml.bridge() if read_digits(request.form).digits == "1" else twiml.hang_up()

    @voice.post("/fallback")
    @open_to(Who.SIGNED)
    @spoken
    def fallback(ring: Ring) -> bytes:
        code = request.form.get("ErrorCode", "")
        log.error("fallback: error=%s call=%s", code if code.isdigit() else "?", ring.sid)
        return twiml.apology(line.telephone, ring.line_called)

    @voice.post("/status")
    @open_to(Who.SIGNED)
    def status() -> tuple[str, int]:
        ring = read_ring(request.form)
        if ring.sid and has_ended(request.form):
            try:
                if not staff_gone(staff.board, ring.sid):
                    status, seconds = read_ending(request.form)
                    caller_gone(staff.board, ring.sid, status)
                    line.ended(ring, status, seconds)
            except Exception:
                log.exception("status not kept, call=%s", ring.sid)
        return "", 204

    add_waiting(voice, spoken, line)
    add_staff(voice, spoken, staff)
    return voice
