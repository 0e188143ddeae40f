"""Who could still lead, as the results page says it: bounds in words and figures, no forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hotline.operations.publication.results_figures import Document, ahead, figures, written
from hotline.web.results.labels import Labels


@dataclass(frozen=True, slots=True)
class OutlookWords:
    """The texts of one language; braces hold figures and names."""

    states: Mapping[str, str]  # by election.outlook.State
    who: str
    bounds: str
    candidate: str
    behind: str
    gain: str
    needs: str
    wider: str
    no_bound: str
    out_of_reach: str
    nobody: str
    others: str
    other: str
    assumed: str
    doubted_only: str


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
class Outlook:
    """The outlook of a contest: by the measure that decides it, and by each."""

    settled: bool
    leading: str
    state: str
    words: OutlookWords
    measures: tuple[ByMeasure, ...]


def lay_out_outlook(contest: Document, labels: Labels) -> Outlook:
    """Of a contest with an outlook; one that was published with less says less."""
    words = WORDS[labels.code]
    outlook = contest["outlook"]
    each = [outlook, *outlook.get("by", ())]
    return Outlook(
        settled=outlook["settled"],
        leading=_leading(contest, outlook, labels),
        state=words.states[_state(outlook)],
        words=words,
        measures=tuple(_by_measure(contest, one, labels, words) for one in each if "state" in one),
    )


def _state(outlook: Mapping[str, Any]) -> str:
    return str(outlook.get("state") or ("settled" if outlook["settled"] else "not-settled"))


def _leading(contest: Document, outlook: Mapping[str, Any], labels: Labels) -> str:
    names = {c["id"]: c["name"] for c in contest["candidates"]}
    leading = ahead(figures(contest, contest, outlook["measure"]), outlook.get("leader"))
    if not leading:
        return ""
    said = labels.leads_in if len(leading) == 1 else labels.tied_in
    return said.format(
        leader=", ".join(names[c] for c in leading),
        measure=labels.measure(outlook["measure"]).title.lower(),
    )


def _by_measure(
    contest: Document, outlook: Mapping[str, Any], labels: Labels, words: OutlookWords
) -> ByMeasure:
    rivals = tuple(_rivals(contest, outlook, words))
    gone = len(outlook["challengers"]) - len(rivals)
    several = words.other if gone == 1 else words.others.format(n=gone)
    assumed = outlook["assumed_people_per_delegate"]
    return ByMeasure(
        id=f"{contest['id']}-{outlook['measure']}-outlook",
        title=labels.measure(outlook["measure"]).title,
        leading=_leading(contest, outlook, labels),
        state=words.states[_state(outlook)],
        rivals=rivals,
        others=(several if rivals else words.nobody) if gone else "",
        assumed=words.assumed.format(n=assumed) if assumed and rivals else "",
    )


def _rivals(contest: Document, outlook: Mapping[str, Any], words: OutlookWords) -> Iterator[Rival]:
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


def _bound(value: int | str | None, words: OutlookWords) -> str:
    return words.no_bound if value is None else written(value)


def _needs(one: Mapping[str, Any], words: OutlookWords) -> str:
    if one["could_lead"]:
        needs = one["needs_percent"]
        return words.no_bound if needs is None else f"{needs}%"
    return words.doubted_only if one["could_lead_wider"] else words.out_of_reach


ENGLISH = OutlookWords(
    states=MappingProxyType(
        {
            "nothing-counted": "Nothing is counted yet.",
            "tied": "Not settled: nobody is in front.",
            "not-settled": "Not settled: what is still out could change who leads.",
            "too-close": "Too close: what is still out cannot change who leads, but reports that "
            "are held or contested could.",
            "settled": "Settled: nothing that is still out, held or contested can change who "
            "leads.",
        }
    ),
    who="Who could still lead, and what it would take",
    bounds="These are bounds, not a forecast. They say what is possible if everything that is "
    "still out went to one candidate, and nothing of what is likely.",
    candidate="Candidate",
    behind="Behind by",
    gain="Could gain on the leader from what is still out, at most",
    needs="Has to gain, of that",
    wider="At most, with what is held or contested",
    no_bound="no bound",
    out_of_reach="out of reach",
    nobody="Nobody else can lead any more.",
    others="{n} others cannot lead any more.",
    other="1 other cannot lead any more.",
    assumed="Nobody knows how many people are in a room that has not reported. Assumed here: at "
    "most {n} for each of its delegates; a satellite site has nine of them at most.",
    doubted_only="more than that",
)

SPANISH = OutlookWords(
    states=MappingProxyType(
        {
            "nothing-counted": "Todavía no hay nada contado.",
            "tied": "Sin decidir: nadie va delante.",
            "not-settled": "Sin decidir: lo que falta podría cambiar quién va delante.",
            "too-close": "Demasiado ajustado: lo que falta no puede cambiar quién va delante, pero "
            "los informes retenidos o cuestionados sí podrían.",
            "settled": "Decidido: nada de lo que falta, está retenido o se cuestiona puede cambiar "
            "quién va delante.",
        }
    ),
    who="Quién podría ir todavía delante, y qué haría falta",
    bounds="Son límites, no un pronóstico. Dicen lo que es posible si todo lo que falta fuera para "
    "una sola candidatura, y nada de lo que es probable.",
    candidate="Candidatura",
    behind="Va por detrás en",
    gain="Podría recuperar con lo que falta, como máximo",
    needs="Tiene que recuperar, de eso",
    wider="Como máximo, con lo retenido o cuestionado",
    no_bound="sin límite",
    out_of_reach="fuera de alcance",
    nobody="Nadie más puede ir ya delante.",
    others="Otras {n} ya no pueden ir delante.",
    other="Otra ya no puede ir delante.",
    assumed="Nadie sabe cuántas personas hay en una sala que no ha informado. Aquí se suponen "
    "{n} como máximo por cada uno de sus delegados; un local satélite tiene nueve como máximo.",
    doubted_only="más que eso",
)

WORDS: Mapping[str, OutlookWords] = MappingProxyType({"en": ENGLISH, "es": SPANISH})
