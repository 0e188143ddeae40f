"""What the public pages of single precincts say under a key: where a report stands, its columns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
