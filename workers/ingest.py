"""What happened to calls goes into the records; what is too old goes out of them."""

from __future__ import annotations

from hotline.operations.calls import ingest as operation
from hotline.operations.upkeep import purge
from workers.process import parts


def ingest() -> None:
    here = parts()
    operation.ingest_events(here)
    purge.purge_hourly(here)
