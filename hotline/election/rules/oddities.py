"""What is unusual about a column of counts, under whatever rule it was counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hotline.election.finding import Check, Finding, found
from hotline.election.model import Candidate, Contest

OTHER = "other"  # the id of the choice that gathers everybody who is not named
FEW = 10  # people; up to so many, a landslide or a report like another's means nothing


def unusual(contest: Contest, column: Mapping[str, int], people: int) -> dict[str, int]:
    """Candidates of whom next to nothing was expected, above 10 % and above 5 people."""
    rare = [candidate.id for candidate in contest.candidates if is_rare(candidate)]
    counts = {candidate: column.get(candidate, 0) for candidate in rare}
    return {c: n for c, n in counts.items() if people and n > 5 and n * 10 > people}


def is_rare(candidate: Candidate) -> bool:
    """Whether next to nobody is expected for a candidate."""
    return candidate.rare or candidate.id == OTHER


def rare_candidate(contest: Contest, counts: Mapping[str, int]) -> Iterator[Finding]:
    """RARE_CANDIDATE_HIGH for the largest of the counts that `unusual` found."""
    if counts:
        candidate = max(counts, key=lambda c: counts[c])
        count = counts[candidate]
        yield found(Check.RARE_CANDIDATE_HIGH, contest.id, candidate=candidate, count=count)


def landslide(contest: Contest, column: Mapping[str, int], people: int) -> Iterator[Finding]:
    """LANDSLIDE: one candidate above 80 % of the people, who are more than ten."""
    ahead = (c for c, n in column.items() if people > FEW and n * 5 > people * 4)
    for candidate in ahead:
        yield found(
            Check.LANDSLIDE, contest.id, candidate=candidate, count=column[candidate], of=people
        )
