"""A recanvass or recount is asked for; it is closed without being filed, or looked into again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from hotline.election.model import Election
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.recanvass.refusal import RecanvassError, held, reason
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import RecanvassKind, RecanvassState, Role
from hotline.store.publication import publications
from hotline.store.recanvass import recanvasses
from hotline.store.recanvass.recanvasses import Recanvass

UNDER_WAY = (RecanvassState.OPEN, RecanvassState.DECIDED)
SHOWN = 5  # unknown codes that a refusal names


def ask(
    parts: AppContext, by: Actor, kind: RecanvassKind, units: Sequence[str] | None, why: str
) -> int:
    """Begins one, of these units or (None) of all; its number. Asked again the same, it is that.

    For supervisors. Raises RecanvassError, NotAllowedError.
    """
    require(by, Role.SUPERVISOR)
    why = reason(why)
    active = parts.election()
    wanted = None if units is None else _existing(active.election, units)

    def work(connection: Connection) -> int:
        exclusive(connection, "recanvasses", active.ledger_id)
        running = recanvasses.under_way(connection, active.ledger_id)
        if running is not None:
            if (running.kind, running.units, running.asked_by, running.why) == (
                kind,
                None if wanted is None else tuple(wanted),
                by.name,
                why,
            ):
                return running.id
            raise RecanvassError(
                f"{running.kind} {running.id} is under way: file it, or close it, first"
            )
        base = publications.progress(connection, active.ledger_id).standing
        at = parts.now()
        number = recanvasses.add_recanvass(
            connection, active.ledger_id, kind, wanted, by.name, at, why, base
        )
        after = {"number": number, "kind": kind.value, "units": wanted or "all", "base": base}
        log_activity(connection, parts, by, ActivityKind.RECANVASS_ASKED, after=after, note=why)
        return number

    try:
        return transact(parts.engine, work)
    except IntegrityError:
        raise RecanvassError("another one was asked for at this moment: look again") from None


def close(parts: AppContext, by: Actor, number: int, why: str) -> None:
    """Gives it up, with a reason: nothing is filed. Raises RecanvassError, NotAllowedError."""
    require(by, Role.SUPERVISOR)
    why = reason(why)

    def work(connection: Connection) -> None:
        found = held(parts, connection, number, *UNDER_WAY)
        _require_unfiled(connection, found)
        recanvasses.move(connection, number, RecanvassState.CLOSED, closed_why=why)
        _log_moved(connection, parts, by, found, RecanvassState.CLOSED, why)

    transact(parts.engine, work)


def reopen(parts: AppContext, by: Actor, number: int, why: str) -> None:
    """What was decided is looked into again. Raises RecanvassError, NotAllowedError."""
    require(by, Role.SUPERVISOR)
    why = reason(why)

    def work(connection: Connection) -> None:
        found = held(parts, connection, number, RecanvassState.DECIDED)
        _require_unfiled(connection, found)
        columns = {"decided_by": "", "decided_at": None}
        recanvasses.move(connection, number, RecanvassState.OPEN, **columns)
        _log_moved(connection, parts, by, found, RecanvassState.OPEN, why)

    transact(parts.engine, work)


def find_recanvass(parts: AppContext, number: int) -> Recanvass | None:
    with reading(parts.engine) as connection:
        return recanvasses.find_recanvass(connection, number)


def under_way(parts: AppContext) -> Recanvass | None:
    """The one that is open or decided, of the ledger in use."""
    with reading(parts.engine) as connection:
        return recanvasses.under_way(connection, parts.election().ledger_id)


def listed(parts: AppContext) -> list[Recanvass]:
    """All of the ledger in use, the newest first."""
    with reading(parts.engine) as connection:
        return recanvasses.of_ledger(connection, parts.election().ledger_id)


def codes_in(text: str) -> list[str] | None:
    """The codes in a text, between spaces, commas or semicolons; None for a text without any."""
    return re.split(r"[\s,;]+", text.strip()) if text.strip() else None


def _existing(election: Election, units: Sequence[str]) -> list[str]:
    if unknown := [code for code in dict.fromkeys(units) if code not in election.units]:
        more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        named = ", ".join(code[:20] for code in unknown[:SHOWN])
        raise RecanvassError(f"no precinct has the code {named}{more}")
    if not units:
        raise RecanvassError("name the precincts, or ask for all")
    return sorted(set(units))


def _require_unfiled(connection: Connection, found: Recanvass) -> None:
    """What has begun to be filed has to be filed to its end: half of it would count else."""
    if any(one.report_id for one in recanvasses.records_by_unit(connection, found.id).values()):
        raise RecanvassError("a part of it is filed already: file the rest")


def _log_moved(
    connection: Connection,
    parts: AppContext,
    by: Actor,
    found: Recanvass,
    state: RecanvassState,
    why: str,
) -> None:
    kind = (
        ActivityKind.RECANVASS_CLOSED
        if state is RecanvassState.CLOSED
        else ActivityKind.RECANVASS_DECIDED
    )
    log_activity(
        connection,
        parts,
        by,
        kind,
        before={"number": found.id, "state": found.state.value},
        after={"state": state.value},
        note=why,
    )
