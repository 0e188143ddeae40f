"""What people at the desk do is written down in the same transaction in which it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.enums import ActivityKind

__all__ = ["ActivityKind", "log_activity"]

LONGEST_NOTE = 2_000  # characters


def log_activity(
    connection: Connection,
    parts: AppContext,
    who: Actor,
    kind: ActivityKind,
    *,
    call_sid: str = "",
    unit: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Adds an entry in the caller's transaction; it belongs to the ledger that is open.

    No PIN, password or full telephone number belongs into any of the fields.
    """
    active = parts.known_election()
    activity.add_entry(
        connection,
        ActivityEntry(
            at=parts.now(),
            account_id=who.account_id,
            who=who.name,
            kind=kind,
            call_sid=call_sid,
            unit_code=unit,
            ledger_id=active.ledger_id if active else None,
            before=before,
            after=after,
            note=note[:LONGEST_NOTE],
        ),
    )
