"""The people on the telephone in a rehearsal: chairs with their notes, and nuisance callers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hotline.calls.prompts import Prompt
from hotline.election.model import Election
from hotline.rehearsal.chair import Bewildered, Chair
from hotline.rehearsal.plan import Assignment
from hotline.sandbox.chance import Chance
from hotline.sandbox.line import Caller, Line

MOST_TURNS = 200
"""Questions after which a chair gives up: the line has lost its way."""


@dataclass
class Note:
    """What a caller writes down after the call."""

    unit: str
    confirmation: str = ""  # what the line said; empty: it never said "filed"
    objections: list[Prompt] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)  # of each request
    trouble: str = ""  # what went wrong, in a line


def report_by_phone(line: Line, election: Election, given: Assignment, *, in_one_go: bool) -> Note:
    """One chair's call, from dialling to hanging up."""
    chair = Chair(election, given.sheet, in_one_go=in_one_go)
    note = Note(given.sheet.code)
    caller = line.dial(given.phone)
    try:
        _talk(caller, chair)
    except Bewildered as lost:
        note.trouble = f"the line said what no chair can answer: {lost}"
    if not caller.ended:
        caller.hang_up()
    note.confirmation = chair.confirmation
    note.objections = chair.objections
    note.milliseconds = [sent.milliseconds for sent in caller.call.requests]
    problems = caller.call.problems
    if problems:
        note.trouble = note.trouble or str(problems[0])
    if not note.confirmation:
        note.trouble = note.trouble or f"never filed; the last words were: {caller.heard}"
    return note


def _talk(caller: Caller, chair: Chair) -> None:
    for _ in range(MOST_TURNS):
        if caller.ended:
            return
        keys = chair.answer(caller.heard)
        if keys is None:
            return
        caller.key(keys)
    raise Bewildered(caller.heard)


# --- Nuisances


def hangs_up_at_once(line: Line, phone: str) -> Caller:
    return line.dial(phone).hang_up()


def says_nothing(line: Line, phone: str) -> Caller:
    caller = line.dial(phone)
    while not caller.ended and caller.call.answered:
        caller.wait()
    return caller


def guesses_pins(line: Line, phone: str, chance: Chance, codes: Sequence[str]) -> Caller:
    caller = line.dial(phone)
    while not caller.ended:
        caller.key(chance.choice(codes))
        if not caller.ended:
            caller.key(f"{chance.randrange(1_000_000):06}")
    return caller


def mashes_keys(line: Line, phone: str, chance: Chance) -> Caller:
    caller = line.dial(phone)
    for _ in range(chance.randrange(1, 12)):
        if caller.ended:
            break
        caller.key("".join(chance.choices("0123456789*#", k=chance.randrange(1, 20))))
    return caller if caller.ended else caller.hang_up()


def prank(line: Line, codes: Sequence[str], seed: int) -> Note:
    """One nuisance call from an invented number that is on no roster. It must file nothing."""
    chance = Chance(seed)
    phone = f"+1900555{chance.randrange(100, 200):04}"
    kinds: list[Callable[[], Caller]] = [
        lambda: hangs_up_at_once(line, phone),
        lambda: says_nothing(line, phone),
        lambda: guesses_pins(line, phone, chance, codes),
        lambda: mashes_keys(line, phone, chance),
    ]
    caller = chance.choice(kinds)()
    note = Note("", milliseconds=[sent.milliseconds for sent in caller.call.requests])
    if caller.call.problems:
        note.trouble = str(caller.call.problems[0])
    if caller.hears("Filed."):
        note.trouble = f"a nuisance call was told that it had filed: {caller.heard}"
    return note
