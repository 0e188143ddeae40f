"""What waits to be looked into: what could move the outcome most comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.election.review.priority import Race, Stake, stakes
from hotline.operations.context import AppContext
from hotline.operations.desk.words import unit_name
from hotline.operations.review.confirming import Confirmation, confirmations
from hotline.operations.review.words import doubts_of, finding_in_words, stake_in_words
from hotline.store.database import reading
from hotline.store.enums import Status, UnitStatus
from hotline.store.reports import reports, totals, units
from hotline.store.reports.reports import Report
from hotline.store.review import challenges, proposals
from hotline.store.review.challenges import Challenge
from hotline.store.review.proposals import Proposal


class ReviewKind(StrEnum):
    """Why a unit is looked into; of several, the first one is said."""

    HELD = "held"  # nothing of it counts, and a report is held
    CONFLICT = "conflict"  # another version than the one that counts is held
    CONTESTED = "contested"  # it counts, and a check doubts it
    CHALLENGED = "challenged"  # it counts or is outstanding, and an observer doubts it


@dataclass(frozen=True, slots=True)
class Item:
    """A unit that waits. `stakes`: what it could do to the outcome; `weight` puts it in order."""

    code: str
    name: str
    area: str
    kind: ReviewKind
    since: datetime  # UTC
    findings: tuple[str, ...]
    stakes: tuple[str, ...]
    weight: Fraction
    grave: bool  # it could change who leads
    challenged: int  # open challenges
    proposal: Proposal | None
    confirmation: Confirmation | None  # of the version that counts


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """All that waits in a ledger, and what was looked into and stands."""

    waiting: Sequence[Item]
    confirmed: Sequence[Item]


def queue(parts: AppContext) -> ReviewQueue:
    """Everything that waits to be looked into, what could move the outcome most first."""
    active = parts.election()
    with reading(parts.engine) as connection:
        return _queue(connection, active.election, active.ledger_id)


def _queue(connection: Connection, election: Election, ledger_id: int) -> ReviewQueue:
    doubted = by_unit(challenges.open_in(connection, ledger_id))
    proposed = {
        proposal.unit_code: proposal for proposal in proposals.open_in(connection, ledger_id)
    }
    codes = {
        *(
            code
            for code, unit in units.standings(connection, ledger_id).items()
            if unit.status is UnitStatus.HELD or unit.contested
        ),
        *doubted,
        *proposed,
    }
    versions = reports.of_units(connection, ledger_id, codes)
    confirmed = confirmations(connection, ledger_id)
    sums = totals.read_totals(connection, ledger_id)
    races = [Race(election, contest, sums) for contest in election.contests]
    filed = {
        code: list(own) for code, own in groupby(versions, key=lambda version: version.unit_code)
    }
    items = [
        _item(election, code, filed.get(code, []), races, doubted, proposed, confirmed)
        for code in codes
        if code in election.units
    ]
    items.sort(key=lambda item: (-item.weight, list(ReviewKind).index(item.kind), item.code))
    return ReviewQueue(
        [item for item in items if not _is_done(item)], [item for item in items if _is_done(item)]
    )


def by_unit(open_challenges: Iterable[Challenge]) -> dict[str, list[Challenge]]:
    """Challenges by the unit that they are about."""
    challenges_of: dict[str, list[Challenge]] = {}
    for challenge in open_challenges:
        challenges_of.setdefault(challenge.unit_code, []).append(challenge)
    return challenges_of


def _is_done(item: Item) -> bool:
    """Whether somebody has looked into it, and nothing has come since."""
    contested = item.kind is ReviewKind.CONTESTED and item.confirmation is not None
    return contested and not item.challenged and item.proposal is None


def _item(
    election: Election,
    code: str,
    versions: list[Report],
    races: Sequence[Race],
    doubted: Mapping[str, list[Challenge]],
    proposed: Mapping[str, Proposal],
    confirmed: Mapping[str, Confirmation],
) -> Item:
    unit = election.units[code]
    counted = next((version for version in versions if version.status is Status.COUNTED), None)
    held = [version for version in versions if version.status is Status.HELD]
    at_stake = stakes_of(election, races, code, versions)
    looked_at = held or ([counted] if counted else [])
    confirmation = confirmed.get(code)
    if confirmation and (counted is None or counted.version != confirmation.version):
        confirmation = None
    return Item(
        code=code,
        name=unit_name(election, code),
        area=election.area_of(unit),
        kind=_kind(counted, held),
        since=min([one.filed_at for one in looked_at] or [one.at for one in doubted.get(code, [])]),
        findings=tuple(
            finding_in_words(election, finding)
            for one in looked_at
            for finding in doubts_of(one.findings)
        ),
        stakes=tuple(stake_in_words(election, stake) for stake in at_stake if stake.most),
        weight=max((stake.weight for stake in at_stake), default=Fraction(0)),
        grave=any(stake.could_change_leader and stake.most for stake in at_stake),
        challenged=len(doubted.get(code, [])),
        proposal=proposed.get(code),
        confirmation=confirmation,
    )


def stakes_of(
    election: Election, races: Sequence[Race], code: str, versions: Sequence[Report]
) -> list[Stake]:
    """What deciding on a unit could do, in every contest, the weightiest first."""
    counted = next((version for version in versions if version.status is Status.COUNTED), None)
    held = [version.figures_by_contest() for version in versions if version.status is Status.HELD]
    return stakes(
        election,
        races,
        election.units[code],
        counted.figures_by_contest() if counted else None,
        held,
    )


def _kind(counted: Report | None, held: Sequence[Report]) -> ReviewKind:
    if held:
        return ReviewKind.CONFLICT if counted else ReviewKind.HELD
    if counted is not None and counted.is_doubtful:
        return ReviewKind.CONTESTED
    return ReviewKind.CHALLENGED
