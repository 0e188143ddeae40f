"""Recorded prompts, fetched by the telephone network while a call hears them.

They are open to all, as what they say is: no caller's state is in them, and a network that keeps
copies asks without a signature. Neither database nor Redis is needed.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from hotline.telephony.recordings import LANGUAGE, NAME
from hotline.web.console.access import Who, open_to

A_YEAR = 31_536_000  # seconds; another content has another URL


def recordings_blueprint(folder: Path) -> Blueprint:
    """Serves the folder's recordings, and nothing else that is in it."""
    recordings = Blueprint("recordings", __name__, url_prefix="/recordings")
    absolute = folder.resolve()

    @recordings.get("/<language>/<name>")
    @open_to(Who.PUBLIC)
    def recording(language: str, name: str) -> Response:
        if not (LANGUAGE.fullmatch(language) and NAME.fullmatch(name)):
            abort(404)
        found = send_from_directory(
            absolute / language, name, mimetype="audio/wav", max_age=A_YEAR, conditional=True
        )
        found.cache_control.public, found.cache_control.immutable = True, True
        return found

    return recordings
