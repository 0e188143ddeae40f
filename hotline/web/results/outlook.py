"""Who could still lead, as the results page says it: bounds in words and figures, no forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hotline.election.publication.outlook import OutlookState
from hotline.languages.catalogue import N_, Language
from hotline.operations.publication.results_figures import Document, ahead, figures, written
from hotline.web.results.labels import measure_in_words

STATES: Mapping[str, str] = MappingProxyType(
    {
        OutlookState.NOTHING_COUNTED: N_("Nothing is counted yet."),
        OutlookState.TIED: N_("Not settled: nobody is in front."),
        OutlookState.NOT_SETTLED: N_("Not settled: what is still out could change who leads."),
        OutlookState.TOO_CLOSE: N_(
            "Too close: what is still out cannot change who leads, but reports that are held or "
            "contested could."
        ),
        OutlookState.SETTLED: N_(
            "Settled: nothing that is still out, held or contested can change who leads."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Rival:
    """A candidate who could still lead."""

    name: str
    behind: str
    gain: str
    needs: str
    wider: str


@dataclass(frozen=True, slots=True)
class ByMeasure:
    """Who could still lead by one measure. `others` cannot any more, in a sentence."""

    id: str
    title: str
    leading: str
    state: str
    rivals: tuple[Rival, ...]
    others: str
    assumed: str


@dataclass(frozen=True, slots=True)
class ShownOutlook:
    """The outlook of a contest: by the measure that decides it, and by each."""

    settled: bool
    leading: str
    state: str
    measures: tuple[ByMeasure, ...]


def lay_out_outlook(contest: Document, words: Language) -> ShownOutlook:
    """Of a contest with an outlook; one that was published with less says less."""
    outlook = contest["outlook"]
    each = [outlook, *outlook.get("by", ())]
    return ShownOutlook(
        settled=outlook["settled"],
        leading=_leading(contest, outlook, words),
        state=words.gettext(STATES[_state(outlook)]),
        measures=tuple(_by_measure(contest, one, words) for one in each if "state" in one),
    )


def _state(outlook: Mapping[str, Any]) -> str:
    return str(outlook.get("state") or ("settled" if outlook["settled"] else "not-settled"))


def _leading(contest: Document, outlook: Mapping[str, Any], words: Language) -> str:
    names = {c["id"]: c["name"] for c in contest["candidates"]}
    leading = ahead(figures(contest, contest, outlook["measure"]), outlook.get("leader"))
    if not leading:
        return ""
    said = (
        words.gettext("{leader} leads in {measure}.")
        if len(leading) == 1
        else words.gettext("{leader} are tied in {measure}.")
    )
    return said.format(
        leader=", ".join(names[c] for c in leading),
        measure=measure_in_words(outlook["measure"], words).title.lower(),
    )


def _by_measure(contest: Document, outlook: Mapping[str, Any], words: Language) -> ByMeasure:
    rivals = tuple(_rivals(contest, outlook, words))
    gone = len(outlook["challengers"]) - len(rivals)
    several = words.ngettext(
        "{n} other cannot lead any more.", "{n} others cannot lead any more.", gone
    ).format(n=gone)
    assumed = outlook["assumed_people_per_delegate"]
    return ByMeasure(
        id=f"{contest['id']}-{outlook['measure']}-outlook",
        title=measure_in_words(outlook["measure"], words).title,
        leading=_leading(contest, outlook, words),
        state=words.gettext(STATES[_state(outlook)]),
        rivals=rivals,
        others=(several if rivals else words.gettext("Nobody else can lead any more."))
        if gone
        else "",
        assumed=_assumed(assumed, words) if assumed and rivals else "",
    )


def _assumed(most: int, words: Language) -> str:
    return words.gettext(
        "Nobody knows how many people are in a room that has not reported. Assumed here: at most "
        "{n} for each of its delegates; a satellite site has nine of them at most."
    ).format(n=most)


def _rivals(contest: Document, outlook: Mapping[str, Any], words: Language) -> Iterator[Rival]:
    names = {c["id"]: c["name"] for c in contest["candidates"]}
    for one in outlook["challengers"]:
        if one["could_lead_wider"]:
            yield Rival(
                name=names[one["id"]],
                behind=written(one["behind"]),
                gain=_bound(one["most_gain"], words),
                needs=_needs(one, words),
                wider=_bound(one["most_gain_wider"], words),
            )


def _bound(value: int | str | None, words: Language) -> str:
    return words.gettext("no bound") if value is None else written(value)


def _needs(one: Mapping[str, Any], words: Language) -> str:
    if one["could_lead"]:
        needs = one["needs_percent"]
        return words.gettext("no bound") if needs is None else f"{needs}%"
    return (
        words.gettext("more than that")
        if one["could_lead_wider"]
        else words.gettext("out of reach")
    )
