"""The receipt of a report, by text message."""

from __future__ import annotations

from hotline.operations.reports.receipts import carrier_of, send_receipt
from workers.run import parts


def notify(report_id: int) -> int:
    """Returns how many messages were sent. RQ tries again when the carrier is busy."""
    here = parts()
    return send_receipt(here, carrier_of(here), report_id)
