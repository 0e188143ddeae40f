"""Webhooks answer to the telephone network only: to a valid signature over the whole request."""

from __future__ import annotations

import logging

from flask import Blueprint, abort, request

from hotline.telephony.webhook import Signatures

log = logging.getLogger(__name__)


def require_signature(webhooks: Blueprint, signatures: Signatures) -> None:
    """Every route of `webhooks` refuses, with 403 and nothing else, what the network did not sign.

    Also what it did sign, but for another address.
    """

    @webhooks.before_request
    def check() -> None:
        signed = signatures.valid(
            request.path,
            request.query_string.decode("latin-1"),
            request.form,
            request.headers.get("X-Twilio-Signature"),
        )
        if not signed:
            log.warning("refused: no valid signature on %s", request.path)
            abort(403)
