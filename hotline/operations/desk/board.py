"""What everything at the desk works with: the queue, the staff, the claims, and the carrier."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.reports.receipts import carrier_of
from hotline.store.database import transact
from hotline.store.desk.claims import ClaimStore
from hotline.store.desk.staff import StaffStore
from hotline.store.desk.waiting import WaitingStore
from hotline.store.enums import ActivityKind
from hotline.telephony.network import Carrier, CarrierThrottled

log = logging.getLogger(__name__)

PATIENCE = 4.0  # seconds for a request to the carrier: somebody looks at the page meanwhile
PAUSES = (0.25, 0.5, 1.0)  # seconds between attempts, where the carrier has too much to do

Result = TypeVar("Result")


class DeskError(Exception):
    """It was not done; the message says why, to whoever asked for it."""


@dataclass(frozen=True)
class DeskServices:
    """One a process; threads may share it. `dialling`: another carrier than that of the settings,
    for tests."""

    parts: AppContext
    dialling: Carrier | None = None

    @cached_property
    def carrier(self) -> Carrier:
        return self.dialling or carrier_of(self.parts, PATIENCE)

    @cached_property
    def waiting(self) -> WaitingStore:
        return WaitingStore(self.parts.redis)

    @cached_property
    def staff(self) -> StaffStore:
        return StaffStore(self.parts.redis)

    @cached_property
    def claims(self) -> ClaimStore:
        return ClaimStore(self.parts.redis)

    @property
    def our_number(self) -> str:
        """What calls of ours come from (E.164). Raises DeskError where the election has none."""
        number = self.parts.election().election.chairs_line
        if not number:
            raise DeskError("the election names no telephone line to call from")
        return number

    def write_down(
        self,
        who: Actor,
        kind: ActivityKind,
        sid: str = "",
        *,
        unit: str = "",
        note: str = "",
        **after: str | int | bool | None,
    ) -> None:
        """An entry in the log, of something that has happened on the telephone already.

        Never raises: a caller must not lose the person he speaks with because a database is down.
        """
        try:
            transact(
                self.parts.engine,
                lambda connection: log_activity(
                    connection,
                    self.parts,
                    who,
                    kind,
                    call_sid=sid,
                    unit=unit,
                    after=after or None,
                    note=note,
                ),
            )
        except SQLAlchemyError:
            self.parts.counts["activity"] += 1
            log.exception("not written down: %s by %s, call=%s", kind, who.name, sid)


def patiently(request: Callable[[], Result]) -> Result:
    """The request, made again where the carrier says that it has too much to do."""
    for pause in PAUSES:
        try:
            return request()
        except CarrierThrottled:
            time.sleep(pause)
    return request()


def account_of(actor: Actor) -> int:
    """The account of somebody who acts in person."""
    if actor.account_id is None:
        raise DeskError(f"{actor.name} is no person, and has no telephone")
    return actor.account_id
