"""Pointing our telephone numbers at us: what would change, and then changing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from hotline.guard.caller import last_four
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.readiness import numbers
from hotline.store.database import transact
from hotline.store.enums import Role
from hotline.telephones import TelephoneError, read_telephone
from hotline.telephony.network import (
    Carrier,
    CarrierBusy,
    CarrierDenied,
    CarrierNotFound,
    CarrierRefused,
    CarrierThrottled,
    CarrierWords,
)
from hotline.telephony.numbers import Destinations, OwnNumber


class ProvisionError(ValueError):
    """The numbers lead where they led; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class NumberChange:
    """What is done to one number; nothing, where `differences` is empty."""

    number: OwnNumber
    what: str  # which of our lines it is
    wanted: Destinations

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        return self.number.leads.differences(self.wanted)


def plan(parts: AppContext, carrier: Carrier, only: Collection[str] = ()) -> Sequence[NumberChange]:
    """What has to change at the carrier; nothing is changed yet.

    `only`: these numbers (E.164) alone. Raises ProvisionError for a number that is not one of ours,
    one that the account does not hold, and whatever the carrier refuses.
    """
    ours = numbers.ours(parts)
    only = {_number(parts, written) for written in only}
    if unknown := sorted(only - ours.keys()):
        raise ProvisionError(
            f"{', '.join(unknown)}: neither the election nor HOTLINE_STAFF_LINE names this number"
        )
    if not ours:
        raise ProvisionError("no number is known: load the election first")
    held = {number.number: number for number in _asked(carrier)}
    wanted = [number for number in ours if not only or number in only]
    if missing := [number for number in wanted if number not in held]:
        raise ProvisionError(
            f"the account {parts.settings.account_sid} does not hold "
            + ", ".join(f"{number} ({ours[number]})" for number in missing)
        )
    to = numbers.destinations(parts.settings)
    return [NumberChange(held[number], ours[number], to) for number in wanted]


def _number(parts: AppContext, written: str) -> str:
    try:
        return read_telephone(written, parts.country)
    except TelephoneError as error:
        raise ProvisionError(f"{written} {error}") from None


def apply(
    parts: AppContext, carrier: Carrier, changes: Sequence[NumberChange], actor: Actor
) -> int:
    """Carries out what differs, number by number, each written down once it is done.

    Returns how many were changed. Raises ProvisionError where the carrier refuses one: those before
    it are done, and the plan can be made again.
    """
    require(actor, Role.ADMIN)
    done = 0
    for change in changes:
        if change.differences:
            _lead(carrier, change)
            write_down = partial(_write_down, parts=parts, actor=actor, change=change)
            transact(parts.engine, write_down)
            done += 1
    return done


def _write_down(
    connection: Connection, parts: AppContext, actor: Actor, change: NumberChange
) -> None:
    differences = change.differences
    log_activity(
        connection,
        parts,
        actor,
        ActivityKind.PROVISIONED,
        before={name: was for name, (was, _) in differences.items()},
        after={name: becomes for name, (_, becomes) in differences.items()},
        note=f"{change.what}, the number that ends in {last_four(change.number.number)}",
    )


def _asked(carrier: Carrier) -> list[OwnNumber]:
    try:
        return carrier.numbers()
    except (CarrierRefused, CarrierBusy) as error:
        raise ProvisionError(reason_of(error, carrier.words)) from error


def _lead(carrier: Carrier, change: NumberChange) -> None:
    try:
        carrier.lead(change.number, change.wanted)
    except (CarrierRefused, CarrierBusy) as error:
        raise ProvisionError(f"{change.what}: {reason_of(error, carrier.words)}") from error


def reason_of(error: CarrierRefused | CarrierBusy, words: CarrierWords) -> str:
    """What the carrier's answer means for whoever has to mend it."""
    match error:
        case CarrierThrottled():
            return f"the carrier has too many requests at the moment ({error}): try again"
        case CarrierBusy():
            return f"the carrier cannot be reached ({error}): try again, or see HOTLINE_API_BASE"
        case CarrierNotFound():
            return (
                f"the carrier does not know it ({error}): {words.account} is another account's, "
                "or the number was given back"
            )
        case CarrierDenied():
            return (
                f"the carrier does not let us in ({error}): {words.key} do not belong to "
                f"{words.account}"
            )
    return f"the carrier refuses it ({error})"
