"""The webhooks of those who wait, and of the staff's telephones. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from hotline.calls.turns import DialEnded, Event, Lost
from hotline.operations.calls.answer import Line
from hotline.operations.desk.staff_line import StaffLine
from hotline.telephony import twiml
from hotline.telephony.webhook import (
    Dequeued,
    Ring,
    has_ended,
    read_dequeued,
    read_digits,
    read_wait,
)
from hotline.web.console.access import Who, open_to

Spoken = Callable[[Callable[..., bytes]], Callable[..., Response]]


def add_waiting(voice: Blueprint, spoken: Spoken, line: Line) -> None:
    """The routes of callers who want a person."""
    reception = line.reception

    @voice.post("/waiting/<int:number>")
    @open_to(Who.SIGNED)
    @spoken
    def waiting(ring: Ring, number: int) -> bytes:
        keys, seconds = read_wait(request.form)
        return reception.wait(ring, number, keys, seconds)

    @voice.post("/waited/<int:number>")
    @open_to(Who.SIGNED)
    @spoken
    def waited(ring: Ring, number: int) -> bytes:
        how = read_dequeued(request.form)
        if how is Dequeued.ELSEWHERE:
            return twiml.to_talk(number - 1)
        event: Event = Lost() if how is Dequeued.ON else DialEnded(talked=False)
        return line.turn(ring, number, event, reception.waited(ring))

    @voice.post("/talk/<int:number>")
    @open_to(Who.SIGNED)
    @spoken
    def talk(ring: Ring, number: int) -> bytes:
        return reception.talk(ring, number)

    @voice.post("/talked/<int:number>")
    @open_to(Who.SIGNED)
    @spoken
    def talked(ring: Ring, number: int) -> bytes:
        return twiml.hang_up() if has_ended(request.form) else reception.talked(ring, number)

    @voice.post("/called/<case>")
    @open_to(Who.SIGNED)
    @spoken
    def called(_ring: Ring, case: str) -> bytes:
        return reception.called_back(case)

    @voice.post("/reached/<case>")
    @open_to(Who.SIGNED)
    @spoken
    def reached(_ring: Ring, case: str) -> bytes:
        return reception.reached(case, read_digits(request.form).digits)


def add_staff(voice: Blueprint, spoken: Spoken, staff: StaffLine) -> None:
    """The routes of the staff's telephones."""

    @voice.post("/staff/entered")
    @open_to(Who.SIGNED)
    @spoken
    def entered(ring: Ring) -> bytes:
        return staff.entered(ring, read_digits(request.form).digits)

    @voice.post("/staff/called/<token>")
    @open_to(Who.SIGNED)
    @spoken
    def staff_called(_ring: Ring, token: str) -> bytes:
        return staff.called(token)

    @voice.post("/staff/accepted/<token>")
    @open_to(Who.SIGNED)
    @spoken
    def staff_accepted(ring: Ring, token: str) -> bytes:
        return staff.accepted(ring, token, read_digits(request.form).digits)

    @voice.post("/staff/room")
    @open_to(Who.SIGNED)
    @spoken
    def room(ring: Ring) -> bytes:
        return staff.room(ring.sid)

    @voice.post("/staff/left")
    @open_to(Who.SIGNED)
    @spoken
    def left(ring: Ring) -> bytes:
        return staff.left(ring, has_ended(request.form))
