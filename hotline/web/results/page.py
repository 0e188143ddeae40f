"""A published document, laid out for reading: what the page's templates show, already in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from hotline.election.model import Tile
from hotline.languages.catalogue import N_, Language
from hotline.languages.dates import at_moment, on_day
from hotline.operations.publication.results_data import lost_in
from hotline.operations.publication.results_figures import (
    WRITE_INS,
    Coverage,
    Document,
    ahead,
    coverage,
    figures,
    length,
    marks,
    share,
    whole,
    write_ins,
    written,
)
from hotline.web.results.changed import ShownChanges, lay_out_changes
from hotline.web.results.labels import (
    BALLOTS,
    MeasureLabel,
    ballot_lines,
    measure_in_words,
    status_in_words,
)
from hotline.web.results.map import TileMap, lay_out_map
from hotline.web.results.outlook import ShownOutlook, lay_out_outlook

PAUSED = N_("Publication has been paused since {since}. These are the last figures published.")
STALE = N_("We have not been able to read newer figures since {since}.")


class Sort(StrEnum):
    """In which order the counties stand."""

    NAME = "name"  # counties before pools
    MISSING = "missing"  # most reports held or still out first
    SIZE = "size"  # most units first


SORTS = {Sort.NAME: N_("name"), Sort.MISSING: N_("most missing"), Sort.SIZE: N_("size")}


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate's figure. `width` is per cent of the leader's, and so is the bar."""

    name: str
    mark: str
    value: str
    share: str
    width: str
    leads: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """All candidates by one measure, most first; those with zero stand apart, by name."""

    id: str
    label: MeasureLabel
    rows: tuple[CandidateRow, ...]
    zeros: tuple[str, ...]
    total: str
    tied: bool


@dataclass(frozen=True, slots=True)
class Leader:
    """Who is ahead by one measure in one county. `name` joins the names where several are."""

    name: str
    mark: str
    share: str
    tied: bool


@dataclass(frozen=True, slots=True)
class ResultArea:
    """One county or pool in the table of all; a leader for each measure, None without figures."""

    id: str
    name: str
    coverage: Coverage
    leaders: tuple[Leader | None, ...]


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contest as shown: for all counties together, or for one."""

    id: str
    title: str
    outlook: ShownOutlook | None
    panels: tuple[Panel, ...]
    ballots: tuple[tuple[str, str], ...]
    map: TileMap | None
    areas: tuple[ResultArea, ...]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Everything that the page shows, whether of all counties or of one (`area`, its name)."""

    title: str
    date: str
    number: int
    as_of: str
    as_of_utc: str
    as_of_iso: str
    status: str
    is_test: bool
    units: str
    coverage: Coverage
    contests: tuple[ContestView, ...]
    area: str
    has_sde: bool
    paused: str
    paused_reason: str
    stale: str
    changed: ShownChanges | None
    lost: tuple[str, ...]  # the precincts that will never report, each with the reason


def lay_out(
    document: Document,
    words: Language,
    zone: ZoneInfo,
    *,
    sort: Sort = Sort.NAME,
    area: str = "",
    paused_since: datetime | None = None,
    paused_reason: str = "",
    stale_since: datetime | None = None,
    tiles: Mapping[str, Tile] | None = None,
) -> ResultsPage:
    """The page for a document; `area` is the id of a scope in it, or empty for all together.

    `tiles`: where the counties lie, by name, if there is a map.
    """
    scopes = [s for c in document["contests"] for s in c.get("scopes", ())]
    chosen = _scope(scopes, area)
    covered = coverage(chosen["units"] if chosen else document["units"])
    as_of = datetime.fromisoformat(document["as_of"]).astimezone(UTC)
    sites = any(_is_pool(s) for s in ([chosen] if chosen else scopes))
    return ResultsPage(
        title=document["title"],
        date=on_day(date.fromisoformat(document["date"]), words),
        number=document["number"],
        as_of=at_moment(as_of.astimezone(zone), words),
        as_of_utc=as_of.strftime("%Y-%m-%d %H:%M:%S UTC"),
        as_of_iso=as_of.isoformat(),
        status=status_in_words(document["status"], words),
        is_test=document["is_test"],
        units=_how_many(covered.total, sites, words),
        coverage=covered,
        contests=tuple(_contest(c, words, sort, area, tiles or {}) for c in document["contests"]),
        area=chosen["name"] if chosen else "",
        has_sde=any("sde" in c["totals"] for c in document["contests"]),
        paused=since(PAUSED, paused_since, words, zone),
        paused_reason=paused_reason,
        stale=since(STALE, stale_since, words, zone),
        changed=None if area else lay_out_changes(document, words),
        lost=tuple(f"{one['name']}: {one['reason']}" for one in lost_in(document, area)),
    )


