"""Webhooks answer to the telephone network only: to a valid signature over the whole request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, abort, current_app, request

from hotline.operations.calls.router import CallRouter
from hotline.telephony.events import IncomingText
from hotline.telephony.network import Webhooks

log = logging.getLogger(__name__)

NAME = "hotline.telephone"


@dataclass(frozen=True)
class TelephoneRoom:
    """What the webhooks work with. `answer_text`: the answer to a message, None for silence."""

    webhooks: Webhooks
    router: CallRouter
    answer_text: Callable[[IncomingText], str | None]

    def furnish(self, app: Flask) -> None:
        """Makes this the room of an application."""
        app.extensions[NAME] = self


def telephone_room() -> TelephoneRoom:
    """That of the application that is answering."""
    room: TelephoneRoom = current_app.extensions[NAME]
    return room


def require_signature() -> None:
    """Refuses, with 403 and nothing else, what the network did not sign.

    Also what it did sign, but for another address. For Blueprint.before_request.
    """
    genuine = telephone_room().webhooks.is_genuine(
        request.path, request.query_string.decode("latin-1"), request.form, request.headers.get
    )
    if not genuine:
        log.warning("refused: no valid signature on %s", request.path)
        abort(403)
