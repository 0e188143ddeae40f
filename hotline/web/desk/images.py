"""The photographs that came by text message: a watched inbox, and what is kept apart from it."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from hotline.operations.desk.entry import inbox
from hotline.operations.desk.words import unit_name
from hotline.store.desk.images import StoredImage
from hotline.store.enums import ImageState, Role
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.console.services import context
from hotline.web.desk.room import DeskRoom, acting, desk_room

PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=300",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}

STATES = {
    ImageState.AWAITED: "being fetched",
    ImageState.NEW: "new",
    ImageState.SEEN: "looked at",
    ImageState.QUARANTINED: "in quarantine",
    ImageState.REFUSED: "refused",
}


@desk.get("/images")
@open_to(Who.STAFF)
def images() -> str:
    """All of them, or those of one precinct."""
    room = desk_room()
    parts = context()
    unit = request.args.get("unit", "")
    listed = [photograph for photograph in inbox.inbox(parts) if unit in ("", photograph.unit_code)]
    new = [photograph for photograph in listed if photograph.state is not ImageState.SEEN]
    seen = [photograph for photograph in listed if photograph.state is ImageState.SEEN]
    lists = {"New": new, "Looked at": seen}
    return render_template("desk/images.html", title="Photographs", lists=lists, **_words(room))


@desk.get("/images/quarantine")
@open_to(Who.STAFF)
def quarantine() -> str:
    room = desk_room()
    parts = context()
    listed = inbox.quarantine(parts)
    kept = [photograph for photograph in listed if photograph.state is ImageState.QUARANTINED]
    refused = [photograph for photograph in listed if photograph.state is ImageState.REFUSED]
    lists = {"From telephones that are not on the roster": kept, "Refused": refused}
    return render_template("desk/images.html", title="Quarantine", lists=lists, **_words(room))


@desk.get("/images/<int:number>")
@open_to(Who.STAFF)
def image(number: int) -> str:
    room = desk_room()
    stored = _found(room, number)
    held = stored.state is ImageState.QUARANTINED
    may_attach = room.actor().may(Role.SUPERVISOR if held else Role.STAFF)
    return render_template("desk/image.html", image=stored, may_attach=may_attach, **_words(room))


@desk.get("/images/<int:number>/picture")
@open_to(Who.STAFF)
def picture(number: int) -> Response:
    """The picture itself, or with ?small=1 a small one."""
    room = desk_room()
    is_small = request.args.get("small") == "1"
    try:
        data = inbox.read_picture(room.board.parts, _found(room, number), is_small=is_small)
    except FileNotFoundError:
        abort(404)
    return Response(data, mimetype="image/jpeg", headers=PICTURE_HEADERS)


@desk.post("/images/<int:number>/attach")
@open_to(Who.STAFF)
@acting
def attach_image(number: int) -> str:
    room = desk_room()
    parts = context()
    unit = request.form.get("unit", "").strip()
    inbox.attach(parts, room.actor(), _found(room, number).id, unit)
    return f"it is attached to {unit_name(parts.election().election, unit)}"


@desk.post("/images/<int:number>/seen")
@open_to(Who.STAFF)
@acting
def see_image(number: int) -> str:
    room = desk_room()
    parts = context()
    inbox.mark_seen(parts, room.actor(), _found(room, number).id)
    return "marked as looked at"


def _found(room: DeskRoom, number: int) -> StoredImage:
    stored = inbox.of_id(room.board.parts, room.actor(), number)
    if stored is None:
        abort(404)
    return stored


def _words(room: DeskRoom) -> dict[str, object]:
    election = room.board.parts.election().election
    return {"states": STATES, "name_of": lambda code: unit_name(election, code)}
