"""The next reminder of a batch that a supervisor has sent."""

from __future__ import annotations

from functools import cache

from hotline.operations.desk.reminders import send_next
from hotline.operations.reports.receipts import carrier_of
from hotline.telephony.network import Carrier
from workers.process import parts


def remind(token: str) -> str:
    return send_next(parts(), _carrier(), token) or ""


@cache
def _carrier() -> Carrier:
    return carrier_of(parts())
