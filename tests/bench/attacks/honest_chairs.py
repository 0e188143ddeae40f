"""Chairs who report while the line is attacked, from their own phones and from others."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from hotline.calls.names import spoken_unit
from hotline.supervisor.demonstration import DemoEntry
from tests.bench.attacks.attackers import UNSAID, VOUCHED, WITHHELD, numbers
from tests.bench.attacks.simulated_line import Call, Caller, SimulatedLine, Tally

AREAS = range(830, 840)
"""Area codes of borrowed telephones; neither the roster nor the attackers have them."""
GREETING, ENTRY, REST_OF_REPORT, TEXT_ARRIVES, BUSY = 5.0, 6.0, 95.0, 15.0, 30.0  # seconds
TRIES = 10


@dataclass
class Outcomes:
    """What became of honest chairs, by how they called."""

    called: Counter[str] = field(default_factory=Counter)
    served: Counter[str] = field(default_factory=Counter)
    at_once: Counter[str] = field(default_factory=Counter)  # of those served: the line was not busy
    person: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)  # never let in
    other: Counter[str] = field(default_factory=Counter)
    under_way: Counter[str] = field(default_factory=Counter)  # not proved yet, nor turned away
    by_code: Counter[str] = field(default_factory=Counter)  # keyed a second factor
    turned_away: Counter[str] = field(default_factory=Counter)  # calls; most got in later


OWN, OWN_UNSAID, BORROWED, HIDDEN = "own phone, A", "own phone, none", "borrowed", "withheld"


class Chairs:
    """Honest chairs. Each knows the PIN, and calls again when the line is busy."""

    def __init__(self, line: SimulatedLine) -> None:
        self.outcomes = Outcomes()
        self._line = line
        self._borrowed = numbers(AREAS)

    def call(self, kind: str, entry: DemoEntry) -> Caller:
        """One chair's attempt to report from such a telephone."""
        from_, verstat = {
            OWN: (entry.phones[0], VOUCHED),
            OWN_UNSAID: (entry.phones[0], UNSAID),
            HIDDEN: (WITHHELD, UNSAID),
        }.get(kind) or (next(self._borrowed), VOUCHED)
        outcomes = self.outcomes
        outcomes.called[kind] += 1
        outcomes.under_way[kind] += 1
        for attempt in range(TRIES):
            call = self._line.dial(from_, verstat, Tally())
            if not call.turned_away:
                yield from self._prove(call, kind, entry, attempt)
                call.hang_up()
                return
            outcomes.turned_away[kind] += 1
            yield BUSY
        outcomes.busy[kind] += 1
        outcomes.under_way[kind] -= 1

    def _prove(self, call: Call, kind: str, entry: DemoEntry, attempt: int) -> Caller:
        unit, outcomes = entry.unit.code, self.outcomes
        yield GREETING
        if not call.hears(f"Reporting for {spoken_unit(entry.unit)}?"):
            if call.hears("Reporting for"):  # another of the units of this telephone
                call.key("2#")
                yield ENTRY
            call.key(unit)
            yield ENTRY
        call.key_pin(self._line.pins[unit])
        if call.hears("A code of six digits is on its way"):
            self._line.deliver_codes()
            code = self._code(entry)  # this call's: the telephone may be sent another meanwhile
            yield TEXT_ARRIVES
            call.key(code)
            outcomes.by_code[kind] += 1
        outcomes.under_way[kind] -= 1
        if call.hears("How many attend?"):
            outcomes.served[kind] += 1
            outcomes.at_once[kind] += attempt == 0
            yield REST_OF_REPORT
        elif call.with_person:
            outcomes.person[kind] += 1
        else:
            outcomes.other[kind] += 1

    def _code(self, entry: DemoEntry) -> str:
        body = next(b for to, b in reversed(self._line.carrier.texts) if to in entry.phones)
        return re.search(r"\d{6}", body)[0]
