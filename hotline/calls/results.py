"""Published results as they are read out on the telephone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hotline.calls.limits import speech_seconds
from hotline.calls.prompts import Address, Line, Prompt, groups, line
from hotline.election.model import Election
from hotline.election.publication.outlook import OutlookState
from hotline.election.rules.registry import measure_of

MOST_CANDIDATES = 4
LONGEST = 50.0
"""Seconds; contests beyond it are left to the page, so that a stranger hears the rest in time."""

CERTIFIED = "certified"
"""The one status of results that are not unofficial any more."""

_OUTLOOKS = {
    OutlookState.NOT_SETTLED: Prompt.NOT_SETTLED,
    OutlookState.TOO_CLOSE: Prompt.TOO_CLOSE,
    OutlookState.SETTLED: Prompt.SETTLED,
    OutlookState.TIED: Prompt.TIED,
}


def spoken(
    document: Mapping[str, Any], address: str, election: Election, language: str
) -> tuple[Line, ...]:
    """What a publication says (`document`, as in /results.json) in a language (ISO 639-1), and
    where to see all of it.

    Each contest by the measure that decides it: its first four candidates by the name that is
    spoken, and whether what is open could change who leads. State delegates are rounded to one
    place, half up, for the ear only.
    """
    election, said = election.in_language(language), _how_far(document)
    for contest in document["contests"]:
        longer = (*said, *_contest(document, contest, election))
        if speech_seconds(longer, language) > LONGEST:
            break
        said = longer
    return (*said, _where(address))


def none_yet(address: str) -> tuple[Line, ...]:
    """What is said while nothing can be read out."""
    return (line(Prompt.NO_RESULTS), _where(address))


def _where(address: str) -> Line:
    return line(Prompt.WHERE, address=Address(address))


def _how_far(document: Mapping[str, Any]) -> tuple[Line, ...]:
    """Test or not, and how many units are counted, held and missing; the last two if any are."""
    units = document["units"]
    said = [line(Prompt.TEST)] if document["is_test"] else []
    if document["status"] != CERTIFIED:
        said.append(line(Prompt.UNOFFICIAL))
    said.append(line(Prompt.COUNTED, n=units["reported"] - units["held"], total=units["total"]))
    if units["held"]:
        said.append(line(Prompt.BEING_LOOKED_AT, n=units["held"]))
    if units["outstanding"]:
        said.append(line(Prompt.MISSING, n=units["outstanding"]))
    return tuple(said)


def _contest(
    document: Mapping[str, Any], contest: Mapping[str, Any], election: Election
) -> tuple[Line, ...]:
    """The contest, by name where there are several; nothing while nobody has anything."""
    measure = contest["measures"][-1]
    column: Mapping[str, int | str] = contest["totals"][measure]
    ahead = sorted(
        (candidate for candidate in column if Decimal(column[candidate])),
        key=lambda candidate: -Decimal(column[candidate]),
    )
    if not ahead:
        return ()
    names = _names(contest, election)
    first = groups((names[c], _heard(column[c])) for c in ahead[:MOST_CANDIDATES])
    several = len(document["contests"]) > 1
    described = election.by_contest.get(contest["id"])
    name = described.title if described else contest["title"]
    title = (line(Prompt.CONTEST, contest=name),) if several else ()
    totals = line(measure_of(measure).said, groups=first)
    return (*title, totals, *_outlook(contest))


def _outlook(contest: Mapping[str, Any]) -> tuple[Line, ...]:
    """How sure it is who leads; nothing where the document does not say."""
    said = _OUTLOOKS.get(contest.get("outlook", {}).get("state"))
    return (line(said),) if said else ()


def _names(contest: Mapping[str, Any], election: Election) -> Mapping[str, str]:
    """Candidate to name as it is spoken; the document's own where the election has another."""
    written = {candidate["id"]: candidate["surname"] for candidate in contest["candidates"]}
    described = election.by_contest.get(contest["id"])
    return written | ({c.id: c.said for c in described.candidates} if described else {})


def _heard(value: int | str) -> int | str:
    """Counts as they are; state delegates (four places, as text) to one."""
    if isinstance(value, int):
        return value
    return str(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP))
