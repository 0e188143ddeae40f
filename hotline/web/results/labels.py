"""What is published under a key, in words: kinds of publication, measures, lines of a ballot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hotline.languages.catalogue import N_, Language


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: `short` heads a narrow column, `note` says what it is in one line."""

    title: str
    short: str
    note: str = ""


STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "unofficial-partial": N_("Unofficial, partial"),
        "unofficial-complete": N_("Unofficial, all reported"),
        "unofficial": N_("Unofficial"),
        "recanvass": N_("Unofficial, recanvass"),
        "recount": N_("Unofficial, recount"),
        "certified": N_("Certified"),
    }
)

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "first": Measure(
            N_("First alignment"), N_("First"), N_("People, in the groups that they joined first")
        ),
        "final": Measure(
            N_("Final alignment"),
            N_("Final"),
            N_("People, after the smallest groups had regrouped"),
        ),
        "sde": Measure(
            N_("State delegate equivalents"),
            N_("State delegates"),
            N_("What those groups elect, in delegates to the state convention"),
        ),
        "delegates": Measure(
            N_("County delegates"), N_("Delegates"), N_("Delegates to the county convention")
        ),
        "votes": Measure(N_("Votes"), N_("Votes")),
    }
)

BALLOTS: Mapping[str, str] = MappingProxyType(
    {
        "ballots": N_("Ballots cast"),
        "write_ins": N_("Write-ins"),
        "undervotes": N_("Undervotes"),
        "overvotes": N_("Overvotes"),
    }
)


def status_in_words(status: str, words: Language) -> str:
    """What kind of publication this is; one without words is shown as it is."""
    return words.gettext(STATUSES[status]) if status in STATUSES else status


def measure_in_words(measure: str, words: Language) -> Measure:
    """A measure's texts; one without words is shown by its key."""
    known = MEASURES.get(measure)
    if known is None:
        return Measure(measure, measure)
    note = words.gettext(known.note) if known.note else ""
    return Measure(words.gettext(known.title), words.gettext(known.short), note)
