"""Whom a block would turn away, and which blocks look as if they were needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.guard import blocking
from hotline.guard.blocking import Pattern
from hotline.guard.caller import key_of
from hotline.guard.suggesting import suggest
from hotline.operations.context import AppContext
from hotline.store.admission import block_search, blocks, callers
from hotline.store.admission.block_search import Sought
from hotline.store.admission.blocks import StoredBlock
from hotline.store.admission.callers import RecentCaller
from hotline.store.database import reading
from hotline.store.roster import roster

LOOKED_BACK = timedelta(hours=6)
"""The calls that a preview looks at."""
SUGGESTED_FROM = timedelta(minutes=10)
LISTED_PHONES = 20
MOST_BLOCKS = 10_000


@dataclass(frozen=True, slots=True)
class HitPhone:
    """A telephone of the roster that a block would be of."""

    unit: str  # "Adair, 1 North West"
    last_four: str


@dataclass(frozen=True, slots=True)
class BlockPreview:
    """Whom a block of this pattern would be of.

    `numbers`: telephones that called in the last hours, as far as their numbers are kept, with
    their `calls`, and of those the ones in which a PIN was `proved`. `unknown_calls`: those of
    callers whose number is not kept, so that nobody can say.
    """

    pattern: Pattern
    numbers: int
    calls: int
    proved: int
    unknown_calls: int
    roster_count: int
    roster: Sequence[HitPhone]
    blocked: Sequence[StoredBlock]


@dataclass(frozen=True, slots=True)
class Suggested:
    """A pattern that made so many calls without a PIN, from so many telephones, lately.

    `roster_phones` are in it and get through all the same; so do those that `proved` a PIN.
    """

    pattern: Pattern
    calls: int
    numbers: int
    roster_phones: int
    proved: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`unknown_calls`: calls in the same time from numbers that are withheld or not kept."""

    found: Sequence[Suggested]
    calls: int
    unknown_calls: int


def preview(parts: AppContext, text: str) -> BlockPreview:
    """Whom a block would be of that somebody wrote as `text`. Raises BlockingError."""
    active = parts.known_election()
    election = active.election if active else None
    own, country = (election.own_lines, election.country) if election else ((), "")
    pattern = blocking.read_pattern(text, own, country)
    since = parts.now() - LOOKED_BACK
    with reading(parts.engine) as connection:
        same = Sought(in_force=True, digits=pattern.text)
        blocked = block_search.search(connection, same, parts.now(), MOST_BLOCKS)
        phones, listed = 0, list[HitPhone]()
        if election:
            phones = blocks.count_roster_phones(connection, election.id, pattern)
            listed = _hit(connection, election, pattern)
        if pattern.is_prefix:
            lately = callers.lately(connection, since)
            hit = [caller for caller in lately if caller.number and pattern.covers(caller.number)]
            unknown = sum(caller.calls for caller in lately if not caller.number)
        else:
            key = key_of(parts.settings.pin_pepper.get_secret_value(), pattern.text)
            calls, proved = callers.of_key(connection, key, since)
            hit, unknown = [RecentCaller(pattern.text, calls, proved)] * bool(calls), 0
    return BlockPreview(
        pattern=pattern,
        numbers=len(hit),
        calls=sum(caller.calls for caller in hit),
        proved=sum(caller.proved for caller in hit),
        unknown_calls=unknown,
        roster_count=phones,
        roster=listed,
        blocked=[block for block in blocked if block.pattern == pattern],
    )


def suggestions(parts: AppContext) -> Suggestions:
    """What looks like nuisance in the last ten minutes, and is not blocked by a person yet."""
    active = parts.known_election()
    with reading(parts.engine) as connection:
        lately = callers.lately(connection, parts.now() - SUGGESTED_FROM)
        by_people = Sought(in_force=True, by_rule=False)
        blocked = block_search.search(connection, by_people, parts.now(), MOST_BLOCKS)
        phones: frozenset[str] = frozenset()
        if active:
            phones = roster.all_phones(connection, active.election.id)
    known = [caller for caller in lately if caller.number]
    ranges = tuple(block.pattern.text for block in blocked if block.pattern.is_prefix)
    kept_out = phones | {block.pattern.text for block in blocked if not block.pattern.is_prefix}
    nuisance = {
        caller.number: caller.calls
        for caller in known
        if not (caller.proved or caller.number in kept_out or caller.number.startswith(ranges))
    }
    suggested = [
        Suggested(
            suggestion.pattern,
            suggestion.calls,
            suggestion.numbers,
            roster_phones=sum(map(suggestion.pattern.covers, phones)),
            proved=sum(
                each.proved > 0 and suggestion.pattern.covers(each.number) for each in known
            ),
        )
        for suggestion in suggest(nuisance)
    ]
    return Suggestions(
        suggested,
        calls=sum(caller.calls - caller.proved for caller in lately),
        unknown_calls=sum(caller.calls - caller.proved for caller in lately if not caller.number),
    )


def _hit(connection: Connection, election: Election, pattern: Pattern) -> list[HitPhone]:
    phones = callers.roster_phones(connection, election.id, pattern, LISTED_PHONES)
    hit = []
    for phone in phones:
        unit = election.units.get(phone.unit)
        name = ", ".join(filter(None, (unit.county, unit.name))) if unit else phone.unit
        hit.append(HitPhone(name, phone.last_four))
    return hit
