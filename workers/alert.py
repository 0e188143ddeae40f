"""An incident has begun or ended: whoever is to know is told."""

from __future__ import annotations

import logging
from functools import cache

from hotline.operations.monitoring import alert_policy
from hotline.operations.monitoring.alert_policy import NotToldYet
from hotline.operations.reports.receipts import carrier_of
from hotline.store.monitoring.incidents import Phase
from hotline.telephony.network import Carrier
from workers.process import parts

log = logging.getLogger(__name__)


def tell(incident_id: int, phase: str) -> int:
    """Returns to how many it was told. The clock sees to those who could not be told yet."""
    try:
        return alert_policy.tell(parts(), _carrier(), incident_id, Phase(phase))
    except NotToldYet as error:
        log.warning("%s", error)
        return 0


@cache
def _carrier() -> Carrier:
    return carrier_of(parts())
