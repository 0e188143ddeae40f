"""The checks on a caucus (checks.md): its alignments, and the award that followed from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from hotline.election.finding import Check, Finding, found, said_once
from hotline.election.model import Contest, Election, Unit, add_columns
from hotline.election.rules.caucus import (
    Apportionment,
    apportion,
    delegates_due,
    is_viable,
    threshold,
)
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.oddities import landslide, rare_candidate, unusual


@dataclass(frozen=True)
class CaucusCase:
    """One caucus as far as it has been reported, and what the rules make of it."""

    election: Election
    contest: Contest
    unit: Unit
    figures: CaucusFigures
    is_capped: bool  # of more viable groups than delegates, the largest have one each

    @cached_property
    def first(self) -> dict[str, int]:
        """People by candidate at the first alignment, without zeros."""
        return self._by_sheet(self.figures.first_total)

    @cached_property
    def final(self) -> dict[str, int]:
        """People by candidate at the final alignment, without zeros."""
        return self._by_sheet(self.figures.final_total)

    @cached_property
    def delegates(self) -> dict[str, int]:
        """Delegates by candidate as awarded in the room, without zeros."""
        return self._by_sheet(self.figures.delegates)

    @property
    def voters(self) -> int:
        return self.figures.voters

    @cached_property
    def due(self) -> int:
        """Delegates that the unit elects."""
        return delegates_due(self.unit, self.voters)

    @property
    def threshold(self) -> int:
        return threshold(self.voters, self.due)

    @property
    def elects_by_plurality(self) -> bool:
        """One delegate: no threshold, nobody is locked in, the largest group elects."""
        return self.due == 1

    @cached_property
    def apportionment(self) -> Apportionment | None:
        sizes = list(self.final.values())
        return apportion(self.due, self.voters, sizes, is_capped=self.is_capped)

    def _by_sheet(self, column: Mapping[str, int]) -> dict[str, int]:
        # In the sheet's order, so that the same report always names the same candidate.
        ids = [candidate.id for candidate in self.contest.candidates]
        return add_columns(dict.fromkeys(ids, 0), column)

    def viable(self, column: Mapping[str, int]) -> list[str]:
        """The groups of an alignment that reach the threshold."""
        return [c for c, size in column.items() if is_viable(size, self.voters, self.due)]

    def find(self, check: Check, **details: int | str) -> Finding:
        return found(check, self.contest.id, **details)


KEYED_TWICE = 3
"""People and delegates; where there are fewer, counts equal the award by chance."""


def first(room: CaucusCase) -> Iterator[Finding]:
    """What the first alignment shows, against the attendance."""
    if room.voters and not room.first:
        yield room.find(Check.MISSING_ALIGNMENT, alignment="first")
        return
    in_room, early = sum(room.figures.first.values()), sum(room.figures.early_first.values())
    if in_room != room.figures.attendance:
        attendance = room.figures.attendance
        yield room.find(Check.FIRST_NOT_ATTENDANCE, sum=in_room, attendance=attendance)
    elif early != room.figures.early:
        votes = room.figures.early
        yield room.find(
            Check.FIRST_NOT_ATTENDANCE, sum=early, attendance=votes, column="early_first"
        )
    yield from rare_candidate(room.contest, unusual(room.contest, room.first, room.voters))


def final(room: CaucusCase) -> Iterator[Finding]:
    """What the final alignment shows, against the first."""
    first, final = sum(room.first.values()), sum(room.final.values())
    if not final:
        if room.voters:
            yield room.find(Check.MISSING_ALIGNMENT, alignment="final")
        return
    if final > first and (first or not room.voters):
        yield room.find(Check.FINAL_EXCEEDS_FIRST, final=final, first=first)
    if first and room.voters:
        yield from _alignments(room)
    known = unusual(room.contest, room.first, room.voters)
    now = unusual(room.contest, room.final, room.voters)
    yield from rare_candidate(room.contest, {c: n for c, n in now.items() if c not in known})


def _alignments(room: CaucusCase) -> Iterator[Finding]:
    """What moved between two alignments that both have people in them."""
    slipped = _slipped_lines(room)
    if slipped:
        # One finding: a slipped line rarely comes alone, and the chair looks at the sheet once.
        yield _column_shift(room, *slipped[0])
    explained = {candidate for pair in slipped for candidate in pair}
    lost = {c: n for c, n in _unlocked(room).items() if c not in explained}
    if lost:
        candidate = max(lost, key=lambda c: lost[c])
        yield room.find(
            Check.VIABLE_GROUP_SHRANK,
            candidate=candidate,
            first=room.first[candidate],
            final=room.final.get(candidate, 0),
            threshold=room.threshold,
        )
    viable = room.viable(room.final)
    risen = [c for c in viable if c not in room.first and c not in explained]
    if room.elects_by_plurality:
        risen = [c for c in risen if room.final[c] == max(room.final.values())]
    if risen:
        candidate = max(risen, key=lambda c: room.final[c])
        people = room.final[candidate]
        yield room.find(Check.APPEARED_FROM_NOTHING, candidate=candidate, final=people)
    if not viable:
        none = room.find(Check.NO_VIABLE_GROUP, threshold=room.threshold)
        yield none.silent() if lost or slipped else none
    yield from _many_left(room, explained=sum(lost.values()))


def _column_shift(room: CaucusCase, fell: str, rose: str) -> Finding:
    names = {"from": fell, "to": rose}
    return room.find(Check.COLUMN_SHIFT, first=room.first[fell], final=room.final[rose], **names)


def _slipped_lines(room: CaucusCase) -> list[tuple[str, str]]:
    """Neighbours on the sheet of whom one lost all and the other gained it from nothing."""
    ids = [candidate.id for candidate in room.contest.candidates]
    neighbours = [*pairwise(ids), *pairwise(reversed(ids))]
    return [
        (fell, rose)
        for fell, rose in neighbours
        if is_viable(room.first.get(fell, 0), room.voters, room.due)
        and fell not in room.final
        and rose not in room.first
        and room.final.get(rose, 0) >= room.first[fell]
    ]


def _unlocked(room: CaucusCase) -> dict[str, int]:
    """People lost by groups that were viable in the first alignment and had to stay.

    Where more groups were viable than there are delegates (Iowa), those that were not sure to be
    among the largest were free to go (rules.md, 2 and 3).
    """
    if room.elects_by_plurality:
        return {}
    viable = room.viable(room.first)
    if room.is_capped:
        viable = [
            group
            for group in viable
            if sum(room.first[other] >= room.first[group] for other in viable) <= room.due
        ]
    lost = {group: room.first[group] - room.final.get(group, 0) for group in viable}
    return {group: people for group, people in lost.items() if people > 0}


def _many_left(room: CaucusCase, explained: int) -> Iterator[Finding]:
    """`explained`: people missing from groups of which a finding speaks already."""
    first = sum(room.first.values())
    left = first - sum(room.final.values())
    unexplained = left - explained
    if unexplained >= 3 and unexplained * 10 >= first:
        final = sum(room.final.values())
        yield room.find(Check.MANY_LEFT, left=left, first=first, final=final)


def delegates(room: CaucusCase) -> Iterator[Finding]:
    """What the award shows, against the final alignment."""
    if not room.final or not room.voters:
        # An alignment is missing, which has been said; only the sum can still be judged.
        yield from _not_allotted(room, room.due)
        return
    due = room.apportionment.total if room.apportionment else room.due
    misfits = [*_not_allotted(room, due), *_nonviable(room), *_left_out(room)]
    if misfits:
        yield from said_once([*misfits, *_inverted(room), *_keyed_twice(room)])
    else:
        odd = [*_not_the_largest(room), *_inverted(room), *_inadmissible(room)]
        yield from said_once([*odd, *_keyed_twice(room)])


def _not_allotted(room: CaucusCase, due: int) -> Iterator[Finding]:
    """`due` may be more than the unit's number where Nevada lets an excess stand."""
    given = sum(room.delegates.values())
    # Where nobody is viable, nobody came or an alignment is missing, no delegates are no surprise.
    if given != due and (given or room.apportionment):
        yield room.find(Check.DELEGATES_NOT_ALLOTTED, sum=given, delegates=due)


