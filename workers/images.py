"""Photographs that came by text message: fetched from the carrier, and acknowledged."""

from __future__ import annotations

from hotline.operations.desk.entry import acknowledging
from hotline.operations.desk.entry.pictures import fetch_picture, media_of
from hotline.operations.reports.receipts import carrier_of
from workers.run import parts


def fetch(image_id: int) -> str | None:
    """What became of it. RQ tries again when it is not there yet or the carrier is busy."""
    here = parts()
    state = fetch_picture(here, media_of(here), image_id)
    return state.value if state else None


def acknowledge(image_id: int) -> bool:
    """Whether a text went out. RQ tries again when the carrier is busy."""
    here = parts()
    return acknowledging.acknowledge(here, carrier_of(here), image_id)
