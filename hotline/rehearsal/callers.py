"""The honest people on the telephone in a rehearsal: chairs, with what they note down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from hotline.calls.prompts import Prompt
from hotline.election.model import Election
from hotline.guard.triage import CallerStanding
from hotline.rehearsal.chair import ANOTHER, Bewildered, SimulatedChair
from hotline.rehearsal.plan import NOBODYS, Assignment
from hotline.rehearsal.visits import Visit
from hotline.sandbox.line import SimulatedCaller, SimulatedLine

MOST_TURNS = 200
"""Questions after which a chair gives up: the line has lost its way."""

MOST_CALLS = 6
"""Times that a chair who is turned away dials before she gives up."""

REDIAL = (2.0, 6.0)
"""Seconds until somebody who heard the busy tone dials again."""

CodeSent = Callable[[str], str | None]
"""The code that was sent to a phone (E.164), as whoever holds that phone reads it out."""


@dataclass
class Note:
    """What a caller writes down after the call."""

    unit: str
    confirmation: str = ""  # what the line said; empty: it never said "filed"
    objections: list[Prompt] = field(default_factory=list)
    trouble: str = ""  # what went wrong, in a line


@dataclass
class VisitRecord:
    """What came of a visit: a note for each report, and how it went to get through."""

    standing: CallerStanding
    notes: list[Note] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)  # of each request
    turned_away: list[str] = field(default_factory=list)  # the unit that was to be reported then
    sent_home: int = 0  # calls after which the unit's own phone had to be used


def report_by_phone(
    line: SimulatedLine, election: Election, given: Assignment, *, in_one_go: bool
) -> Note:
    """One report in one call from the unit's phone, from dialling to hanging up."""
    account = VisitRecord(CallerStanding.ROSTER)
    _call(line, election, given.phone, [given], in_one_go, _no_code, account)
    return account.notes[0]


def visit(
    line: SimulatedLine,
    election: Election,
    wanted: Visit,
    *,
    in_one_go: bool,
    code_sent: CodeSent,
    chance: Random,
) -> VisitRecord:
    """All reports of a visit. Who is turned away dials again, as people do.

    Who called from another phone than the unit's own and got no further calls from that one.
    """
    account = VisitRecord(wanted.standing)
    left, phone = list(wanted.given), wanted.phone
    for _ in range(MOST_CALLS):
        notes = len(account.notes)
        caller = _call(line, election, phone, left, in_one_go, code_sent, account)
        if caller.turned_away:
            del account.notes[notes:]
            account.turned_away.append(left[0].sheet.code)
            time.sleep(chance.uniform(*REDIAL))
            continue
        filed = {note.unit for note in account.notes if note.confirmation}
        left = [given for given in left if given.sheet.code not in filed]
        if not left or left[0].phone in (phone, NOBODYS):
            return account
        del account.notes[notes:]
        account.sent_home += 1
        phone = left[0].phone
    account.notes += [Note(given.sheet.code, trouble="never got through") for given in left]
    return account


def _call(
    line: SimulatedLine,
    election: Election,
    phone: str,
    left: list[Assignment],
    in_one_go: bool,
    code_sent: CodeSent,
    account: VisitRecord,
) -> SimulatedCaller:
    """One call, for one report after another as long as each is filed."""
    caller = line.dial(phone)
    for place, given in enumerate(left):
        if place:
            caller.key(ANOTHER)
        note = _report(caller, election, given, in_one_go, code_sent)
        account.notes.append(note)
        if not note.confirmation or caller.ended:
            break
    if not caller.ended:
        caller.hang_up()
    account.milliseconds += [sent.milliseconds for sent in caller.call.requests]
    note = account.notes[-1]
    if caller.call.problems:
        note.trouble = note.trouble or str(caller.call.problems[0])
    if not note.confirmation:
        note.trouble = note.trouble or f"never filed; the last words were: {caller.heard}"
    return caller


def _report(
    caller: SimulatedCaller,
    election: Election,
    given: Assignment,
    in_one_go: bool,
    code_sent: CodeSent,
) -> Note:
    chair = SimulatedChair(
        election, given.sheet, in_one_go=in_one_go, code_sent=lambda: code_sent(given.phone)
    )
    note = Note(given.sheet.code)
    try:
        _talk(caller, chair)
    except Bewildered as lost:
        note.trouble = f"the line said what no chair can answer: {lost}"
    note.confirmation = chair.confirmation
    note.objections = chair.objections
    return note


def _talk(caller: SimulatedCaller, chair: SimulatedChair) -> None:
    for _ in range(MOST_TURNS):
        if caller.ended:
            return
        keys = chair.answer(caller.heard)
        if keys is None:
            return
        caller.key(keys)
    raise Bewildered(caller.heard)


def _no_code(_phone: str) -> None:
    """Nobody is there to read a code out."""
