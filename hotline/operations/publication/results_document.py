"""The document that is published: the keys of /results.json, and what the page shows besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil
from typing import Any

from hotline.election import tally
from hotline.election.model import Contest, Election, Unit, UnitKind
from hotline.election.publication.outlook import DoubtedUnit, Outlook, outlook_by
from hotline.election.rules.registry import measure_of, rule_of
from hotline.election.sums import Contribution, Sums, Totals, four_places
from hotline.store.enums import UnitStatus
from hotline.store.reports.unit import UnitState

States = Mapping[str, UnitState]  # by unit code
NO_SDE = four_places(Fraction(0))


class AccountingError(Exception):
    """Units were lost or counted twice on the way into a document."""


def build(
    election: Election,
    is_test: bool,
    sums: Sums,
    states: States,
    as_of: datetime,
    doubted: Sequence[DoubtedUnit],
) -> dict[str, Any]:
    """The document of these sums and states (by unit code), but for its number.

    `doubted`: the units that are held or contested, with what their reports say.
    AccountingError unless total = outstanding + held + counted, over all and in every scope
    (checks.md).
    """
    units = _accounted(election.units.values(), states)
    complete = not units["outstanding"] and not units["held"]
    scopes = _scopes(election)
    if sum(len(scope.units) for scope in scopes) != units["total"]:
        raise AccountingError("the precincts of all counties and pools are not all precincts")
    units_of = {scope.id: _accounted(scope.units, states) for scope in scopes}
    totals_by_scope = {
        scope: _summarise(election, scope, in_scope) for scope, in_scope in sums.items()
    }
    totals = tally.summarise(election, sums)
    outstanding = [
        unit
        for unit in election.units.values()
        if states[unit.code].status is UnitStatus.OUTSTANDING
    ]
    contests = []
    for contest in election.contests:
        described = _describe(election, contest, totals[contest.id])
        described["outlook"] = _outlook(election, contest, sums, outstanding, doubted)
        described["scopes"] = [
            {"id": scope.id, "name": scope.name, "units": units_of[scope.id]}
            | _figures(contest, totals_by_scope.get(scope.id, {}).get(contest.id, {}))
            for scope in scopes
        ]
        contests.append(described)
    return {
        "election": election.id,
        "as_of": as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": "unofficial-complete" if complete else "unofficial-partial",
        "is_test": is_test,
        "units": units,
        "contests": contests,
        "title": election.title,
        "date": election.date.isoformat(),
        "timezone": election.timezone,
    }


_summaries: dict[str, tuple[Election, Contribution, dict[str, Totals]]] = {}


def _summarise(election: Election, scope: str, sums: Contribution) -> dict[str, Totals]:
    """`tally.summarise` of one scope. Between two publications, few scopes have changed."""
    known = _summaries.get(scope)
    if known is None or known[0] is not election or known[1] != sums:
        known = _summaries[scope] = (election, sums, tally.summarise(election, {scope: sums}))
    return known[2]


def _accounted(units: Iterable[Unit], states: States) -> dict[str, int]:
    of_units = [states[unit.code] for unit in units]
    by_status = {status: sum(state.status is status for state in of_units) for status in UnitStatus}
    if sum(by_status.values()) != len(of_units):
        raise AccountingError("some precincts are neither outstanding nor held nor counted")
    return {
        "total": len(of_units),
        "reported": by_status[UnitStatus.COUNTED] + by_status[UnitStatus.HELD],
        "verified": sum(state.verified for state in of_units),
        "contested": sum(state.contested for state in of_units),
        "held": by_status[UnitStatus.HELD],
        "outstanding": by_status[UnitStatus.OUTSTANDING],
    }


@dataclass(frozen=True, slots=True)
class _Scope:
    id: str
    name: str
    units: list[Unit]


def _scopes(election: Election) -> list[_Scope]:
    """Counties, then pools, in the order of the folder."""
    counties = {f"county:{name}": name for name in election.counties}
    pools = {f"pool:{pool.id}": pool.covers or pool.id for pool in election.pools.values()}
    for unit in election.units.values():
        is_site = unit.kind is UnitKind.SATELLITE
        (pools if is_site else counties).setdefault(unit.scope, unit.pool or unit.county)
    names = counties | pools
    members: dict[str, list[Unit]] = {id: [] for id in names}
    for unit in election.units.values():
        members[unit.scope].append(unit)
    return [_Scope(id, name, members[id]) for id, name in names.items()]


def _describe(election: Election, contest: Contest, totals: Totals) -> dict[str, Any]:
    """A contest with its totals; places for outlook and scopes are kept in the order of keys."""
    figures = _figures(contest, totals, zeros=True)
    return {
        "id": contest.id,
        "rule": contest.rule,
        "totals": figures.pop("totals"),
        "outlook": {},
        "title": contest.title,
        "measures": list(rule_of(contest).shown(election)),
        "candidates": [
            {"id": c.id, "name": c.name, "surname": c.surname} for c in contest.candidates
        ],
        "seats": contest.seats,
        **figures,
    }


def _figures(contest: Contest, totals: Totals, zeros: bool = False) -> dict[str, Any]:
    """Candidates by measure; and what the ballots held besides, where the rule counts ballots."""
    by_measure = {
        measure: {
            id: value
            for id, value in column.items()
            if id in contest.by_id and (zeros or value not in (0, NO_SDE))
        }
        for measure, column in totals.items()
        if isinstance(column, dict)
    }
    besides = rule_of(contest).besides(totals)
    return {"totals": by_measure, **({"ballots": besides} if besides else {})}


def _outlook(
    election: Election,
    contest: Contest,
    sums: Sums,
    outstanding: Sequence[Unit],
    doubted: Sequence[DoubtedUnit],
) -> dict[str, Any]:
    """The outlook by the deciding measure, and those by the others under `by`."""
    *others, deciding = rule_of(contest).shown(election)
    described, *by = (
        _described(outlook_by(election, contest, measure, sums, outstanding, doubted))
        for measure in (deciding, *others)
    )
    return {**described, "by": by}


def _described(found: Outlook) -> dict[str, Any]:
    return {
        "measure": found.measure,
        "leader": found.leader,
        "settled": found.settled,
        "state": found.state.value,
        "margin": _amount(found.measure, found.margin),
        "challengers": [
            {
                "id": one.id,
                "behind": _amount(found.measure, one.behind),
                "most_gain": _amount(found.measure, one.most_gain),
                "most_gain_wider": _amount(found.measure, one.most_gain_wider),
                "needs_percent": None if one.needs is None else _percent(one.needs),
                "could_lead": one.could_lead,
                "could_lead_wider": one.could_lead_wider,
            }
            for one in found.challengers
        ],
        "assumed_people_per_delegate": found.people_per_delegate,
    }


def _amount(measure: str, value: Fraction | None) -> str | int | None:
    if value is None:
        return None
    return four_places(value) if measure_of(measure).places else int(value)


def _percent(share: Fraction) -> str:
    """With one decimal, rounded up: whoever gets as much as is said gets enough."""
    thousandths = ceil(share * 1000)
    return f"{thousandths // 10}.{thousandths % 10}"
