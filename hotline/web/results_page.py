"""A published document, laid out for reading: what the page's templates show, already in words.

Nothing is counted here. Shares and lengths of bars are worked out from the published figures;
every figure itself is shown as it was published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from hotline.web.results_labels import Labels, Measure

Document = Mapping[str, Any]

SLIVER = Decimal("0.6")
"""Per cent of a bar: what is there at all is drawn at least so wide, to be seen on a telephone."""

MARKS = 6
"""How many candidates have a colour and a shape of their own; the style sheet holds as many."""

MARKED = Decimal("0.05")
"""Share by any measure, of all counties together, from which a candidate has them."""

ONE_PLACE = Decimal("0.1")


class Sort(StrEnum):
    """In which order the counties stand."""

    NAME = "name"  # as published, which is by name
    MISSING = "missing"  # most reports held or still out first
    SIZE = "size"  # most units first


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the bar that shows what is in; `x` and `width` in per cent of it."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """total = counted + held + outstanding; contested and verified are among the counted."""

    total: int
    counted: int
    contested: int
    verified: int | None
    held: int
    outstanding: int
    pieces: tuple[Piece, ...]

    @property
    def missing(self) -> int:
        return self.held + self.outstanding


@dataclass(frozen=True, slots=True)
class Row:
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
    label: Measure
    rows: tuple[Row, ...]
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
class Area:
    """One county or pool in the table of all; a leader for each measure, None without figures."""

    id: str
    name: str
    coverage: Coverage
    leaders: tuple[Leader | None, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether what is still out could change who leads. Never who will."""

    settled: bool
    leading: str


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contest as shown: for all counties together, or for one."""

    id: str
    title: str
    outlook: Outlook | None
    panels: tuple[Panel, ...]
    ballots: tuple[tuple[str, str], ...]
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Page:
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


def lay_out(
    document: Document,
    labels: Labels,
    zone: ZoneInfo,
    *,
    sort: Sort = Sort.NAME,
    area: str = "",
    paused_since: datetime | None = None,
    paused_reason: str = "",
    stale_since: datetime | None = None,
) -> Page:
    """The page for a document; `area` is the id of a scope in it, or empty for all together."""
    scopes = [s for c in document["contests"] for s in c.get("scopes", ())]
    chosen = next((s for s in scopes if s["id"] == area), None)
    coverage = _coverage(chosen["units"] if chosen else document["units"])
    as_of = datetime.fromisoformat(document["as_of"]).astimezone(UTC)
    sites = any(s["id"].startswith("pool:") for s in scopes) if chosen is None else _is_pool(area)
    return Page(
        title=document["title"],
        date=labels.on_day(date.fromisoformat(document["date"])),
        number=document["number"],
        as_of=labels.at(as_of.astimezone(zone)),
        as_of_utc=as_of.strftime("%Y-%m-%d %H:%M:%S UTC"),
        as_of_iso=as_of.isoformat(),
        status=labels.status(document["status"]),
        is_test=document["is_test"],
        units=(labels.precincts_and_sites if sites else labels.precincts).format(
            total=f"{coverage.total:,}"
        ),
        coverage=coverage,
        contests=tuple(_contest(c, labels, sort, area) for c in document["contests"]),
        area=chosen["name"] if chosen else "",
        has_sde=any("sde" in c["totals"] for c in document["contests"]),
        paused=_since(labels.paused, paused_since, labels, zone),
        paused_reason=paused_reason,
        stale=_since(labels.stale, stale_since, labels, zone),
    )


def areas_of(document: Document) -> set[str]:
    """The ids of all counties and pools of which the document holds figures."""
    return {s["id"] for c in document["contests"] for s in c.get("scopes", ())}


def _is_pool(scope: str) -> bool:
    return scope.startswith("pool:")


def _since(text: str, moment: datetime | None, labels: Labels, zone: ZoneInfo) -> str:
    return text.format(since=labels.at(moment.astimezone(zone))) if moment else ""


def _coverage(units: Mapping[str, int]) -> Coverage:
    total, held, outstanding = units["total"], units["held"], units["outstanding"]
    counted = total - held - outstanding
    contested = min(units.get("contested", 0), counted)
    parts = {
        "counted": counted - contested,
        "contested": contested,
        "held": held,
        "outstanding": outstanding,
    }
    return Coverage(
        total, counted, contested, units.get("verified"), held, outstanding, _pieces(parts)
    )


def _pieces(parts: Mapping[str, int]) -> tuple[Piece, ...]:
    """The parts side by side. Slivers are widened at the cost of the widest."""
    total = sum(parts.values())
    if not total:
        return ()
    widths = {
        kind: max(Decimal(100 * count) / total, SLIVER) for kind, count in parts.items() if count
    }
    widest = max(widths, key=lambda kind: widths[kind])
    widths[widest] -= sum(widths.values()) - 100
    pieces, x = [], Decimal(0)
    for kind, width in widths.items():
        pieces.append(Piece(kind, _length(x), _length(width)))
        x += width
    return tuple(pieces)


def _contest(contest: Document, labels: Labels, sort: Sort, area: str) -> ContestView:
    scopes: Sequence[Document] = contest.get("scopes", ())
    chosen = next((s for s in scopes if s["id"] == area), None)
    shown = chosen or (contest if not area else {"totals": {}})
    outlook = contest.get("outlook") or {}
    return ContestView(
        id=contest["id"],
        title=contest["title"],
        outlook=None if area else _outlook(contest, labels),
        panels=tuple(
            _panel(
                contest,
                measure,
                shown["totals"].get(measure, {}),
                labels,
                leader=outlook.get("leader")
                if measure == outlook.get("measure") and not area
                else None,
            )
            for measure in contest["measures"]
        ),
        ballots=_ballots(shown.get("ballots") or {}, labels),
        areas=() if area else _areas(contest, scopes, sort),
    )


def _outlook(contest: Document, labels: Labels) -> Outlook | None:
    outlook = contest.get("outlook")
    if not outlook:
        return None
    names = {c["id"]: c["name"] for c in contest["candidates"]}
    ahead = _ahead(contest["totals"].get(outlook["measure"], {}), outlook.get("leader"))
    said = labels.leads_in if len(ahead) == 1 else labels.tied_in
    return Outlook(
        settled=outlook["settled"],
        leading=said.format(
            leader=", ".join(names.get(c, c) for c in ahead),
            measure=labels.measure(outlook["measure"]).title.lower(),
        )
        if ahead
        else "",
    )


def _ahead(totals: Mapping[str, Any], leader: str | None = None) -> list[str]:
    """Who leads, or all who are tied. A leader that the document names stands: figures that are
    equal once rounded need not be equal."""
    most = max(map(Decimal, totals.values()), default=Decimal(0))
    if not most:
        return []
    ahead = [candidate for candidate, value in totals.items() if Decimal(value) == most]
    return [leader] if leader in ahead else ahead


def _marks(contest: Document) -> dict[str, str]:
    """A mark for each of the larger candidates, in the contest's order, so that a mark stays with
    its candidate whoever is ahead."""
    shares: dict[str, Decimal] = {}
    for totals in contest["totals"].values():
        whole = sum(map(Decimal, totals.values()), Decimal(0))
        for candidate, value in totals.items():
            if whole:
                shares[candidate] = max(shares.get(candidate, Decimal(0)), Decimal(value) / whole)
    large = [c["id"] for c in contest["candidates"] if shares.get(c["id"], 0) >= MARKED]
    kept = sorted(large, key=lambda c: -shares[c])[:MARKS]
    return {c: f"mark-{n}" for n, c in enumerate((c for c in large if c in kept), start=1)}


def _panel(
    contest: Document,
    measure: str,
    totals: Mapping[str, Any],
    labels: Labels,
    leader: str | None,
) -> Panel:
    values = {c["id"]: Decimal(totals.get(c["id"], 0)) for c in contest["candidates"]}
    names = {c["id"]: c["name"] for c in contest["candidates"]}
    marks = _marks(contest)
    ahead = _ahead(totals, leader)
    whole = sum(values.values())
    most = max(values.values(), default=Decimal(0))
    order = sorted((c for c in values if values[c]), key=lambda c: (c not in ahead, -values[c]))
    return Panel(
        id=f"{contest['id']}-{measure}",
        label=labels.measure(measure),
        rows=tuple(
            Row(
                name=names[c],
                mark=marks.get(c, ""),
                value=_figure(totals[c]),
                share=share(values[c], whole),
                width=_length(100 * values[c] / most),
                leads=c in ahead,
            )
            for c in order
        ),
        zeros=tuple(names[c] for c in values if not values[c]),
        total=f"{whole:,f}",
        tied=len(ahead) > 1,
    )


def _ballots(ballots: Mapping[str, int], labels: Labels) -> tuple[tuple[str, str], ...]:
    kinds = [
        *(k for k in labels.ballots if k in ballots),
        *(k for k in ballots if k not in labels.ballots),
    ]
    return tuple((labels.ballots.get(kind, kind), _figure(ballots[kind])) for kind in kinds)


def _areas(contest: Document, scopes: Sequence[Document], sort: Sort) -> tuple[Area, ...]:
    surnames = {c["id"]: c["surname"] for c in contest["candidates"]}
    marks = _marks(contest)
    areas = [
        Area(
            id=scope["id"],
            name=scope["name"],
            coverage=_coverage(scope["units"]),
            leaders=tuple(
                _leader(scope["totals"].get(measure, {}), surnames, marks)
                for measure in contest["measures"]
            ),
        )
        for scope in scopes
    ]
    if sort is Sort.MISSING:
        areas.sort(key=lambda a: -a.coverage.missing)
    if sort is Sort.SIZE:
        areas.sort(key=lambda a: -a.coverage.total)
    return tuple(areas)


def _leader(
    totals: Mapping[str, Any], surnames: Mapping[str, str], marks: Mapping[str, str]
) -> Leader | None:
    ahead = _ahead(totals)
    if not ahead:
        return None
    values = [Decimal(value) for value in totals.values()]
    return Leader(
        name=", ".join(surnames.get(c, c) for c in ahead),
        mark=marks.get(ahead[0], "") if len(ahead) == 1 else "",
        share=share(max(values), sum(values, Decimal(0))),
        tied=len(ahead) > 1,
    )


def share(value: Decimal, whole: Decimal | int) -> str:
    """Per cent with one place, rounded half up; what is there is never shown as nothing."""
    percent = (100 * value / whole).quantize(ONE_PLACE, ROUND_HALF_UP)
    if value and not percent:
        return f"<{ONE_PLACE}%"
    return f"{percent}%"


def _figure(value: int | str) -> str:
    return f"{Decimal(value):,f}"


def _length(percent: Decimal) -> str:
    return f"{percent:.2f}%"
