"""What is published under a key, in words: kinds of publication, measures, lines of a ballot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hotline.election.rules.registry import lines_below, measure_of, numbers
from hotline.languages.catalogue import N_, Language


@dataclass(frozen=True, slots=True)
class MeasureLabel:
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

MEASURES: Mapping[str, MeasureLabel] = MappingProxyType(
    {
        "first": MeasureLabel(
            N_("First alignment"), N_("First"), N_("People, in the groups that they joined first")
        ),
        "final": MeasureLabel(
            N_("Final alignment"),
            N_("Final"),
            N_("People, after the smallest groups had regrouped"),
        ),
        "sde": MeasureLabel(
            N_("State delegate equivalents"),
            N_("State delegates"),
            N_("What those groups elect, in delegates to the state convention"),
        ),
        "delegates": MeasureLabel(
            N_("County delegates"), N_("Delegates"), N_("Delegates to the county convention")
        ),
        "votes": MeasureLabel(N_("Votes"), N_("Votes")),
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


def ballot_lines() -> dict[str, str]:
    """What the ballots may have held besides, by key: what is named here, then what rules name."""
    named = {key: number.label for key, number in numbers().items()}
    named |= {key: line.label for key, line in lines_below().items()}
    return {**BALLOTS, **{key: label for key, label in named.items() if key not in BALLOTS}}


def status_in_words(status: str, words: Language) -> str:
    """What kind of publication this is; one without words is shown as it is."""
    return words.gettext(STATUSES[status]) if status in STATUSES else status


def measure_in_words(measure: str, words: Language) -> MeasureLabel:
    """A measure's texts; one without words here is called what its rule calls it."""
    known = MEASURES.get(measure)
    if known is None:
        label = words.gettext(measure_of(measure).label)
        return MeasureLabel(label, label)
    note = words.gettext(known.note) if known.note else ""
    return MeasureLabel(words.gettext(known.title), words.gettext(known.short), note)
