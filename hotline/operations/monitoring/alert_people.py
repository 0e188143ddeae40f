"""Who gets text messages of alerts, and trying whether they arrive."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from hotline.guard.caller import last_four
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.shift import read_phone
from hotline.operations.monitoring.rules import AlertRule
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import Account
from hotline.store.database import reading, transact
from hotline.store.enums import Role
from hotline.store.monitoring import alert_people, incidents
from hotline.store.monitoring.alert_people import Recipient
from hotline.store.monitoring.incidents import Incident

log = logging.getLogger(__name__)


class AlertError(Exception):
    """It was not done; the message says why."""


def recipients(parts: AppContext) -> Sequence[Recipient]:
    """By name."""
    with reading(parts.engine) as connection:
        return alert_people.everyone(connection)


def choices(parts: AppContext) -> Sequence[Account]:
    """Who may get alerts: administrators, by name."""
    with reading(parts.engine) as connection:
        return [one for one in accounts.listed(connection) if _may_get(one)]


def add_recipient(board: DeskServices, actor: Actor, name: str, phone: str) -> Recipient:
    """Alerts go to this telephone of an administrator from now on, in place of an earlier one.

    Raises AlertError, and PhoneError or DeskError for a telephone that cannot be.
    """
    require(actor, Role.ADMIN)
    number, parts = read_phone(phone, board.our_number), board.parts

    def work(connection: Connection) -> Recipient:
        account = accounts.by_name(connection, name)
        if account is None or not _may_get(account):
            raise AlertError("alerts go to administrators: choose one")
        before = _of(connection, account.id)
        alert_people.put(connection, account.id, number, parts.now(), actor.name)
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.ALERT_PEOPLE_CHANGED,
            before=_noted(before),
            after={"name": account.name, "phone": last_four(number)},
        )
        return Recipient(account.id, account.name, number, parts.now(), actor.name)

    return transact(parts.engine, work)


def remove_recipient(parts: AppContext, actor: Actor, account_id: int) -> Recipient:
    """This person gets no alerts any more. Raises AlertError."""
    require(actor, Role.ADMIN)

    def work(connection: Connection) -> Recipient:
        before = _of(connection, account_id)
        if before is None or not alert_people.remove(connection, account_id):
            raise AlertError("this person gets no alerts already")
        log_activity(
            connection, parts, actor, ActivityKind.ALERT_PEOPLE_CHANGED, before=_noted(before)
        )
        return before

    return transact(parts.engine, work)


def send_test(parts: AppContext, actor: Actor) -> Incident:
    """Has a test told to all who get alerts, in the way in which alerts are."""
    require(actor, Role.ADMIN)

    def work(connection: Connection) -> Incident:
        said = f"{actor.name} tries whether alerts arrive"
        incident = incidents.record_incident(connection, AlertRule.TEST.value, parts.now(), said)
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.ALERT_BEGUN,
            after={"incident": incident.id, "rule": incident.rule},
            note=said,
        )
        return incident

    return transact(parts.engine, work)


def _may_get(account: Account) -> bool:
    return account.active and account.role.may(Role.ADMIN)


def _of(connection: Connection, account_id: int) -> Recipient | None:
    found = alert_people.everyone(connection)
    return next((one for one in found if one.account_id == account_id), None)


def _noted(recipient: Recipient | None) -> dict[str, str] | None:
    return {"name": recipient.name, "phone": recipient.last_four} if recipient else None
