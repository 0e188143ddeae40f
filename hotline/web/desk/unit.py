"""A precinct at the desk: what is known of it, and what is done about its chair."""

from __future__ import annotations

from flask import abort, render_template, request
from redis import RedisError

from hotline.operations.desk import claims
from hotline.operations.desk.chair import How, add_note, call_unit, text_new_pin, verify_otherwise
from hotline.operations.desk.story import unit_story
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.console.services import context, services
from hotline.web.desk.room import DeskRoom, acting, desk_room

WAYS = {
    How.NAME: "said the chair's name before hearing it",
    How.PLACE: "said where the caucus meets and how many delegates it elects",
    How.KNOWN: "is known to somebody here (say to whom)",
}
"""What a caller can have answered, beside the end of another telephone's number."""


@desk.get("/unit/<code>")
@open_to(Who.STAFF)
def unit(code: str) -> str:
    room = desk_room()
    known = _known(room, code)
    story = unit_story(room.board.parts, known)
    return render_template("desk/unit.html", unit=story, holder=_holder(room, known))


@desk.post("/unit/<code>/claim")
@open_to(Who.STAFF)
@acting
def claim(code: str) -> str:
    room = desk_room()
    board = services().board
    claims.claim(board, room.actor(), _known(room, code))
    return _moved(room, "this precinct is yours to work on")


@desk.post("/unit/<code>/release")
@open_to(Who.STAFF)
@acting
def release(code: str) -> str:
    room = desk_room()
    board = services().board
    claims.release(board, room.actor(), _known(room, code))
    return _moved(room, "this precinct is free")


@desk.post("/unit/<code>/take-over")
@open_to(Who.SUPERVISOR)
@acting
def take_over(code: str) -> str:
    room = desk_room()
    board = services().board
    why = request.form.get("note", "")
    before = claims.take_over(board, room.actor(), _known(room, code), why)
    return _moved(room, f"taken over from {before.name}" if before else "it is yours")


@desk.post("/unit/<code>/note")
@open_to(Who.STAFF)
@acting
def note_unit(code: str) -> str:
    room = desk_room()
    known, text = _known(room, code), request.form.get("note", "")
    add_note(context(), room.actor(), text, unit=known, call_sid=_call(room, known))
    return "noted"


@desk.post("/unit/<code>/verify")
@open_to(Who.STAFF)
@acting
def verify(code: str) -> str:
    room = desk_room()
    known = _mine(room, code)
    case = room.case()
    verify_otherwise(
        context(),
        room.actor(),
        known,
        [How(word) for word in request.form.getlist("how") if word in How.__members__.values()],
        digits=request.form.get("digits", ""),
        call_sid=case.sid if case else "",
        calling_from=case.last4 if case else "",
        note=request.form.get("note", ""),
    )
    return "it is the chair, and written down how you know"


@desk.post("/unit/<code>/pin")
@open_to(Who.STAFF)
@acting
def pin(code: str) -> str:
    room = desk_room()
    known = _mine(room, code)
    phones = text_new_pin(context(), room.actor(), known, _call(room, known))
    to = "to the phone on the roster" if phones == 1 else f"to {phones} phones on the roster"
    return f"a new PIN is on its way {to}; the old one does not work any more"


@desk.post("/unit/<code>/call")
@open_to(Who.STAFF)
@acting
def call(code: str) -> str:
    room = desk_room()
    call_unit(room.board, room.actor(), _known(room, code), request.form.get("note", ""))
    return _moved(room, "it waits in the queue, to be called")


def _known(room: DeskRoom, code: str) -> str:
    if code not in room.board.parts.election().election.units:
        abort(404)
    return code


def _mine(room: DeskRoom, code: str) -> str:
    """A unit that I am on, or nobody is. Raises ClaimedError."""
    known = _known(room, code)
    claims.claim(room.board, room.actor(), known)
    return known


def _call(room: DeskRoom, unit: str) -> str:
    """The call that I am on, where it is about this unit or about none that is known."""
    case = room.case()
    return case.sid if case and case.unit in ("", unit) else ""


def _holder(room: DeskRoom, unit: str) -> claims.Holder | None:
    try:
        return claims.holder(room.board, unit)
    except RedisError:
        return None


def _moved(room: DeskRoom, said: str) -> str:
    room.floor.look(anew=True)
    return said
