"""The text message webhook: a signed form comes in, and at most one short answer goes out."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, Response, request

from hotline.telephony import twiml
from hotline.telephony.webhook import Signatures, Text, read_text
from hotline.web.console.access import Who, open_to
from hotline.web.telephone.signed import require_signature

log = logging.getLogger(__name__)


def sms_blueprint(reply: Callable[[Text], str | None], signatures: Signatures) -> Blueprint:
    """The route under /sms. `reply` gives the answer to a message, None for silence."""
    sms = Blueprint("sms", __name__, url_prefix="/sms")
    require_signature(sms, signatures)

    @sms.post("/answer")
    @open_to(Who.SIGNED)
    def answer() -> Response:
        text = read_text(request.form)
        try:
            body = reply(text)
        except Exception:
            log.exception("a text message is not answered, message=%s", text.sid)
            body = None
        return Response(twiml.text_reply(body) if body else twiml.no_reply(), mimetype="text/xml")

    return sms
