"""The attacks: who calls from where and what they key; carrying one out, and what it came to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from hotline.election.model import Election
from hotline.guard.pins import POSSIBLE_PINS
from hotline.operations.admission.door_rules import policy_of
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.store.database import writing
from hotline.store.keys import EVENTS, PREFIX
from hotline.store.roster import roster
from hotline.supervisor.demonstration import DemoEntry
from tests.bench.attacks.attackers import (
    AREAS,
    FAILED,
    MACHINE,
    PATIENT,
    PERSON,
    UNSAID,
    VOUCHED,
    WITHHELD,
    Guesser,
    Pace,
    holder,
    numbers,
)
from tests.bench.attacks.honest_chairs import BORROWED, HIDDEN, OWN, OWN_UNSAID, Chairs, Outcomes
from tests.bench.attacks.simulated_line import SimulatedLine, Tally, alarms
from tests.conftest import Clock

NIGHT_HOURS = 5
CHAIR_EVERY = 6.0  # seconds
KINDS = (
    OWN,
    OWN_UNSAID,
    OWN,
    BORROWED,
    OWN,
    OWN_UNSAID,
    OWN,
    BORROWED,
    OWN,
    HIDDEN,
    OWN,
    OWN_UNSAID,
)
VICTIM_EVERY = 31  # honest chairs, one is of the unit that is guessed at
WITHHELD_LINES = 120
SPOOFED_LINES = 250
PHONES = 1_000
PATIENT_PHONES = 66  # 3 guesses in 210 s each: just under 60 a minute
START_WITHIN = 60.0  # seconds, in which attackers begin


@dataclass(frozen=True)
class Town:
    """The election on the line, its roster, and who in it is guessed at."""

    election: Election
    entries: list[DemoEntry]
    parts: AppContext
    line: SimulatedLine
    tally: Tally
    random: Random
    phones: int  # that attack

    @property
    def attackers(self) -> list[str]:
        """The numbers of the telephones that attack."""
        return list(islice(numbers(AREAS), self.phones))

    @property
    def victim(self) -> DemoEntry:
        """A chair with one unit and one phone."""
        return self.entries[0]

    def attack(
        self, callers: Iterator[tuple[str, str]], targets: Iterator[str], pace: Pace, limited: bool
    ) -> None:
        """Each caller, a number and what its network says, guesses from now on."""
        policy = policy_of(self.parts.settings) if limited else None
        guesser = Guesser(self.line, self.tally, targets, pace, self.random, policy)
        for from_, verstat in callers:
            self.line.start(guesser.call(from_, verstat), self.random.uniform(0, START_WITHIN))


def one_phone(town: Town, pace: Pace) -> None:
    town.attack(iter([(town.attackers[0], VOUCHED)]), cycle([town.victim.unit.code]), pace, True)


def thousand_at_one(town: Town, pace: Pace) -> None:
    phones = ((number, VOUCHED) for number in town.attackers)
    town.attack(phones, cycle([town.victim.unit.code]), pace, True)


def thousand_at_all(town: Town, pace: Pace) -> None:
    """Three tries at each unit, then the next; round and round."""
    targets = (code for unit in cycle(sorted(town.election.units)) for code in (unit,) * 3)
    town.attack(((number, VOUCHED) for number in town.attackers), targets, pace, True)


def below_the_alarm(town: Town, pace: Pace) -> None:
    """As many guesses a minute as are no alarm yet, evenly, and the next unit each time."""
    targets = cycle(sorted(town.election.units))
    guesser = Guesser(town.line, town.tally, targets, pace, town.random, None)
    every = 3 * pace.attempt + pace.greeting + pace.between
    for place, number in enumerate(town.attackers[:PATIENT_PHONES]):
        town.line.start(guesser.call(number, VOUCHED), place * every / PATIENT_PHONES)


def withheld(town: Town, pace: Pace) -> None:
    callers = islice(cycle([(WITHHELD, UNSAID), ("anonymous", UNSAID)]), WITHHELD_LINES)
    town.attack(callers, cycle(sorted(town.election.units)), pace, False)


def failed_attestation(town: Town, pace: Pace) -> None:
    """The numbers of a thousand chairs, each guessing at its own unit."""
    for entry in town.entries[: town.phones]:
        town.attack(iter([(entry.phones[0], FAILED)]), cycle([entry.unit.code]), pace, limited=True)


def spoofed(town: Town, pace: Pace) -> None:
    """The number of the unit's own phone, on as many lines as there are; nothing is attested."""
    lines = min(SPOOFED_LINES, town.phones)
    callers = ((town.victim.phones[0], UNSAID) for _ in range(lines))
    town.attack(callers, cycle([town.victim.unit.code]), pace, False)


