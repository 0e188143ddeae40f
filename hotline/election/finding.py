"""What the checks find in a report: the words for it (checks.md). The checks are in `checks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from hotline.languages.catalogue import N_


class Treatment(StrEnum):
    """What a finding does on the phone."""

    REJECT = "reject"  # cannot be entered: say what is wrong and ask again
    REKEY = "re-key"  # say what does not fit; the same figures again are accepted and held
    CONFIRM = "confirm"  # "that is unusual; press 1 if it is right"
    FLAG = "flag"  # nothing: staff see it
    ASK = "ask"  # a question that the rules leave open, answered by the chair


class Effect(StrEnum):
    """What becomes of a report whose finding stands."""

    NONE = "none"  # it counts
    FLAG = "flag"  # it counts, and staff see the finding
    CONTEST = "contest"  # it counts, and is marked contested
    HOLD = "hold"  # it does not count until staff decide


DOUBTFUL = frozenset({Effect.CONTEST, Effect.HOLD})
"""A unit is contested while a report counts of which such a finding stands."""


class Stage(StrEnum):
    """How far a report has been keyed. A later stage knows the columns of the earlier ones."""

    ATTENDANCE = "attendance"  # how many came (plurality: ballots)
    FIRST = "first"  # the first alignment
    FINAL = "final"  # the final alignment
    DELEGATES = "delegates"  # the award
    WHOLE = "whole"  # everything; for a plurality its lines


class Check(StrEnum):
    """The checks on a report, in the order of checks.md; the table below says what each is."""

    UNKNOWN_UNIT = "UNKNOWN_UNIT"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    FIRST_NOT_ATTENDANCE = "FIRST_NOT_ATTENDANCE"
    MISSING_ALIGNMENT = "MISSING_ALIGNMENT"
    FINAL_EXCEEDS_FIRST = "FINAL_EXCEEDS_FIRST"
    DELEGATES_NOT_ALLOTTED = "DELEGATES_NOT_ALLOTTED"
    DELEGATE_TO_NONVIABLE = "DELEGATE_TO_NONVIABLE"
    VIABLE_WITHOUT_DELEGATE = "VIABLE_WITHOUT_DELEGATE"
    AWARD_NOT_ADMISSIBLE = "AWARD_NOT_ADMISSIBLE"
    VIABLE_GROUP_SHRANK = "VIABLE_GROUP_SHRANK"
    ORDER_INVERTED = "ORDER_INVERTED"
    NOT_THE_PLURALITY = "NOT_THE_PLURALITY"
    COLUMN_SHIFT = "COLUMN_SHIFT"
    APPEARED_FROM_NOTHING = "APPEARED_FROM_NOTHING"
    NO_VIABLE_GROUP = "NO_VIABLE_GROUP"
    RARE_CANDIDATE_HIGH = "RARE_CANDIDATE_HIGH"
    MANY_LEFT = "MANY_LEFT"
    NOBODY_CAME = "NOBODY_CAME"
    TIE = "TIE"
    ALREADY_REPORTED = "ALREADY_REPORTED"
    COUNTS_ARE_DELEGATES = "COUNTS_ARE_DELEGATES"
    NONVIABLE_KEPT = "NONVIABLE_KEPT"
    BALLOTS_DIFFER = "BALLOTS_DIFFER"
    TWIN = "TWIN"
    LANDSLIDE = "LANDSLIDE"
    TURNOUT_OUTLIER = "TURNOUT_OUTLIER"
    BALLOTS_DO_NOT_ADD_UP = "BALLOTS_DO_NOT_ADD_UP"

    @property
    def meaning(self) -> str:
        """In one line, what is wrong or odd about the report."""
        return _ABOUT[self].meaning

    @property
    def published(self) -> str:
        """The same as a sentence for everybody, to be looked up in the catalogue."""
        return _ABOUT[self].published

    @property
    def treatment(self) -> Treatment:
        """What a finding of this check does on the phone."""
        return _ABOUT[self].treatment

    @property
    def effect(self) -> Effect:
        """What becomes of the report if the finding stands."""
        return _ABOUT[self].effect


@dataclass(frozen=True, slots=True)
class _About:
    """What there is to say of a check; see the properties of `Check`."""

    meaning: str
    published: str
    treatment: Treatment
    effect: Effect


_ABOUT: Mapping[Check, _About] = {
    Check.UNKNOWN_UNIT: _About(
        "no precinct has this code, or its check digit is wrong",
        N_("No precinct has this code."),
        Treatment.REJECT,
        Effect.NONE,
    ),
    Check.OUT_OF_RANGE: _About(
        "not a whole number, or more people than attended",
        N_("A number is larger than the attendance allows."),
        Treatment.REJECT,
        Effect.NONE,
    ),
    Check.FIRST_NOT_ATTENDANCE: _About(
        "the first alignment does not add up to the attendance",
        N_("The first alignment does not add up to the attendance."),
        Treatment.REKEY,
        Effect.HOLD,
    ),
    Check.MISSING_ALIGNMENT: _About(
        "people attended, but one alignment is empty",
        N_("People attended, but one alignment is empty."),
        Treatment.REKEY,
        Effect.HOLD,
    ),
    Check.FINAL_EXCEEDS_FIRST: _About(
        "more people in the final alignment than in the first",
        N_("More people in the final alignment than in the first."),
        Treatment.REKEY,
        Effect.HOLD,
    ),
    Check.DELEGATES_NOT_ALLOTTED: _About(
        "the delegates do not add up to the number that the precinct elects",
        N_("The delegates do not add up to the number elected here."),
        Treatment.REKEY,
        Effect.HOLD,
    ),
    Check.DELEGATE_TO_NONVIABLE: _About(
        "a group below the threshold has a delegate",
        N_("A group that was too small has a delegate."),
        Treatment.REKEY,
        Effect.HOLD,
    ),
    Check.VIABLE_WITHOUT_DELEGATE: _About(
        "a viable group has no delegate, though the cap is not reached",
        N_("A group that was large enough has no delegate."),
        Treatment.REKEY,
        Effect.HOLD,
    ),
    Check.AWARD_NOT_ADMISSIBLE: _About(
        "the award is none of those that the rules admit",
        N_("The delegates are not those that the rules award."),
        Treatment.CONFIRM,
        Effect.HOLD,
    ),
    Check.VIABLE_GROUP_SHRANK: _About(
        "a group that was viable in the first alignment lost members",
        N_("A group that was large enough at first lost members."),
        Treatment.CONFIRM,
        Effect.HOLD,
    ),
    Check.ORDER_INVERTED: _About(
        "fewer people have more delegates",
        N_("Fewer people have more delegates."),
        Treatment.CONFIRM,
        Effect.CONTEST,
    ),
    Check.NOT_THE_PLURALITY: _About(
        "the only delegate did not go to the largest group",
        N_("The only delegate did not go to the largest group."),
        Treatment.CONFIRM,
        Effect.CONTEST,
    ),
    Check.COLUMN_SHIFT: _About(
        "a viable group falls to zero, its neighbour rises from zero to as many",
        N_("Two neighbouring lines may have been exchanged."),
        Treatment.CONFIRM,
        Effect.HOLD,
    ),
    Check.APPEARED_FROM_NOTHING: _About(
        "nobody in the first alignment, viable in the final",
        N_("A group of nobody at first was large enough at the end."),
        Treatment.CONFIRM,
        Effect.NONE,
    ),
    Check.NO_VIABLE_GROUP: _About(
        "no group reaches the threshold in the final alignment",
        N_("No group was large enough at the end."),
        Treatment.CONFIRM,
        Effect.NONE,
    ),
    Check.RARE_CANDIDATE_HIGH: _About(
        "a candidate of whom next to nothing was expected is above 10 %",
        N_("A candidate has far more than was expected."),
        Treatment.CONFIRM,
        Effect.NONE,
    ),
    Check.MANY_LEFT: _About(
        "the final alignment is 90 % of the first or less",
        N_("Many people left before the end."),
        Treatment.CONFIRM,
        Effect.NONE,
    ),
    Check.NOBODY_CAME: _About(
        "the attendance is zero",
        N_("Nobody came."),
        Treatment.CONFIRM,
        Effect.NONE,
    ),
    Check.TIE: _About(
        "the rules admit more than one award: who won the toss?",
        N_("A tie was decided by lot."),
        Treatment.ASK,
        Effect.NONE,
    ),
    Check.ALREADY_REPORTED: _About(
        "the precinct has reported before, with other figures",
        N_("The precinct had reported before, with other figures."),
        Treatment.CONFIRM,
        Effect.HOLD,
    ),
    Check.COUNTS_ARE_DELEGATES: _About(
        "every group has as many people as delegates: the award may have been keyed twice",
        N_("Every group has as many people as delegates."),
        Treatment.CONFIRM,
        Effect.NONE,
    ),
    Check.NONVIABLE_KEPT: _About(
        "people are in the final alignment in a group below the threshold",
        N_("People stayed in a group that was not large enough."),
        Treatment.FLAG,
        Effect.FLAG,
    ),
    Check.BALLOTS_DIFFER: _About(
        "another contest of the same ballot had another number of ballots",
        N_("Another contest of the same ballot had another number of ballots."),
        Treatment.CONFIRM,
        Effect.NONE,
    ),
    Check.TWIN: _About(
        "another precinct reported the same figures",
        N_("Another precinct reported the same figures."),
        Treatment.FLAG,
        Effect.FLAG,
    ),
    Check.LANDSLIDE: _About(
        "one candidate is above 80 %",
        N_("One candidate has more than 80%."),
        Treatment.FLAG,
        Effect.FLAG,
    ),
    Check.TURNOUT_OUTLIER: _About(
        "more people per delegate than the election expects",
        N_("More people than expected for the number of delegates."),
        Treatment.FLAG,
        Effect.FLAG,
    ),
    Check.BALLOTS_DO_NOT_ADD_UP: _About(
        "the lines of the sheet do not add up to the ballots cast",
        N_("The lines do not add up to the ballots cast."),
        Treatment.REKEY,
        Effect.HOLD,
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing that a check found in the figures of a contest.

    `treatment` and `effect` are those of the check, but for a finding that another one of the
    same error has already brought up: that one is not said again (FLAG), and keeps its effect.
    `details` hold what the voice needs: candidates' ids and whole numbers.
    """

    check: Check
    treatment: Treatment
    effect: Effect
    contest: str
    details: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def is_spoken(self) -> bool:
        """Whether the chair hears of it."""
        return self.treatment is not Treatment.FLAG

    def silent(self) -> Finding:
        """The same finding, for staff alone."""
        return replace(self, treatment=Treatment.FLAG)

    def to_document(self) -> dict[str, Any]:
        """The finding as JSON has it."""
        return {
            "check": self.check.value,
            "treatment": self.treatment.value,
            "effect": self.effect.value,
            "contest": self.contest,
            "details": dict(self.details),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Finding:
        """The finding that `to_document` wrote. ValueError or KeyError if it is not one."""
        return cls(
            Check(document["check"]),
            Treatment(document["treatment"]),
            Effect(document["effect"]),
            document["contest"],
            dict(document["details"]),
        )


def found(check: Check, contest: str, **details: int | str) -> Finding:
    """A finding with its check's usual treatment and effect."""
    return Finding(check, check.treatment, check.effect, contest, details)


def said_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of which one error may explain all: only the first of them is spoken."""
    return tuple(finding.silent() if place else finding for place, finding in enumerate(findings))


def holds(findings: Iterable[Finding]) -> bool:
    """Whether a report with these findings is held until staff decide."""
    return any(finding.effect is Effect.HOLD for finding in findings)


def contests(findings: Iterable[Finding]) -> bool:
    """Whether a report with these findings, once counted, is marked contested."""
    return any(finding.effect is Effect.CONTEST for finding in findings)
