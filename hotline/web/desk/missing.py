"""The call list of the units that have not reported."""

from __future__ import annotations

from flask import abort, render_template, request

from hotline.operations.desk.attempts import IN_WORDS, ContactOutcome
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.call_list import (
    MissingFilter,
    call_list,
    call_now,
    record_outcome,
    see_to,
)
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.console.services import services
from hotline.web.desk.room import DeskRoom, acting, desk_room

MOST_ROWS = 100
"""Rows of a page; a county never has more in practice, and nobody calls more in one go."""

SHOWS = {
    MissingFilter.ALL: "all",
    MissingFilter.NOW: "to be called now",
    MissingFilter.LATER: "to be called later",
    MissingFilter.NOT_REACHED: "not reached so far",
    MissingFilter.WRONG_NUMBER: "wrong number",
    MissingFilter.PAPER: "will send paper",
    MissingFilter.NO_PHONE: "no phone on the roster",
}

AGAIN = {
    "": "as usual",
    "10": "in 10 minutes",
    "30": "in 30 minutes",
    "60": "in an hour",
    "0": "no",
}
"""When to call again; as usual: 10, 30 and 60 minutes after no answer."""


@desk.get("/missing")
@desk.get("/outstanding")
@open_to(Who.STAFF)
def missing() -> str:
    board = services().board
    area, show = request.args.get("area", ""), _show(request.args.get("show", ""))
    found = call_list(board, area, show)
    return render_template(
        "desk/missing.html",
        list=found,
        rows=found.listed[:MOST_ROWS],
        area=area,
        show=show,
        shows=SHOWS,
        said=IN_WORDS,
        outcomes_of_calls=[(each, IN_WORDS[each]) for each in ContactOutcome],
        again=AGAIN,
    )


@desk.post("/missing/<code>/call")
@open_to(Who.STAFF)
@acting
def call_missing(code: str) -> str:
    room = desk_room()
    board = services().board
    try:
        call_now(board, room.actor(), _known(room, code))
    finally:
        room.floor.look(anew=True)
    return "the telephone is ringing there; you are connected when they press 1"


@desk.post("/missing/<code>/outcome")
@open_to(Who.STAFF)
@acting
def outcome(code: str) -> str:
    room = desk_room()
    board = services().board
    known, said = _known(room, code), request.form.get("outcome", "")
    if said not in ContactOutcome.__members__.values():
        raise DeskError("say first what came of it")
    again = request.form.get("again", "")
    if again not in AGAIN:
        raise DeskError("that is none of the choices")
    minutes = int(again) if again else None
    note = request.form.get("note", "")
    record_outcome(board, room.actor(), known, ContactOutcome(said), note, minutes)
    room.floor.look(anew=True)
    return f"noted: {IN_WORDS[said]}"


@desk.post("/missing/seen-to")
@open_to(Who.STAFF)
@acting
def seen_to() -> str:
    room = desk_room()
    board = services().board
    note = request.form.get("note", "")
    see_to(board, room.actor(), request.form.get("case", ""), note)
    return "noted: it is seen to"


def _show(wanted: str) -> MissingFilter:
    return (
        MissingFilter(wanted) if wanted in MissingFilter.__members__.values() else MissingFilter.ALL
    )


def _known(room: DeskRoom, code: str) -> str:
    if code not in room.board.parts.election().election.units:
        abort(404)
    return code
