"""What is wrong with a report, and what is at stake, in words for whoever decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from typing import Any

from hotline.election.finding import Check, Effect
from hotline.election.model import Election
from hotline.election.review.priority import Stake
from hotline.election.rules.registry import measure_of
from hotline.operations.desk.words import line_name, unit_name
from hotline.operations.reports.filing import CHAIR
from hotline.operations.reports.tabulate import PROGRAM
from hotline.store.enums import Source, Status

STATES: Mapping[Status, str] = {
    Status.FILED: "just filed",
    Status.COUNTED: "counts",
    Status.HELD: "held",
    Status.CORROBORATING: "says the same as another",
    Status.SUPERSEDED: "superseded",
    Status.REJECTED: "rejected",
}

STEPS: Mapping[Status, str] = {
    **{status: status.value for status in Status},
    Status.CORROBORATING: "found to say the same as another",
}

SOURCES: Mapping[Source, str] = {
    Source.PHONE: "by telephone, from the chair",
    Source.STAFF: "by staff",
}

ROLES: Mapping[str, str] = {CHAIR: "the precinct's chair", PROGRAM: "the rules"}

PLACES = Decimal("0.01")

DOUBTS = frozenset({Effect.CONTEST, Effect.HOLD})


def finding_in_words(election: Election, finding: Mapping[str, Any]) -> str:
    """A finding (JSON) in a sentence that names whom it is about."""
    check = Check(finding["check"])
    said = check.meaning[:1].upper() + check.meaning[1:]
    details = finding.get("details", {})
    if check is Check.TWIN:
        return f"{said}: {unit_name(election, str(details.get('unit', '')))}."
    if check is Check.ALREADY_REPORTED:
        return f"{said} (version {details.get('version', '?')})."
    about = [
        line_name(election, value)
        for value in details.values()
        if isinstance(value, str) and line_name(election, value) != value
    ]
    return f"{said}: {', '.join(about)}." if about else f"{said}."


def role_of(who: str) -> str:
    """Who moved a report, as those outside are told."""
    return ROLES.get(who, "staff")


def doubts_of(findings: tuple[Mapping[str, Any], ...]) -> list[Mapping[str, Any]]:
    """Those findings that hold a report back, or have it marked as contested."""
    return [finding for finding in findings if finding["effect"] in DOUBTS]


def stake_in_words(election: Election, stake: Stake) -> str:
    """Such as: could move the lead of Buttigieg by up to 0.31 of 1.60 state delegates."""
    contest = election.by_contest[stake.contest]
    title = f"{contest.title}: " if len(election.contests) > 1 else ""
    units = measure_of(stake.measure).units
    # A bound is never said smaller than it is.
    most = f"{in_measure(stake.measure, stake.most, ROUND_UP)} {units[stake.most != 1]}"
    if not stake.most:
        return f"{title}moves nothing"
    if not stake.leader:
        return f"{title}could make a lead of up to {most}; nothing counts yet"
    leader = contest.by_id[stake.leader].surname
    if not stake.lead:
        return f"{title}could decide the tie: up to {most}"
    lead = in_measure(stake.measure, stake.lead)
    return f"{title}could move the lead of {leader} by up to {most} (it is {lead})"


def in_measure(measure: str, number: Fraction, rounding: str = ROUND_HALF_UP) -> str:
    """A number in a measure; where that is published with places, with two of them."""
    if not measure_of(measure).places:
        return f"{int(number):,}"
    value = Decimal(number.numerator) / number.denominator
    return f"{value.quantize(PLACES, rounding):,}"
