"""What a member of staff does at the desk: presence, taking and ending calls, hand-overs."""

from __future__ import annotations

from typing import TypeVar

from flask import request

from hotline.operations.desk import shift, talk
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.chair import add_note, agree_callback, block_caller, call_unit
from hotline.store.desk.staff import Mode
from hotline.store.enums import Presence
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.console.services import services
from hotline.web.desk.room import DeskRoom, acting, desk_room

Word = TypeVar("Word", Presence, Mode)

CALLBACK = "callback"

OUTCOMES = {
    "filed": "Report filed",
    "reached": "Helped",
    "will-call": "Will call again",
    "will-send-paper": "Will send paper",
    "wrong-number": "Wrong number",
    CALLBACK: "To be called back",
    "not-the-chair": "Not the chair",
    "nuisance": "Nuisance",
    "no-answer": "No answer",
    "other": "Something else (note)",
}
"""How a call can have ended."""

PRESENCES = {
    Presence.READY: "you are ready",
    Presence.WRAPPING_UP: "you are wrapping up",
    Presence.AWAY: "you are away",
}


@desk.post("/presence")
@open_to(Who.STAFF)
@acting
def presence() -> str:
    room = desk_room()
    board = services().board
    wanted = _one_of(Presence, request.form.get("presence", ""))
    shift.set_presence(board, room.actor(), wanted)
    return _changed(room, PRESENCES[wanted])


@desk.post("/shift")
@open_to(Who.STAFF)
@acting
def begin_shift() -> str:
    room = desk_room()
    board = services().board
    shift.call_me(board, room.actor(), request.form.get("phone", ""))
    return "your telephone is ringing: answer it and press 1"


@desk.post("/shift/end")
@open_to(Who.STAFF)
@acting
def end_shift() -> str:
    room = desk_room()
    board = services().board
    shift.hang_up(board, room.actor())
    return _changed(room, "your telephone is let go")


@desk.post("/take")
@open_to(Who.STAFF)
@acting
def take() -> str:
    room = desk_room()
    board = services().board
    try:
        waiter = talk.take(board, room.actor(), request.form.get("sid", ""))
    finally:
        room.floor.look(anew=True)
    return "the telephone is ringing there" if waiter.callback else "you are connected"


@desk.post("/hold")
@open_to(Who.STAFF)
@acting
def hold() -> str:
    room = desk_room()
    board = services().board
    talk.hold_caller(board, room.actor())
    return "the caller hears music"


@desk.post("/resume")
@open_to(Who.STAFF)
@acting
def resume() -> str:
    room = desk_room()
    board = services().board
    talk.resume(board, room.actor())
    return "the caller hears you again"


@desk.post("/hand-over")
@open_to(Who.STAFF)
@acting
def hand_over() -> str:
    room = desk_room()
    board = services().board
    talk.hand_over(board, room.actor(), _account("to"))
    return _changed(room, "handed over")


@desk.post("/put-back")
@open_to(Who.STAFF)
@acting
def put_back() -> str:
    room = desk_room()
    board = services().board
    talk.put_back(board, room.actor())
    return _changed(room, "the caller waits again, at the same place")


@desk.post("/end")
@open_to(Who.STAFF)
@acting
def end() -> str:
    room = desk_room()
    board = services().board
    outcome = request.form.get("outcome", "")
    if outcome not in OUTCOMES:
        raise DeskError("say first how the call ended")
    to_keypad = request.form.get("then") == "keypad"
    note, case = request.form.get("note", ""), room.case()
    talk.end_talk(board, room.actor(), outcome, note, to_keypad=to_keypad)
    if outcome == CALLBACK and case is not None:
        if not case.unit:
            return _changed(room, "closed, but nobody can be called back without a precinct")
        call_unit(board, room.actor(), case.unit, note)
    return _changed(room, f"closed: {OUTCOMES[outcome]}")


@desk.post("/note")
@open_to(Who.STAFF)
@acting
def note_call() -> str:
    room = desk_room()
    board = services().board
    case = room.case()
    if case is None:
        raise DeskError("there is no call to write a note on")
    text = request.form.get("note", "")
    add_note(board.parts, room.actor(), text, call_sid=case.sid, unit=case.unit)
    return "noted"


@desk.post("/nuisance")
@open_to(Who.STAFF)
@acting
def nuisance() -> str:
    room = desk_room()
    board = services().board
    case = room.case()
    if case is None:
        raise DeskError("there is no call to mark")
    reason = request.form.get("reason", "").strip() or "nuisance call"
    blocked = block_caller(board, room.actor(), case.sid, case.caller, reason)
    if blocked.until is None:
        return (
            f"it is noted. The number ending in {blocked.ends} is on the roster: a supervisor "
            "or an administrator has to agree before it is blocked"
        )
    return f"the number ending in {blocked.ends} is blocked for a day"


@desk.post("/visit")
@open_to(Who.SUPERVISOR)
@acting
def visit() -> str:
    room = desk_room()
    mode = _one_of(Mode, request.form.get("mode", ""))
    shift.visit(room.board, room.actor(), _account("account"), mode)
    return _changed(room, "you are in the conversation")


@desk.post("/leave")
@open_to(Who.SUPERVISOR)
@acting
def leave() -> str:
    room = desk_room()
    shift.leave(room.board, room.actor())
    return _changed(room, "you are back at your own desk")


@desk.post("/agree")
@open_to(Who.SUPERVISOR)
@acting
def agree() -> str:
    room = desk_room()
    agree_callback(room.board, room.actor(), request.form.get("sid", ""))
    return _changed(room, "this number may be called")


def _changed(room: DeskRoom, said: str) -> str:
    """What was done, once the page will show it."""
    room.floor.look(anew=True)
    return said


def _one_of(words: type[Word], wanted: str) -> Word:
    try:
        return words(wanted)
    except ValueError:
        raise DeskError("that is none of the choices") from None


def _account(name: str) -> int:
    wanted = request.form.get(name, "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        raise DeskError("say first who")
    return int(wanted)
