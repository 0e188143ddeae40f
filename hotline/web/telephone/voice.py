"""The telephone's webhooks: what has happened comes in, signed, and a reply goes out.

Nothing is decided here.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from config import logs
from hotline.telephony.replies import Continuation, Destination
from hotline.web.admin.timing import mark_as_apologised
from hotline.web.console.access import Who, open_to
from hotline.web.console.services import context
from hotline.web.telephone.signed import require_signature, telephone_room

log = logging.getLogger(__name__)

ALONE = (
    Destination.ANSWER,
    Destination.DIALLED,
    Destination.ACCEPT,
    Destination.ACCEPTED,
    Destination.FALLBACK,
    Destination.STAFF_ENTERED,
    Destination.STAFF_ROOM,
    Destination.STAFF_LEFT,
)
WITH_NUMBER = (
    Destination.TURN,
    Destination.DIALLED,
    Destination.WAITING,
    Destination.WAITED,
    Destination.TALK,
    Destination.TALKED,
)
WITH_NAME = (
    Destination.CALLED,
    Destination.REACHED,
    Destination.STAFF_CALLED,
    Destination.STAFF_ACCEPTED,
)

voice = Blueprint("voice", __name__, url_prefix="/voice")
voice.before_request(require_signature)


@open_to(Who.SIGNED)
def reply(stage: Destination, key: int | str | None = None) -> Response:
    """The next reply. Whatever fails, the caller hears words and is offered a person.

    Where another host can answer and this one cannot, 503: nothing was done, and it is asked.
    """
    room, host = telephone_room(), context().host
    if stage is not Destination.FALLBACK:
        host.check_when_due()
        if host.must_pass_on:
            return _elsewhere()
    news = room.webhooks.read_call(request.form)
    logs.also_about(call=news.call.sid)
    try:
        said = room.router.reply(news, Continuation(stage, key))
    except Exception:
        if host.passes_on_failure():
            log.warning("the step failed and is passed on, call=%s", news.call.sid)
            return _elsewhere()
        log.exception("the step failed and was apologised for, call=%s", news.call.sid)
        mark_as_apologised()
        said = room.router.apology(news.call)
    return Response(room.webhooks.write(said), mimetype=room.webhooks.reply_types[0])


def _elsewhere() -> Response:
    return Response("another host can answer this\n", 503, mimetype="text/plain")


def _route(stages: tuple[Destination, ...], key: str) -> None:
    for stage in stages:
        endpoint = f"{stage.name.lower()}{'_of' if key else ''}"
        voice.add_url_rule(
            f"/{stage}{key}", endpoint, reply, methods=["POST"], defaults={"stage": stage}
        )


_route(ALONE, "")
_route(WITH_NUMBER, "/<int:key>")
_route(WITH_NAME, "/<key>")


@voice.post(f"/{Destination.STATUS}")
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
