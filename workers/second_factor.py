"""The code of a second factor, to the unit's own phones."""

from __future__ import annotations

from hotline.operations.calls.deliver_code import deliver_code
from hotline.operations.reports.receipts import carrier_of
from workers.run import parts


def send_code(token: str) -> int:
    """Returns to how many phones it was sent. RQ tries again when the carrier is busy."""
    here = parts()
    return deliver_code(here, carrier_of(here), token)
