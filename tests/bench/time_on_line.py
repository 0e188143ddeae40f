"""How long a chair is on the line, by the model of call.md, over every real report of the night.

Words spoken ÷ 2.5 a second + 0.8 s a key + 0.75 s a turn. Numbers count as the words they are
spoken with: 116 is "one hundred sixteen", three words.
"""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field

from hotline.calls.limits import TURN_SECONDS, WORDS_A_SECOND, words
from hotline.calls.names import spoken_unit
from hotline.calls.script import Script
from hotline.election.model import Election
from hotline.election.rules.registry import rule_of
from hotline.rehearsal.chair import CallSheet, SimulatedChair
from tests.bench.night import iowa
from tests.calls.dialogue import PIN, Dialogue

SECONDS_A_KEY = 0.8
MOST_TURNS = 200


@dataclass
class Timed:
    """One call: seconds by step, as the chair spends them."""

    seconds: Counter[str] = field(default_factory=Counter)
    objections: int = 0

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def timed_call(
    election: Election, unit: str, figures: object, *, roster: bool, one_go: bool
) -> Timed:
    """Plays one report, and adds up what each of its steps costs."""
    sheet = CallSheet(unit, PIN, spoken_unit(election.units[unit]), {"president": figures})
    chair = SimulatedChair(election, sheet, in_one_go=one_go)
    call = Dialogue(Script(election, True), trusted=roster, offers=[unit] if roster else [])
    timed = Timed()
    for _ in range(MOST_TURNS):
        step = str(call.state.step)
        if step in ("count", "readback"):
            step = f"{step} {call.state.column}"
        keys = chair.answer(call.last)
        timed.seconds[step] += words(call.last) / WORDS_A_SECOND
        if keys is None:
            break
        timed.seconds[step] += SECONDS_A_KEY * len(keys) + TURN_SECONDS
        call.key(keys)
    if not call.desk.filed:
        raise AssertionError(f"{unit}: {call.last}")
    timed.objections = len(chair.objections)
    return timed


def measure(*, roster: bool, one_go: bool) -> list[Timed]:
    election, reported = iowa()
    keyable = rule_of(election.contests[0]).keyable
    return [
        timed_call(election, r.code, keyable(r.figures["president"]), roster=roster, one_go=one_go)
        for r in reported
    ]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Prints the table."""
    print("Time on the line, seconds, 1,765 real reports")
    print(f"{'':36}{'median':>8}{'95 %':>8}{'longest':>9}")
    for roster in (True, False):
        for one_go in (False, True):
            calls = measure(roster=roster, one_go=one_go)
            totals = [call.total for call in calls]
            clean = [call.total for call in calls if not call.objections]
            name = ("roster phone" if roster else "unknown phone") + (
                ", in one go" if one_go else ", one by one"
            )
            print(
                f"{name:36}{statistics.median(totals):8.0f}{percentile(totals, 0.95):8.0f}"
                f"{max(totals):9.0f}"
            )
            print(
                f"{f'  {len(clean)} without an objection':36}{statistics.median(clean):8.0f}"
                f"{percentile(clean, 0.95):8.0f}{max(clean):9.0f}"
            )
            if roster and not one_go:
                by_step = calls
    print("\nWhere the time goes (roster phone, one by one; mean seconds a call)")
    steps = sorted({step for call in by_step for step in call.seconds})
    means = {step: statistics.mean(c.seconds[step] for c in by_step) for step in steps}
    for step, mean in sorted(means.items(), key=lambda item: -item[1]):
        print(f"  {step:22}{mean:7.1f}")


if __name__ == "__main__":
    main()
