"""The desk: who waits, who is on the line, and what staff do about it. No rule lives here."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, redirect, render_template, request, url_for
from redis import RedisError
from werkzeug.wrappers import Response as AnyResponse

from hotline.operations.actors import Actor
from hotline.operations.desk import claims
from hotline.operations.desk.story import call_story, unit_story
from hotline.operations.desk.words import figures_in_words
from hotline.store.desk.staff import Mode
from hotline.store.enums import Presence, Role
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.console.pages import version_of
from hotline.web.console.services import context
from hotline.web.desk import actions, images, missing, paper, reminders, report, unit
from hotline.web.desk.actions import OUTCOMES
from hotline.web.desk.room import DeskRoom, case_of, desk_room
from hotline.web.desk.unit import WAYS

POLL_SECONDS = 2
LIVE = ("me", "queue", "colleagues", "line")
"""The parts of the page that are kept up to date; each is a template of its own."""


VIEWS = (actions, unit, report, missing, reminders, paper, images)
"""The modules whose routes are the desk's, besides this one."""


def add_desk_pages(app: Flask) -> None:
    """The routes under /desk."""
    app.register_blueprint(desk)


@desk.get("/")
@open_to(Who.STAFF)
def page() -> str:
    room = desk_room()
    return render_template("desk/desk.html", **_floor(room), **_case(room))


@desk.get("/state")
@open_to(Who.STAFF, is_use=False)
def state() -> Response:
    """What has changed on the page: nothing (304), or its live parts as HTML."""
    room = desk_room()
    _stay_on(room, request.args.get("unit", ""))
    seen = _floor(room)
    etag = _etag(room.actor(), seen)
    if etag in request.if_none_match:
        response = Response(status=304)
    else:
        parts = {name: render_template(f"desk/live/{name}.html", **seen) for name in LIVE}
        document = {"parts": parts, "case": seen["case_sid"], "said": _said(seen)}
        response = Response(json.dumps(document), mimetype="application/json")
    response.set_etag(etag)
    return response


@desk.get("/find")
@open_to(Who.STAFF)
def find() -> AnyResponse | tuple[str, int]:
    """A precinct by its code, or by a part of its name."""
    room = desk_room()
    wanted = request.args.get("unit", "").strip()
    found = room.board.parts.election().election.find_units(wanted)
    if len(found) == 1:
        return redirect(url_for("desk.unit", code=found[0].code))
    page = render_template("desk/found.html", wanted=wanted, found=found[:50], more=len(found))
    return page, 200 if found else 404


def _floor(room: DeskRoom) -> dict[str, Any]:
    """What the live parts show. Never raises for a Redis that is silent."""
    actor, seen = room.actor(), room.floor.look()
    me = seen.member(actor.account_id)
    sid = case_of(me)
    return {
        "overview": seen,
        "me": me,
        "case_sid": sid,
        "case_row": seen.row_of(sid) if sid else None,
        "may_take": bool(me and me.leg and not me.talking_to and me.visiting is None),
    }


def _case(room: DeskRoom) -> dict[str, Any]:
    """The call and its unit, where there is a caller; read when the page is opened."""
    try:
        waiter = room.case()
    except RedisError:
        waiter = None
    if waiter is None:
        return {"call": None, "story": None, "unit": None}
    story = call_story(room.board.parts, waiter.sid)
    code = waiter.unit or story.unit
    known = code in room.board.parts.election().election.units
    unit = unit_story(room.board.parts, code) if known else None
    return {"call": waiter, "story": story, "unit": unit}


def _stay_on(room: DeskRoom, unit: str) -> None:
    """A page that is open on a unit keeps its claim."""
    if unit and room.actor().may(Role.STAFF):
        try:
            claims.renew(room.board, room.actor(), unit)
        except RedisError:
            room.board.parts.counts["claim"] += 1


def _etag(actor: Actor, seen: dict[str, Any]) -> str:
    text = f"{actor.account_id} {actor.role} {seen['overview'].tag} {seen['overview'].silent}"
    return hashlib.sha256(f"{text} {version_of('desk.js')}".encode()).hexdigest()[:20]


def _said(seen: dict[str, Any]) -> str:
    """What a screen reader says when the queue has changed."""
    waiting = seen["overview"].waiting
    if not waiting:
        return "Nobody is waiting."
    some = "1 caller is" if len(waiting) == 1 else f"{len(waiting)} callers are"
    return f"{some} waiting. First: {waiting[0].who}."


@desk.context_processor
def _shared() -> dict[str, Any]:
    """What every template of the desk may use besides."""

    def from_ms(milliseconds: int) -> datetime:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    return {
        "from_ms": from_ms,
        "waited": _minutes,
        "in_words": lambda contest, figures: figures_in_words(contest, figures.to_document()),
        "Presence": Presence,
        "Mode": Mode,
        "outcomes": OUTCOMES,
        "ways": WAYS,
        "poll_seconds": POLL_SECONDS,
    }


def _minutes(since_ms: int) -> str:
    seconds = max(0, int(context().now().timestamp() - since_ms / 1000))
    return f"{seconds // 60}:{seconds % 60:02}"
