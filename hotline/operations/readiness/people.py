"""People: who may decide, who takes calls, who hears of trouble; and what is switched on."""

from __future__ import annotations

from hotline.operations.readiness.checks import Examination, ReadinessFinding, ok, warning, wrong
from hotline.store.accounts import accounts
from hotline.store.admission import switches
from hotline.store.database import reading
from hotline.store.enums import Role, Switch
from hotline.store.monitoring import alert_people

SECOND_PERSON = 2
"""How many it takes for what needs a second person."""


def deciders(examination: Examination) -> ReadinessFinding:
    with reading(examination.parts.engine) as connection:
        found = [account for account in accounts.listed(connection) if account.active]
    ready = [one for one in found if one.role.may(Role.SUPERVISOR) and one.has_second_factor]
    admins = [one for one in ready if one.role is Role.ADMIN]
    seen = f"with a second factor: admins {len(admins)}, supervisors {len(ready) - len(admins)}"
    if not admins:
        return wrong(
            seen, "Run hotline user add NAME --role admin, and sign in: it is set up there."
        )
    if len(ready) < SECOND_PERSON:
        return warning(seen, "Add a second: some decisions need two people.")
    return ok(seen)


def desk(examination: Examination) -> ReadinessFinding:
    """By which number staff begin a shift, and who answers while nobody is on one."""
    settings = examination.parts.settings
    person = "a number is dialled while nobody is on shift" if settings.person_number else ""
    line = "staff call the staff line" if settings.staff_line else "the desk calls staff"
    if not person:
        return warning(
            f"{line}; while nobody is on shift, whoever needs a person is told to call again",
            "Set HOTLINE_PERSON_NUMBER, or have somebody on shift from the first call on.",
        )
    return ok(f"{line}; {person}")


def alerts(examination: Examination) -> ReadinessFinding:
    with reading(examination.parts.engine) as connection:
        found = alert_people.everyone(connection)
    if not found:
        return warning(
            "nobody is sent a text message when something goes wrong",
            "Choose somebody on the Alerts page of the control room.",
        )
    return ok(f"{len(found)} people are sent a text message when something goes wrong")


def all_switches(examination: Examination) -> ReadinessFinding:
    with reading(examination.parts.engine) as connection:
        on = [change for change in switches.last_changes(connection).values() if change.on]
    if not on:
        return ok("all are off")
    seen = "; ".join(f"{change.switch} is on by {change.who}: {change.why}" for change in on)
    closed = any(change.switch is Switch.INTAKE_CLOSED for change in on)
    first = (
        "hotline switch off close-intake --reason … before the precincts report. " if closed else ""
    )
    return warning(seen, f"{first}See that each is meant.")