def _nonviable(room: CaucusCase) -> Iterator[Finding]:
    viable = room.viable(room.final)
    wrong = [candidate for candidate in room.delegates if candidate not in viable]
    if wrong:
        candidate = max(wrong, key=lambda c: room.delegates[c])
        yield room.find(
            Check.DELEGATE_TO_NONVIABLE,
            candidate=candidate,
            count=room.final.get(candidate, 0),
            threshold=room.threshold,
            delegates=room.delegates[candidate],
        )


def _left_out(room: CaucusCase) -> Iterator[Finding]:
    viable = room.viable(room.final)
    capped = room.elects_by_plurality or (room.is_capped and len(viable) > room.due)
    without = [candidate for candidate in viable if candidate not in room.delegates]
    if without and not capped:
        candidate = max(without, key=lambda c: room.final[c])
        yield room.find(
            Check.VIABLE_WITHOUT_DELEGATE,
            candidate=candidate,
            count=room.final[candidate],
            threshold=room.threshold,
        )


def _not_the_largest(room: CaucusCase) -> Iterator[Finding]:
    if not room.elects_by_plurality:
        return
    (winner,) = room.delegates
    largest = max(room.final, key=lambda c: room.final[c])
    if room.final[winner] < room.final[largest]:
        yield room.find(
            Check.NOT_THE_PLURALITY,
            candidate=winner,
            count=room.final[winner],
            largest=largest,
            most=room.final[largest],
        )


