"""Counting a ledger anew, from its reports and their events alone, and comparing.

The running totals and the units' states are what tabulation made of the same reports one by one.
If both agree, no report was lost, and none was counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, bindparam, func, select, update

from hotline.election import tally
from hotline.election.model import Election, Unit
from hotline.election.publication.outlook import DoubtedUnit
from hotline.election.sums import Contribution, Key
from hotline.store.audit import ledger_chain
from hotline.store.audit.ledger_chain import LedgerHead
from hotline.store.enums import Status, UnitStatus
from hotline.store.reports import reports, totals
from hotline.store.reports.reports import Report
from hotline.store.reports.unit import STATE, UnitState, settle
from hotline.store.schema.tables import outbox, report, report_event, unit_state

NOTHING_YET = UnitState(UnitStatus.OUTSTANDING, None, contested=False, verified=False)

Sums = dict[str, dict[Key, int]]


@dataclass(frozen=True, slots=True)
class Recount:
    """What a ledger comes to."""

    sums: Sums  # by scope
    states: Mapping[str, UnitState]  # by the code of every unit of the election
    events: int
    as_of: datetime | None  # UTC: the latest event; None if there is none
    differences: tuple[str, ...]  # from what is kept, in words, causes before effects
    head: LedgerHead  # of the chain of its events
    doubted: tuple[DoubtedUnit, ...] = ()  # units that are held or contested


def recount(connection: Connection, election: Election, ledger_id: int) -> Recount:
    """Counts a ledger anew. The transaction should see a single moment (`database.reading`)."""
    filed = reports.of_ledger(connection, ledger_id)
    by_unit = {code: list(own) for code, own in groupby(filed, key=lambda r: r.unit_code)}
    states = dict.fromkeys(election.units, NOTHING_YET)
    counting: list[Report] = []
    differences: list[str] = []
    for code, versions in by_unit.items():
        counted = [version for version in versions if version.status is Status.COUNTED]
        if code not in states:
            differences.append(f"precinct {code} is not in the election")
        elif len(counted) > 1:
            differences.append(f"precinct {code} counts {len(counted)} reports")
        else:
            counting += counted
            states[code] = settle(versions)
    sums = tally.recount(
        election, ((election.units[r.unit_code], r.figures_by_contest()) for r in counting)
    )
    differences += _lost(connection, ledger_id, filed)
    events, head = count_events(connection, ledger_id), ledger_chain.head(connection, ledger_id)
    if events != head.entries:
        differences.append(f"the ledger has {events} events, and binds {head.entries}")
    differences += _units_that_differ(connection, ledger_id, states)
    differences += _sums_that_differ(totals.read_totals(connection, ledger_id), sums)
    return Recount(
        sums,
        states,
        events,
        max((version.changed_at for version in filed), default=None),
        tuple(differences),
        head,
        tuple(_doubted(election, states, by_unit)),
    )


def _doubted(
    election: Election, states: Mapping[str, UnitState], by_unit: Mapping[str, list[Report]]
) -> Iterator[DoubtedUnit]:
    for code, versions in by_unit.items():
        state = states.get(code)
        if state is None or not (state.contested or state.status is UnitStatus.HELD):
            continue
        unit = election.units[code]

        def adds(version: Report, unit: Unit = unit) -> Contribution:
            return tally.contribution(election, unit, version.figures_by_contest())

        counted = [adds(v) for v in versions if v.status is Status.COUNTED]
        claims = [adds(v) for v in versions if v.status is Status.HELD]
        yield DoubtedUnit(unit, counted[0] if counted else {}, tuple(claims))


def count_events(connection: Connection, ledger_id: int) -> int:
    """How many events the reports of a ledger have had."""
    count: int = connection.execute(
        select(func.count())
        .select_from(report_event)
        .join(report, report.c.id == report_event.c.report_id)
        .where(report.c.ledger_id == ledger_id)
    ).scalar_one()
    return count


def _units_that_differ(
    connection: Connection, ledger_id: int, states: Mapping[str, UnitState]
) -> Iterator[str]:
    rows = connection.execute(
        select(unit_state.c.unit_code, *(unit_state.c[name] for name in STATE)).where(
            unit_state.c.ledger_id == ledger_id
        )
    )
    kept = {code: UnitState(UnitStatus(status), *rest) for code, status, *rest in rows}
    for code in sorted(states.keys() | kept.keys()):
        if code not in kept:
            yield f"precinct {code} is not accounted for"
        elif code not in states:
            yield f"precinct {code} is accounted for, but not in the election"
        elif kept[code] != states[code]:
            said = _said(states[code])
            yield f"precinct {code} is {_said(kept[code])}, but its reports say {said}"


def _said(state: UnitState) -> str:
    marks = [name for name in ("contested", "verified") if getattr(state, name)]
    version = [] if state.counted_version is None else [f"version {state.counted_version}"]
    return " ".join([state.status, *version, *marks])


def _sums_that_differ(kept: Sums, counted: Sums) -> Iterator[str]:
    for scope in sorted(kept.keys() | counted.keys()):
        ours, theirs = kept.get(scope, {}), counted.get(scope, {})
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key, 0) != theirs.get(key, 0):
                what = " ".join(part for part in key if part)
                yield (
                    f"{scope}, {what}: the running total is {ours.get(key, 0)}, "
                    f"the reports come to {theirs.get(key, 0)}"
                )


def _lost(connection: Connection, ledger_id: int, filed: list[Report]) -> Iterator[str]:
    """Reports that nobody would ever tabulate, or would tabulate again."""
    waiting = set(
        connection.execute(
            select(outbox.c.report_id)
            .join(report, report.c.id == outbox.c.report_id)
            .where(report.c.ledger_id == ledger_id)
        ).scalars()
    )
    untabulated = {version.id for version in filed if version.status is Status.FILED}
    for id in sorted(untabulated - waiting):
        yield f"report {id} was filed, but waits nowhere to be tabulated"
    for id in sorted(waiting - untabulated):
        yield f"report {id} waits to be tabulated, but was"
    count: int = connection.execute(
        select(func.count()).select_from(report).where(report.c.ledger_id == ledger_id)
    ).scalar_one()
    if count != len(filed):
        yield f"{count - len(filed)} reports have no events"


def rebuild(connection: Connection, election: Election, ledger_id: int) -> tuple[str, ...]:
    """Writes the units' states and the running totals anew; what was different before, in words.

    All units are held first, so that nobody moves a report meanwhile.
    """
    connection.execute(
        select(unit_state.c.unit_code)
        .where(unit_state.c.ledger_id == ledger_id)
        .order_by(unit_state.c.unit_code)
        .with_for_update()
    ).all()
    counted = recount(connection, election, ledger_id)
    totals.forget(connection, ledger_id)
    for scope, sums in counted.sums.items():
        totals.add_to_totals(connection, ledger_id, scope, sums)
    anew = (
        update(unit_state)
        .where(unit_state.c.ledger_id == ledger_id, unit_state.c.unit_code == bindparam("code"))
        .values({name: bindparam(f"new_{name}") for name in STATE})
    )
    rows = [
        {"code": code} | {f"new_{name}": getattr(state, name) for name in STATE}
        for code, state in counted.states.items()
    ]
    connection.execute(anew, rows)
    return counted.differences
