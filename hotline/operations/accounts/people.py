"""The people who have an account: who is signed in, who is at the desk, and what each has done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import RedisError

from hotline.operations.accounts.account_guard import stamp_of
from hotline.operations.accounts.workload import WORK, Handled, Shift, handled, shifts
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.store.accounts import accounts, people, sign_in
from hotline.store.accounts.accounts import Account
from hotline.store.accounts.people import Deed
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Presence

NEWEST = 10
"""Entries of the log that are shown as the latest."""

MOST_WORK = 2_000
"""Entries that calls and shifts are read from: some 600 calls, more than a night brings anybody."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account, the sessions in which it is signed in now, and where its owner is at the desk.

    `seen_at`: when one of the sessions was used last. `presence` is None without a telephone.
    """

    account: Account
    sessions: int
    seen_at: datetime | None
    presence: Presence | None


@dataclass(frozen=True, slots=True)
class People:
    """`silent`: Redis does not answer, so that nobody can tell who is signed in."""

    everybody: Sequence[PersonRow]
    silent: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody has done in all, and the newest of it."""

    counts: Mapping[ActivityKind, int]
    calls: Sequence[Handled]
    shifts: Sequence[Shift]

    @property
    def talked(self) -> timedelta:
        """In the calls that are listed."""
        return timedelta(seconds=sum(call.seconds for call in self.calls))

    @property
    def outcomes(self) -> Sequence[tuple[str, int]]:
        """What came of the calls that are listed, the most frequent first."""
        return Counter(call.outcome for call in self.calls if call.outcome).most_common()


def everybody(board: DeskServices) -> People:
    """All accounts by name, those that are disabled last."""
    with reading(board.parts.engine) as connection:
        found = accounts.listed(connection)
    return _seen(board, sorted(found, key=lambda account: (not account.active, account.name)))


def person(board: DeskServices, account_id: int) -> tuple[PersonRow, bool] | None:
    """One of them, and whether Redis is silent; None where there is no such account."""
    with reading(board.parts.engine) as connection:
        found = accounts.by_id(connection, account_id)
    if found is None:
        return None
    seen = _seen(board, [found])
    return seen.everybody[0], seen.silent


def work_of(parts: AppContext, account_id: int) -> Work:
    """The calls and shifts of an account."""
    with reading(parts.engine) as connection:
        counts = people.counts(connection, account_id)
        deeds = people.of_kinds(connection, account_id, WORK, MOST_WORK)
    return Work(counts, handled(deeds), shifts(deeds))


def newest_of(parts: AppContext, account_id: int) -> Sequence[Deed]:
    """What an account did last, the newest first."""
    with reading(parts.engine) as connection:
        return people.newest(connection, account_id, NEWEST)


def _seen(board: DeskServices, found: Sequence[Account]) -> People:
    parts = board.parts
    since = parts.now() - timedelta(minutes=parts.settings.idle_minutes)
    used: dict[tuple[int, str], list[datetime]] = {}
    presences: dict[int, Presence] = {}
    silent = False
    try:
        for use in sign_in.uses(parts.redis, since):
            used.setdefault((use.account_id, use.version), []).append(use.used_at)
        members = [member for member in board.staff.everyone() if member.leg]
        presences = {member.account_id: member.presence for member in members}
    except RedisError:
        parts.counts["people"] += 1
        silent = True
    return People([_person(one, used, presences) for one in found], silent)


def _person(
    account: Account,
    used: Mapping[tuple[int, str], Sequence[datetime]],
    presences: Mapping[int, Presence],
) -> PersonRow:
    times = used.get((account.id, stamp_of(account)), ()) if account.active else ()
    return PersonRow(account, len(times), max(times, default=None), presences.get(account.id))
