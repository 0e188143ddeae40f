"""The whole story of a call and of a unit, for whoever is about to say hello."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from redis import RedisError
from sqlalchemy import Connection

from hotline.calls import state as states
from hotline.calls.state import MalformedStateError, State
from hotline.election.finding import Check
from hotline.election.model import Election
from hotline.guard.caller import last_four
from hotline.languages.names import english_name
from hotline.operations.context import AppContext
from hotline.operations.desk.words import (
    DONE,
    KeyedAnswer,
    event_in_words,
    figures_in_words,
    keyed_of,
    objections_of,
    question_of,
    unit_name,
)
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.calls import call_log
from hotline.store.calls.calls import CallStore
from hotline.store.database import reading
from hotline.store.reports import reports
from hotline.store.reports.reports import Report
from hotline.store.roster import roster

ANY_STEP = -1


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, with who did it; the caller where nobody is named."""

    at: datetime  # UTC
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class CallStory:
    """What is known of a call. Empty where the memory of it is gone."""

    sid: str
    last_four: str = ""
    standing: str = ""  # what the front door took the caller for
    caller_key: str = ""
    unit: str = ""
    verified: bool = False  # a PIN was proved in this call
    pin_failures: int = 0
    question: str = ""
    speaks: str = ""  # another language than the election's first, by its English name
    keyed: Sequence[KeyedAnswer] = ()
    objections: Sequence[str] = ()
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    chair: int = 0
    ledger_id: int = 0
    moments: Sequence[Moment] = ()


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A chair. Of the phones only the ends are shown."""

    id: int
    name: str
    phones: tuple[str, ...]  # the last four digits of each


@dataclass(frozen=True, slots=True)
class ReportedVersion:
    """One report of a unit in words."""

    version: int
    status: str
    source: str
    filed_at: datetime  # UTC
    confirmation: str
    figures: Mapping[str, Sequence[KeyedAnswer]]  # by the contest's title
    findings: Sequence[str]


@dataclass(frozen=True, slots=True)
class UnitStory:
    """What is known of a unit."""

    code: str
    name: str
    delegates: int
    chairs: Sequence[RosterEntry]
    versions: Sequence[ReportedVersion]  # the newest first
    moments: Sequence[Moment]
    draft: Mapping[str, Mapping[str, Any]]  # figures that a call left behind


def call_story(parts: AppContext, sid: str) -> CallStory:
    """What the caller keyed and where that led. What cannot be read at the moment is left out."""
    election = parts.election().election
    state, ledger_id = _conversation(parts, sid)
    with reading(parts.engine) as connection:
        row = call_log.find_call(connection, sid)
        happened = call_log.events_of(connection, [sid])
        done = activity.of_call(connection, sid)
    moments = [Moment(e.at, "", event_in_words(election, e)) for e in happened]
    moments = sorted([*moments, *map(moment_of, done)], key=lambda moment: moment.at)
    known = state or State()
    is_other = known.language != election.languages[0]
    unit = known.unit or (row.unit_code if row else None) or ""
    return CallStory(
        sid=sid,
        last_four=row.last_four if row else "",
        standing=row.standing if row else "",
        caller_key=row.caller_key if row else "",
        unit=unit if unit in election.units else "",
        verified=known.verified or bool(row and row.verified_at),
        pin_failures=known.pin_failures,
        question=question_of(election, known) if state else "",
        speaks=english_name(known.language) if state and is_other else "",
        keyed=keyed_of(election, known),
        objections=objections_of(election, known),
        figures=known.figures,
        chair=known.chair,
        ledger_id=ledger_id,
        moments=moments,
    )


def _conversation(parts: AppContext, sid: str) -> tuple[State | None, int]:
    try:
        record = CallStore(parts.redis, 0, 0).load(sid, ANY_STEP).record
    except RedisError:
        parts.counts["call story"] += 1
        return None, 0
    if record is None:
        return None, 0
    try:
        return states.loads(record.state), record.ledger_id
    except MalformedStateError:
        parts.counts["call story"] += 1
        return None, record.ledger_id


def unit_story(parts: AppContext, code: str) -> UnitStory:
    """The unit's chairs, its reports and what was done about it. KeyError for an unknown unit."""
    active = parts.election()
    election, ledger_id = active.election, active.ledger_id
    unit = election.units[code]
    with reading(parts.engine) as connection:
        chairs = roster_of(connection, election.id, code)
        versions = reports.of_unit(connection, ledger_id, code)
        done = activity.of_unit(connection, ledger_id, code)
    return UnitStory(
        code=code,
        name=unit_name(election, code),
        delegates=unit.delegates,
        chairs=chairs,
        versions=[_version(election, one) for one in reversed(versions)],
        moments=[moment_of(entry) for entry in done],
        draft=drafted(parts, ledger_id, code),
    )


def roster_of(connection: Connection, election_id: str, code: str) -> list[RosterEntry]:
    """The chairs of a unit."""
    return [
        RosterEntry(id_, chair.name, tuple(map(last_four, chair.phones)))
        for id_, chair in roster.chairs_of_unit(connection, election_id, code)
    ]


def drafted(parts: AppContext, ledger_id: int, code: str) -> Mapping[str, Mapping[str, Any]]:
    """The figures of an unfinished report that a call left; empty where there is none."""
    try:
        draft = CallStore(parts.redis, 0, 0).draft(ledger_id, code)
    except RedisError:
        return {}
    state = states.read_draft(draft) if draft else None
    return state.figures if state else {}


def _version(election: Election, report: Report) -> ReportedVersion:
    return ReportedVersion(
        version=report.version,
        status=report.status.value,
        source=report.source.value,
        filed_at=report.filed_at,
        confirmation=report.confirmation,
        figures={
            contest.title: figures_in_words(contest, report.figures[contest.id])
            for contest in election.contests
            if contest.id in report.figures
        },
        findings=[Check(finding["check"]).meaning for finding in report.findings],
    )


def moment_of(entry: ActivityEntry) -> Moment:
    """What somebody did, with what was noted."""
    did = DONE.get(entry.kind, entry.kind.value.replace("-", " "))
    return Moment(entry.at, entry.who, f"{did}: {entry.note}" if entry.note else did)
