"""The text message webhook: a signed form comes in, and at most one short answer goes out."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from hotline.web.console.access import Who, open_to
from hotline.web.telephone.signed import require_signature, telephone_room

log = logging.getLogger(__name__)

sms = Blueprint("sms", __name__, url_prefix="/sms")
sms.before_request(require_signature)


@sms.post("/answer")
@open_to(Who.SIGNED)
def answer() -> Response:
    """The answer to a message, or silence."""
    room = telephone_room()
    text = room.webhooks.read_text(request.form)
    try:
        body = room.answer_text(text)
    except Exception:
        log.exception("a text message is not answered, message=%s", text.sid)
        body = None
    return Response(room.webhooks.write_text(body), mimetype=room.webhooks.reply_types[0])
