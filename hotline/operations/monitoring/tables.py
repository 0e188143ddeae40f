"""What the charts of the overview show, as tables with the finding in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from hotline.guard.triage import Counted, Verdict
from hotline.moments import minute_of, zone_name
from hotline.operations.monitoring.situation import DATABASE, REDIS, Minute, Situation

VERDICTS: Mapping[str, str] = {
    Verdict.FAST_LANE: "Fast lane",
    Verdict.ADMIT: "Admitted",
    Verdict.CHALLENGE: "Challenged",
    Verdict.TURN_AWAY: "Turned away",
}
"""What became of a call, in words."""

REASONS: Mapping[str, str] = {
    Counted.BLOCK: "Blocked",
    Counted.ROSTER_ONLY: "Roster phones only",
    Counted.PENALTY: "Repeated calls",
    Counted.RECENT: "One call too many",
    Counted.AT_ONCE: "Too many at once from one number",
    Counted.WITHHELD: "Withheld, too many",
    Counted.ROOM: "No room for unknown callers",
}
"""Why a call was turned away, in words."""

Row = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Figures behind a chart. A row has its name, and a whole number for each further column."""

    name: str
    title: str
    said: str  # what it shows, in sentences
    head: tuple[str, ...]
    rows: Sequence[Row]

    def total(self, column: int) -> int:
        """The sum of a column; the first one with numbers is 0."""
        return sum(numbers[column] for _, numbers in self.rows)


def tables(seen: Situation, zone: tzinfo) -> dict[str, ChartTable]:
    """All of them, by name. Minutes are whole ones: the one that has just begun is left out."""
    whole = seen.minutes[:-1]
    found = (
        _calls(whole, zone),
        _turned_away(whole),
        _reports(whole, zone),
        _faults(whole, zone),
        _areas(seen),
    )
    return {table.name: _unless_silent(seen, table) for table in found}


MINUTE = "Minute"
"""How the heading of a table of minutes begins."""

NEEDS: Mapping[str, frozenset[str]] = {"faults": frozenset({DATABASE, REDIS})}


def _unless_silent(seen: Situation, table: ChartTable) -> ChartTable:
    silent = sorted(NEEDS.get(table.name, frozenset({DATABASE})) & seen.silent)
    if not silent:
        return table
    said = f"Not known: {' and '.join(silent)} cannot be reached."
    return ChartTable(table.name, table.title, said, table.head, ())


def _calls(minutes: Sequence[Minute], zone: tzinfo) -> ChartTable:
    rows = [(_time(minute, zone), _by_verdict(minute)) for minute in minutes]
    said = "No calls yet."
    if rows:
        *let_in, away = rows[-1][1]
        busiest = max(minutes, key=lambda minute: sum(_by_verdict(minute)))
        most = _by_verdict(busiest)
        said = f"In the last whole minute {sum(let_in):,} calls were let in, {away:,} turned away."
        if sum(most):
            said += (
                f" The busiest minute was {minute_of(busiest.at, zone)}, with {sum(most):,} calls."
            )
    head = (_minute(minutes, zone), *VERDICTS.values())
    return ChartTable("calls", "Calls by the minute", said, head, rows)


def _by_verdict(minute: Minute) -> tuple[int, ...]:
    count: Counter[str] = Counter()
    for (verdict, _), calls in minute.answered.items():
        count[verdict] += calls
    count[Verdict.TURN_AWAY] = sum(minute.turned_away.values())
    return tuple(count[verdict] for verdict in VERDICTS)


def _turned_away(minutes: Sequence[Minute]) -> ChartTable:
    count: Counter[str] = Counter()
    for minute in minutes:
        for (reason, _), calls in minute.turned_away.items():
            count[reason] += calls
    rows = [(words, (count[reason],)) for reason, words in REASONS.items()]
    total = count.total()
    said = f"In an hour {total:,} calls were turned away."
    if total:
        reason, most = count.most_common(1)[0]
        said += f" Most often: {REASONS.get(reason, reason).lower()}, {most:,} of them."
    return ChartTable("away", "Turned away in an hour", said, ("Reason", "Calls"), rows)


def _reports(minutes: Sequence[Minute], zone: tzinfo) -> ChartTable:
    rows = [(_time(minute, zone), (minute.filed,)) for minute in minutes]
    last = rows[-1][1][0] if rows else 0
    said = f"In the last whole minute {last:,} reports were filed; "
    said += f"{sum(minute.filed for minute in minutes):,} in an hour."
    head = (_minute(minutes, zone), "Reports")
    return ChartTable("reports", "Reports filed by the minute", said, head, rows)


def _faults(minutes: Sequence[Minute], zone: tzinfo) -> ChartTable:
    rows = [
        (_time(minute, zone), (minute.wrong_pins, minute.errors, minute.requests))
        for minute in minutes
    ]
    pins, errors, _ = rows[-1][1] if rows else (0, 0, 0)
    said = (
        f"In the last whole minute {pins:,} wrong PINs were keyed, and {errors:,} requests failed."
    )
    head = (_minute(minutes, zone), "Wrong PINs", "Requests that failed", "Requests")
    return ChartTable("faults", "Wrong PINs and failed requests", said, head, rows)


def _areas(seen: Situation) -> ChartTable:
    rows = [(area.name, (area.outstanding, area.units)) for area in seen.areas]
    said = f"{seen.units.outstanding:,} of {seen.units.total:,} precincts are outstanding."
    if seen.areas and seen.areas[0].outstanding:
        most = seen.areas[0]
        said += f" Most of them in {most.name}: {most.outstanding:,} of {most.units:,}."
    return ChartTable(
        "areas", "Outstanding by county", said, ("Area", "Outstanding", "Precincts"), rows
    )


def _time(minute: Minute, zone: tzinfo) -> str:
    return f"{minute.at.astimezone(zone):%H:%M}"


def _minute(minutes: Sequence[Minute], zone: tzinfo) -> str:
    """What stands over the minutes: rows have no room for their zone."""
    return f"{MINUTE} ({zone_name(minutes[-1].at.astimezone(zone))})" if minutes else MINUTE