def holders(count: int) -> Callable[[Town, Pace], None]:
    """So many numbers that hold the line and key nothing that means anything."""

    def attack(town: Town, _pace: Pace) -> None:
        policy = policy_of(town.parts.settings)
        for number in town.attackers[:count]:
            caller = holder(town.line, town.tally, number, policy)
            town.line.start(caller, town.random.uniform(0, START_WITHIN / 2))

    return attack


def nobody(_town: Town, _pace: Pace) -> None:
    """Honest chairs among themselves."""


@dataclass(frozen=True)
class Attack:
    """`strangers`: the attackers can be told from the chairs, so their guesses are bounded."""

    title: str
    begin: Callable[[Town, Pace], None]
    pace: Pace
    strangers: bool = True


ATTACKS = {
    "quiet": Attack("no attack", nobody, PERSON),
    "one-phone": Attack("1 one phone, one precinct", one_phone, PERSON),
    "one-unit": Attack("2 1,000 phones, one precinct", thousand_at_one, PERSON),
    "one-unit-machine": Attack("2 the same by machine", thousand_at_one, MACHINE),
    "all-units": Attack("3 1,000 phones, all precincts", thousand_at_all, PERSON),
    "all-units-machine": Attack("3 the same by machine", thousand_at_all, MACHINE),
    "below-alarm": Attack("3 66 phones, just no alarm", below_the_alarm, PATIENT),
    "withheld": Attack("4 withheld, by machine", withheld, MACHINE),
    "failed": Attack("5 1,000 roster, failed", failed_attestation, PERSON),
    "spoofed": Attack("6 own phone spoofed, 250 lines", spoofed, PERSON, strangers=False),
    "holders": Attack("7 200 silent holders", holders(200), PERSON),
    "holders-1000": Attack("7 1,000 silent holders", holders(1_000), PERSON),
}


@dataclass(frozen=True)
class Result:
    """What an attack came to."""

    tally: Tally
    chairs: Outcomes
    locked: int
    alarm_seconds: float
    warned: Counter[str]
    hour: float  # the chance of a right PIN
    night: float


def chance(guesses: Mapping[str, int]) -> float:
    """That one of so many different guesses at each unit is right."""
    unharmed = sum(math.log1p(-min(n / POSSIBLE_PINS, 1 - 1e-12)) for n in guesses.values())
    return abs(math.expm1(unharmed))


def simulate(
    attack: Attack,
    parts: AppContext,
    clock: Clock,
    election: Election,
    entries: list[DemoEntry],
    minutes: float,
    phones: int = PHONES,
) -> Result:
    """The attack, from an empty night on. `parts` has the clock, and nothing in it yet.

    The first of the roster's entries is that of the unit that is guessed at.
    """
    ledger_id = load_election(parts, election, "bench").ledger_id
    with writing(parts.engine) as connection:
        members = [roster.Chair(e.unit.code, e.name, e.phones) for e in entries]
        roster.replace_roster(connection, election.id, members)
    parts.invalidate()
    line = SimulatedLine(parts, clock, issue_test_pins(parts, ledger_id), election.chairs_line)
    town = Town(election, entries, parts, line, Tally(), Random(2020), phones)
    chairs = Chairs(line)
    for number in range(int(minutes * 60 / CHAIR_EVERY)):
        entry = town.random.choice(entries) if number % VICTIM_EVERY else town.victim
        line.start(chairs.call(KINDS[number % len(KINDS)], entry), number * CHAIR_EVERY)
    attack.begin(town, attack.pace)
    line.run(minutes * 60)
    return _result(town, chairs.outcomes)


def _result(town: Town, chairs: Outcomes) -> Result:
    redis, looked_at = town.parts.redis, town.tally.looked_at
    locked = {key.decode().rsplit(":", 1)[1] for key in redis.scan_iter(PREFIX + "locked:*")}
    later = Counter(
        {unit: n * (1 if unit in locked else NIGHT_HOURS) for unit, n in looked_at.items()}
    )
    return Result(
        tally=town.tally,
        chairs=chairs,
        locked=len(locked),
        alarm_seconds=town.line.alarm_seconds,
        warned=alarms(redis, EVENTS),
        hour=chance(looked_at),
        night=chance(later),
    )


def faults(attack: Attack, result: Result, parts: AppContext) -> list[str]:
    """What may never be, whatever the attack."""
    chairs, found = result.chairs, []
    for kind in (OWN, OWN_UNSAID):
        missing = chairs.called[kind] - chairs.at_once[kind] - chairs.under_way[kind]
        if missing or chairs.turned_away[kind]:
            found.append(f"{missing} chairs were not served at once: {kind}")
    most = max(result.tally.looked_at.values(), default=0)
    if attack.strangers and most > parts.settings.unit_guesses:
        found.append(f"{most} guesses of unknown callers at one precinct were looked at")
    if parts.counts:
        found.append(f"the machine was too slow, callers were let in: {dict(parts.counts)}")
    if result.tally.proved:
        found.append(f"{result.tally.proved} wrong PINs were taken for right ones")
    return found