def _inverted(room: CaucusCase) -> Iterator[Finding]:
    if room.elects_by_plurality:
        return
    # Among viable groups only: a delegate to one that is not has been found already.
    viable = room.viable(room.final)
    size, won = room.final, room.delegates
    pairs = [
        (fewer, more)
        for fewer in viable
        for more in viable
        if size[fewer] < size[more] and won.get(fewer, 0) > won.get(more, 0)
    ]
    if pairs:
        fewer, more = max(pairs, key=lambda pair: size[pair[1]] - size[pair[0]])
        yield room.find(
            Check.ORDER_INVERTED,
            fewer=fewer,
            fewer_count=size[fewer],
            fewer_delegates=won[fewer],
            more=more,
            more_count=size[more],
            more_delegates=won.get(more, 0),
        )


def _inadmissible(room: CaucusCase) -> Iterator[Finding]:
    # The plurality of a single delegate has a check of its own.
    if room.elects_by_plurality or not room.apportionment:
        return
    if not room.apportionment.admits([room.delegates.get(c, 0) for c in room.final]):
        yield room.find(Check.AWARD_NOT_ADMISSIBLE, delegates=room.due)


def _keyed_twice(room: CaucusCase) -> Iterator[Finding]:
    """COUNTS_ARE_DELEGATES: three people or more, in a unit that elects three or more."""
    people = sum(room.final.values())
    if room.final == room.delegates and people >= KEYED_TWICE and room.due >= KEYED_TWICE:
        yield room.find(Check.COUNTS_ARE_DELEGATES, people=people)


def whole(room: CaucusCase) -> Iterator[Finding]:
    """What only staff are told of a whole report."""
    yield from _kept(room)
    yield from landslide(room.contest, room.final, sum(room.final.values()))
    most = room.election.policy.attendance_per_delegate_max
    if most is not None and room.voters > most * room.due:
        yield room.find(Check.TURNOUT_OUTLIER, attendance=room.voters, delegates=room.due)


def _kept(room: CaucusCase) -> Iterator[Finding]:
    """NONVIABLE_KEPT, for the largest of the groups that the rules have dissolve (rules.md, 2)."""
    below = {c: n for c, n in room.final.items() if not is_viable(n, room.voters, room.due)}
    if below and room.voters:
        candidate = max(below, key=lambda c: below[c])
        yield room.find(
            Check.NONVIABLE_KEPT,
            candidate=candidate,
            people=sum(below.values()),
            threshold=room.threshold,
        )
