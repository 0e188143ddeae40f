"""What of an election decides how its reports add up: enough to count them again, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hotline.election.audit import chain
from hotline.election.model import (
    Candidate,
    Contest,
    County,
    Election,
    Pool,
    Unit,
    UnitKind,
)
from hotline.election.rules.registry import named
from hotline.languages.catalogue import SOURCE

ANY_DAY = date(1970, 1, 1)


def describe(election: Election) -> dict[str, Any]:
    """The definition as JSON has it (docs/verification.md). Names may be mended without it."""
    return {
        "election": election.id,
        "contests": [
            {
                "id": contest.id,
                "rule": contest.rule,
                "seats": contest.seats,
                "candidates": list(contest.by_id),
            }
            for contest in election.contests
        ],
        "counties": sorted(
            [c.name, c.county_delegates, c.state_delegates] for c in election.counties.values()
        ),
        "pools": sorted([pool.id, pool.state_delegates] for pool in election.pools.values()),
        "units": sorted(
            [u.code, u.kind.value, u.county, u.pool, u.delegates] for u in election.units.values()
        ),
    }


def read_definition(definition: Mapping[str, Any]) -> Election:
    """An election that adds up as the one described. KeyError, TypeError, ValueError for others."""
    return Election(
        id=definition["election"],
        title=definition["election"],
        date=ANY_DAY,
        timezone="UTC",
        languages=(SOURCE,),
        contests=tuple(_contest(contest) for contest in definition["contests"]),
        units={
            code: Unit(code, code, UnitKind(kind), county, pool, delegates)
            for code, kind, county, pool, delegates in definition["units"]
        },
        counties={county[0]: County(*county) for county in definition["counties"]},
        pools={id: Pool(id, delegates, "") for id, delegates in definition["pools"]},
    )


def _contest(contest: Mapping[str, Any]) -> Contest:
    candidates = (
        Candidate(number, id, id, id) for number, id in enumerate(contest["candidates"], 1)
    )
    return Contest(
        contest["id"],
        contest["id"],
        named(contest["rule"]).name,
        tuple(candidates),
        contest["seats"],
    )


_digests: dict[str, tuple[Election, str]] = {}


def digest_of(election: Election) -> str:
    """The digest of its definition; worked out once, as long as it is the same election."""
    known = _digests.get(election.id)
    if known is None or known[0] is not election:
        known = _digests[election.id] = (election, chain.digest(describe(election)))
    return known[1]
