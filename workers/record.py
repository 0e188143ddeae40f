"""What happened to calls goes into the records; what is too old goes out of them."""

from __future__ import annotations

from hotline.operations import purge
from hotline.operations import record as operation
from workers.process import parts


def record() -> None:
    here = parts()
    operation.record(here)
    purge.purge_hourly(here)
