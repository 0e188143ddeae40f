"""Names in Redis that more than one part of the store uses (docs/architecture.md lists all)."""

from __future__ import annotations

PREFIX = "hotline:"
EPOCH = PREFIX + "epoch"
EVENTS = PREFIX + "events"
BLOCKS = PREFIX + "blocks"
SWITCHES = PREFIX + "switches"
ALARM = PREFIX + "alarm"


def call_key(sid: str) -> str:
    """Where a call in progress is kept."""
    return f"{PREFIX}call:{sid}"
