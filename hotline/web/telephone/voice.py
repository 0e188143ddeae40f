"""The telephone's webhooks: what has happened comes in, signed, and a reply goes out.

Nothing is decided here.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from config import logs
from hotline.telephony.replies import Continuation, Stage
from hotline.web.admin.timing import mark_as_apologised
from hotline.web.console.access import Who, open_to
from hotline.web.telephone.signed import require_signature, telephone_room

log = logging.getLogger(__name__)

ALONE = (
    *(Stage.ANSWER, Stage.DIALLED, Stage.ACCEPT, Stage.ACCEPTED, Stage.FALLBACK),
    *(Stage.STAFF_ENTERED, Stage.STAFF_ROOM, Stage.STAFF_LEFT),
)
WITH_NUMBER = (*(Stage.TURN, Stage.DIALLED, Stage.WAITING, Stage.WAITED, Stage.TALK, Stage.TALKED),)
WITH_NAME = (Stage.CALLED, Stage.REACHED, Stage.STAFF_CALLED, Stage.STAFF_ACCEPTED)

voice = Blueprint("voice", __name__, url_prefix="/voice")
voice.before_request(require_signature)


@open_to(Who.SIGNED)
def reply(stage: Stage, key: int | str | None = None) -> Response:
    """The next reply. Whatever fails, the caller hears words and is offered a person."""
    room = telephone_room()
    news = room.webhooks.read_call(request.form)
    logs.also_about(call=news.call.sid)
    try:
        said = room.router.reply(news, Continuation(stage, key))
    except Exception:
        log.exception("the step failed and was apologised for, call=%s", news.call.sid)
        mark_as_apologised()
        said = room.router.apology(news.call)
    return Response(room.webhooks.write(said), mimetype=room.webhooks.reply_types[0])


def _route(stages: tuple[Stage, ...], key: str) -> None:
    for stage in stages:
        endpoint = f"{stage.name.lower()}{'_of' if key else ''}"
        voice.add_url_rule(
            *(f"/{stage}{key}", endpoint, reply), methods=["POST"], defaults={"stage": stage}
        )


_route(ALONE, "")
_route(WITH_NUMBER, "/<int:key>")
_route(WITH_NAME, "/<key>")


@voice.post(f"/{Stage.STATUS}")
@open_to(Who.SIGNED)
def status() -> tuple[str, int]:
    """A call is over, or has come to something else, which is not kept."""
    room = telephone_room()
    news = room.webhooks.read_call(request.form)
    try:
        room.router.ended(news)
    except Exception:
        log.exception("status not kept, call=%s", news.call.sid)
    return "", 204