def _how_many(total: int, sites: bool, words: Language) -> str:
    said = (
        words.ngettext(
            "{total} precinct and satellite site in all",
            "{total} precincts and satellite sites in all",
            total,
        )
        if sites
        else words.ngettext("{total} precinct in all", "{total} precincts in all", total)
    )
    return said.format(total=f"{total:,}")


def areas_of(document: Document) -> set[str]:
    """The ids of all counties and pools of which the document holds figures."""
    return {s["id"] for c in document["contests"] for s in c.get("scopes", ())}


def _scope(scopes: Sequence[Document], area: str) -> Document | None:
    return next((scope for scope in scopes if scope["id"] == area), None)


def since(text: str, moment: datetime | None, words: Language, zone: ZoneInfo) -> str:
    """The text (PAUSED, STALE) with its moment; nothing without one."""
    if moment is None:
        return ""
    return words.gettext(text).format(since=at_moment(moment.astimezone(zone), words))


def _contest(
    contest: Document, words: Language, sort: Sort, area: str, tiles: Mapping[str, Tile]
) -> ContestView:
    scopes: Sequence[Document] = contest.get("scopes", ())
    place = (_scope(scopes, area) or {"totals": {}}) if area else contest
    named = {} if area else contest.get("outlook") or {}
    return ContestView(
        id=contest["id"],
        title=contest["title"],
        outlook=lay_out_outlook(contest, words) if named else None,
        panels=tuple(
            _panel(
                contest,
                measure,
                place,
                words,
                named.get("leader") if measure == named.get("measure") else None,
            )
            for measure in contest["measures"]
        ),
        ballots=tuple(
            (words.gettext(label), written(place["ballots"][line]))
            for line, label in ballot_lines().items()
            if line in place.get("ballots", {})
        ),
        map=None if area else lay_out_map(contest, tiles, words, scopes),
        areas=() if area else _areas(contest, scopes, sort),
    )


def _panel(
    contest: Document, measure: str, place: Document, words: Language, leader: str | None
) -> Panel:
    shown = figures(contest, place, measure)
    leading = ahead(shown, leader)
    names = {c["id"]: c["name"] for c in contest["candidates"]}
    if others := write_ins(place):
        shown[WRITE_INS] = others
        names[WRITE_INS] = words.gettext(BALLOTS[WRITE_INS])
    values = {choice: Decimal(value) for choice, value in shown.items() if Decimal(value)}
    order = sorted(values, key=lambda choice: (choice not in leading, -values[choice]))
    total, most = whole(contest, place, measure), max(values.values(), default=Decimal(0))
    marked = marks(contest)
    return Panel(
        id=f"{contest['id']}-{measure}",
        label=measure_in_words(measure, words),
        rows=tuple(
            CandidateRow(
                name=names[choice],
                mark=marked.get(choice, ""),
                value=written(shown[choice]),
                share=share(values[choice], total),
                width=length(100 * values[choice] / most),
                leads=choice in leading,
            )
            for choice in order
        ),
        zeros=tuple(c["name"] for c in contest["candidates"] if c["id"] not in values),
        total=words.gettext("Together {total}, which is 100%").format(total=written(total)),
        tied=len(leading) > 1,
    )


def _areas(contest: Document, scopes: Sequence[Document], sort: Sort) -> tuple[ResultArea, ...]:
    marked = marks(contest)
    areas = [
        ResultArea(
            id=scope["id"],
            name=scope["name"],
            coverage=coverage(scope["units"]),
            leaders=tuple(
                _leader(contest, scope, measure, marked) for measure in contest["measures"]
            ),
        )
        for scope in sorted(
            scopes, key=lambda s: (s["id"].startswith("pool:"), s["name"].casefold())
        )
    ]
    if sort is Sort.MISSING:
        areas.sort(key=lambda a: -a.coverage.missing)
    if sort is Sort.SIZE:
        areas.sort(key=lambda a: -a.coverage.total)
    return tuple(areas)


def _is_pool(scope: Document) -> bool:
    return bool(scope["id"].startswith("pool:"))


def _leader(
    contest: Document, place: Document, measure: str, marked: Mapping[str, str]
) -> Leader | None:
    values = figures(contest, place, measure)
    leading = ahead(values)
    if not leading:
        return None
    surnames = {c["id"]: c["surname"] for c in contest["candidates"]}
    return Leader(
        name=", ".join(surnames[c] for c in leading),
        mark=marked.get(leading[0], "") if len(leading) == 1 else "",
        share=share(Decimal(values[leading[0]]), whole(contest, place, measure)),
        tied=len(leading) > 1,
    )
