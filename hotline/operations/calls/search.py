"""Calls as administrators look for them: a list, the whole story of one, and a file of many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection

from hotline.guard.triage import Counted, Entrance, Verdict
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor
from hotline.operations.admission.costs import MILLIONTHS
from hotline.operations.context import AppContext
from hotline.operations.desk.story import CallStory, call_story
from hotline.operations.query_parameters import QueryParameters
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.calls import call_log, call_search
from hotline.store.calls.call_log import CallRow
from hotline.store.calls.call_search import MOST_UNITS, CallFilter, CameTo, Counting, FoundCalls
from hotline.store.database import reading, transact
from hotline.store.enums import Channel, EventKind
from hotline.store.paging import PagePlace
from hotline.store.reports import reports
from hotline.store.reports.reports import Report
from hotline.tables.writer import TableFile

HEAD = [field.name for field in fields(CallRow)]


@dataclass(frozen=True, slots=True)
class CallFile:
    """Everything about one call. `reports` were filed in it; `can_block`: its number is kept."""

    row: CallRow
    story: CallStory
    entries: Sequence[ActivityEntry]
    reports: Sequence[Report]
    people: Sequence[str]
    can_block: bool

    @property
    def cost(self) -> float | None:
        """Estimated, in the currency of the settings; None while the call goes on."""
        return None if self.row.charge is None else self.row.charge / MILLIONTHS


def asked_for(parts: AppContext, form: Mapping[str, str]) -> tuple[CallFilter, dict[str, str]]:
    """What the form asks for, and by field what is wrong with it."""
    active = parts.known_election()
    asked = QueryParameters(form, active.election if active else None)
    since, until = asked.span("since", "until")
    wanted = CallFilter(
        since=since,
        until=until,
        channel=asked.choice("channel", Channel),
        entrance=asked.choice("line", Entrance),
        verdict=asked.choice("verdict", Verdict),
        reason=asked.choice("reason", Counted),
        units=asked.units("unit", MOST_UNITS),
        last_four=asked.four_digits("digits"),
        came_to=asked.choice("outcome", CameTo),
    )
    return wanted, asked.problems


def search_calls(
    parts: AppContext, wanted: CallFilter, place: PagePlace | None
) -> tuple[FoundCalls, Counting]:
    """A page of calls, and how many there are."""
    with reading(parts.engine) as connection:
        return (
            call_search.search(connection, wanted, place),
            call_search.count(connection, wanted),
        )


def open_call(parts: AppContext, sid: str) -> CallFile | None:
    """The whole story of a call; None where nothing is on record of it."""
    with reading(parts.engine) as connection:
        row = call_log.find_call(connection, sid)
        if row is None:
            return None
        entries = activity.of_call(connection, sid)
        filed = reports.of_ids(connection, _filed(connection, sid, entries))
        kept = bool(row.caller_key) and call_log.number_of(connection, row.caller_key) is not None
    people = dict.fromkeys(entry.who for entry in entries if entry.account_id is not None)
    return CallFile(row, call_story(parts, sid), entries, filed, tuple(people), kept)


def export(parts: AppContext, who: Actor, wanted: CallFilter, form: Mapping[str, str]) -> TableFile:
    """All calls that the filter lets through as CSV in portions, without anybody's number.

    It is written down who takes them away, before the first portion is given.
    """
    asked = {name: value for name, value in form.items() if value}

    transact(
        parts.engine,
        lambda connection: log_activity(
            connection, parts, who, ActivityKind.CALLS_EXPORTED, after={"asked for": asked}
        ),
    )
    rows = (_cells(row) for row in call_search.every(parts.engine, wanted))
    return TableFile(HEAD, rows)


def _filed(connection: Connection, sid: str, entries: Sequence[ActivityEntry]) -> set[int]:
    """The reports that the caller filed, and those that staff entered in the call."""
    events = call_log.events_of(connection, [sid])
    said = [event.detail["report"] for event in events if event.kind is EventKind.FILED]
    said += [
        str(entry.after.get("report", ""))
        for entry in entries
        if entry.kind is ActivityKind.REPORT_ENTERED and entry.after
    ]
    return {int(id_) for id_ in said if id_.isdecimal()}


def _cells(row: CallRow) -> Iterator[object]:
    for value in astuple(row):
        yield value.isoformat() if isinstance(value, datetime) else value
