"""An election as one JSON document, as the store keeps it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple
from datetime import date
from typing import Any

from hotline.election.model import (
    Candidate,
    Contest,
    County,
    Election,
    Policy,
    Pool,
    Tile,
    Unit,
    UnitKind,
)
from hotline.election.naming import Name, Names
from hotline.election.rules.registry import named


def to_document(election: Election) -> dict[str, Any]:
    """The election as JSON has it. Records that come by the thousand are lists, not objects."""
    return {
        "id": election.id,
        "title": election.title,
        "date": election.date.isoformat(),
        "timezone": election.timezone,
        "languages": list(election.languages),
        "contests": [_contest(contest) for contest in election.contests],
        "units": [
            [u.code, u.name, u.kind.value, u.county, u.pool, u.delegates, u.spoken, u.id]
            for u in election.units.values()
        ],
        "counties": [list(astuple(county)) for county in election.counties.values()],
        "pools": [list(astuple(pool)) for pool in election.pools.values()],
        "policy": asdict(election.policy),
        "lines": _lines(election),
        "source": election.source,
        "greeting": election.greeting,
        "tiles": [[county, *astuple(tile)] for county, tile in election.tiles.items()],
        "names": {code: _names(names) for code, names in election.names.items()},
    }


def _lines(election: Election) -> dict[str, str]:
    lines = {"chairs": election.chairs_line, "public": election.public_line}
    return {**lines, "help": election.help_line} if election.help_line else lines


def _names(names: Names) -> dict[str, Any]:
    return {
        "election": list(astuple(names.election)),
        "contests": [[id, *astuple(name)] for id, name in names.contests.items()],
        "candidates": [[*ids, *astuple(name)] for ids, name in names.candidates.items()],
        "units": [[code, *astuple(name)] for code, name in names.units.items()],
    }


def _names_of(document: Mapping[str, Any]) -> Names:
    return Names(
        Name(*document["election"]),
        {id: Name(*name) for id, *name in document["contests"]},
        {(contest, id): Name(*name) for contest, id, *name in document["candidates"]},
        {code: Name(*name) for code, *name in document["units"]},
    )


def _contest(contest: Contest) -> dict[str, Any]:
    return {
        "id": contest.id,
        "title": contest.title,
        "rule": contest.rule,
        "seats": contest.seats,
        "candidates": [list(astuple(candidate)) for candidate in contest.candidates],
    }


def from_document(document: Mapping[str, Any]) -> Election:
    """The election that `to_document` wrote. KeyError, TypeError or ValueError for any other."""
    units = (
        Unit(code, name, UnitKind(kind), *others) for code, name, kind, *others in document["units"]
    )
    counties = (County(*county) for county in document["counties"])
    pools = (Pool(*pool) for pool in document["pools"])
    return Election(
        id=document["id"],
        title=document["title"],
        date=date.fromisoformat(document["date"]),
        timezone=document["timezone"],
        languages=tuple(document["languages"]),
        contests=tuple(
            Contest(
                contest["id"],
                contest["title"],
                named(contest["rule"]).name,
                tuple(Candidate(*candidate) for candidate in contest["candidates"]),
                contest["seats"],
            )
            for contest in document["contests"]
        ),
        units={unit.code: unit for unit in units},
        counties={county.name: county for county in counties},
        pools={pool.id: pool for pool in pools},
        policy=Policy(**document["policy"]),
        chairs_line=document["lines"]["chairs"],
        help_line=document["lines"].get("help", ""),
        public_line=document["lines"]["public"],
        source=document["source"],
        greeting=document.get("greeting", ""),
        tiles={county: Tile(*place) for county, *place in document.get("tiles", ())},
        names={code: _names_of(names) for code, names in document.get("names", {}).items()},
    )
