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


WAITING = PREFIX + "waiting"
ON_SHIFT = PREFIX + "on-shift"


def waiter_key(sid: str) -> str:
    """Where somebody who waits for a person is kept, or somebody whom a person has taken."""
    return f"{PREFIX}waiter:{sid}"


def staff_key(account_id: int) -> str:
    """Where the presence and the telephone of a member of staff are kept."""
    return f"{PREFIX}staff:{account_id}"


def claim_key(ledger_id: int, unit: str) -> str:
    """Where it is kept who at the desk is on a unit."""
    return f"{PREFIX}claim:{ledger_id}:{unit}"
