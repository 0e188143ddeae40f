"""What the public pages of single precincts say under a key: where a report stands, its columns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hotline.election.finding import Check
from hotline.election.rules.registry import columns, lines_below, numbers
from hotline.languages.catalogue import N_, Language
from hotline.store.enums import Source, Status

FILED_BY: Mapping[Source, str] = MappingProxyType(
    {
        Source.PHONE: N_("filed by telephone, by the precinct’s chair"),
        Source.STAFF: N_("entered by staff"),
    }
)

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "chair": N_("by the precinct’s chair"),
        "program": N_("by the rules"),
        "staff": N_("by staff"),
    }
)

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "first": N_("First alignment"),
        "early_first": N_("Early votes, first choice"),
        "final": N_("Final alignment"),
        "early_final": N_("Early votes, final choice"),
        "delegates": N_("Delegates"),
        "votes": N_("Votes"),
    }
)

NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "attendance": N_("Attendance"),
        "early": N_("Early votes"),
        "ballots": N_("Ballots cast"),
        "write_ins": N_("Write-ins"),
        "undervotes": N_("Undervotes"),
        "overvotes": N_("Overvotes"),
    }
)


def columns_in_words() -> dict[str, str]:
    """Columns by key: those that are named here, then what rules name besides."""
    return {**COLUMNS, **{k: one.label for k, one in columns().items() if k not in COLUMNS}}


def numbers_in_words() -> dict[str, str]:
    """Single numbers by key: those that are named here, then what rules name besides."""
    asked = {key: number.label for key, number in numbers().items()}
    below = {key: line.label for key, line in lines_below().items()}
    return {**NUMBERS, **{k: label for k, label in (asked | below).items() if k not in NUMBERS}}


CHECKS: Mapping[Check, str] = MappingProxyType(
    {
        Check.UNKNOWN_UNIT: N_("No precinct has this code."),
        Check.OUT_OF_RANGE: N_("A number is larger than the attendance allows."),
        Check.FIRST_NOT_ATTENDANCE: N_("The first alignment does not add up to the attendance."),
        Check.MISSING_ALIGNMENT: N_("People attended, but one alignment is empty."),
        Check.FINAL_EXCEEDS_FIRST: N_("More people in the final alignment than in the first."),
        Check.DELEGATES_NOT_ALLOTTED: N_("The delegates do not add up to the number elected here."),
        Check.DELEGATE_TO_NONVIABLE: N_("A group that was too small has a delegate."),
        Check.VIABLE_WITHOUT_DELEGATE: N_("A group that was large enough has no delegate."),
        Check.AWARD_NOT_ADMISSIBLE: N_("The delegates are not those that the rules award."),
        Check.VIABLE_GROUP_SHRANK: N_("A group that was large enough at first lost members."),
        Check.ORDER_INVERTED: N_("Fewer people have more delegates."),
        Check.NOT_THE_PLURALITY: N_("The only delegate did not go to the largest group."),
        Check.COLUMN_SHIFT: N_("Two neighbouring lines may have been exchanged."),
        Check.APPEARED_FROM_NOTHING: N_("A group of nobody at first was large enough at the end."),
        Check.NO_VIABLE_GROUP: N_("No group was large enough at the end."),
        Check.RARE_CANDIDATE_HIGH: N_("A candidate has far more than was expected."),
        Check.MANY_LEFT: N_("Many people left before the end."),
        Check.NOBODY_CAME: N_("Nobody came."),
        Check.TIE: N_("A tie was decided by lot."),
        Check.ALREADY_REPORTED: N_("The precinct had reported before, with other figures."),
        Check.TWIN: N_("Another precinct reported the same figures."),
        Check.LANDSLIDE: N_("One candidate has more than 80%."),
        Check.TURNOUT_OUTLIER: N_("More people than expected for the number of delegates."),
        Check.BALLOTS_DO_NOT_ADD_UP: N_("The lines do not add up to the ballots cast."),
    }
)


def version_status(status: Status, words: Language) -> str:
    """Where a version stands."""
    match status:
        case Status.FILED:
            return words.pgettext("a version of a report", "just received")
        case Status.COUNTED:
            return words.pgettext("a version of a report", "in the results")
        case Status.HELD:
            return words.pgettext("a version of a report", "held")
        case Status.CORROBORATING:
            return words.pgettext("a version of a report", "says the same as another report")
        case Status.SUPERSEDED:
            return words.pgettext("a version of a report", "replaced by another version")
        case Status.REJECTED:
            return words.pgettext("a version of a report", "not counted, by decision of staff")


def version_step(status: Status, words: Language) -> str:
    """What became of a version at some moment."""
    match status:
        case Status.FILED:
            return words.pgettext("a version of a report", "filed")
        case Status.COUNTED:
            return words.pgettext("a version of a report", "counted")
        case Status.HELD:
            return words.pgettext("a version of a report", "held")
        case Status.CORROBORATING:
            return words.pgettext(
                "a version of a report", "found to say the same as another report"
            )
        case Status.SUPERSEDED:
            return words.pgettext("a version of a report", "replaced by another version")
        case Status.REJECTED:
            return words.pgettext("a version of a report", "rejected")
