"""Units that are given up as lost for good, as the log of activity has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from hotline.store.audit import activity
from hotline.store.enums import ActivityKind

KINDS = (ActivityKind.LOSS_PROPOSED, ActivityKind.LOSS_AGREED, ActivityKind.LOSS_WITHDRAWN)


@dataclass(frozen=True, slots=True)
class LostUnit:
    """A unit whose report will never come, as one person says, or two. `why` is published."""

    code: str
    why: str
    by_id: int | None
    by: str
    at: datetime  # UTC
    agreed_by: str = ""  # '' while it waits for a second person
    agreed_at: datetime | None = None

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None

    @property
    def stamp(self) -> str:
        """What a form gives back, so that nobody agrees to what was proposed meanwhile."""
        return self.at.isoformat()


def lost_units(connection: Connection, ledger_id: int) -> Mapping[str, LostUnit]:
    """By code, what is proposed or agreed now in a ledger; what was withdrawn is not in it."""
    found: dict[str, LostUnit] = {}
    for entry in activity.of_kinds(connection, ledger_id, KINDS):
        code = entry.unit_code
        if entry.kind is ActivityKind.LOSS_PROPOSED:
            found[code] = LostUnit(code, entry.note, entry.account_id, entry.who, entry.at)
        elif entry.kind is ActivityKind.LOSS_WITHDRAWN:
            found.pop(code, None)
        elif code in found:
            found[code] = replace(found[code], agreed_by=entry.who, agreed_at=entry.at)
    return found


def agreed_losses(connection: Connection, ledger_id: int) -> Mapping[str, LostUnit]:
    """Those that two people agreed on, by code."""
    listed = lost_units(connection, ledger_id)
    return {code: lost for code, lost in listed.items() if lost.is_agreed}


def agreed_reasons(connection: Connection, ledger_id: int) -> frozenset[tuple[str, str]]:
    """Code and reason of all that two people ever agreed on, whether it was taken back or not."""
    agreed = activity.of_kinds(connection, ledger_id, (ActivityKind.LOSS_AGREED,))
    return frozenset((entry.unit_code, entry.note) for entry in agreed)
