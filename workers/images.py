"""A photograph that came by text message, fetched from the carrier."""

from __future__ import annotations

from hotline.operations.desk.entry.pictures import fetch_picture, media_of
from workers.run import parts


def fetch(image_id: int) -> str | None:
    """What became of it. RQ tries again when the carrier is busy."""
    here = parts()
    state = fetch_picture(here, media_of(here), image_id)
    return state.value if state else None
