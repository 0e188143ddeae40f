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
from tests.calls.dialogue import PIN, Desk, Dialogue

SECONDS_A_KEY = 0.8
SECONDS_OF_SILENCE = 5  # after a PIN that reads as if a code came before it
MOST_TURNS = 200


@dataclass
class Timed:
    """One call: seconds by step, as the chair spends them."""

    seconds: Counter[str] = field(default_factory=Counter)
    objections: int = 0

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


WAYS = {
    "every name answered": {"in_one_go": False, "says_rest": False},
    "one by one": {"in_one_go": False, "says_rest": True},
    "in one go": {"in_one_go": True, "says_rest": True},
}
"""How counts are keyed: `says_rest`, with the sheet's key for "all the rest are zero"."""


def timed_call(
    election: Election, unit: str, figures: object, *, roster: bool, way: dict[str, bool]
) -> Timed:
    """Plays one report, and adds up what each of its steps costs."""
    sheet = CallSheet(unit, PIN, spoken_unit(election.units[unit]), {"president": figures})
    chair = SimulatedChair(election, sheet, **way)
    desk, offers = Desk(texts=roster), [unit] if roster else []
    call = Dialogue(Script(election, True), desk, trusted=roster, offers=offers)
    timed = Timed()
    for _ in range(MOST_TURNS):
        step = str(call.state.step)
        if step in ("count", "readback", "others"):
            step = f"{step} {call.state.column}"
        if not call.last:
            timed.seconds[step] += SECONDS_OF_SILENCE
            call.wait()
            continue
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


def measure(*, roster: bool, way: dict[str, bool]) -> list[Timed]:
    election, reported = iowa()
    keyable = rule_of(election.contests[0]).keyable
    return [
        timed_call(election, r.code, keyable(r.figures["president"]), roster=roster, way=way)
        for r in reported
    ]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Prints the table."""
    print("Time on the line, seconds, 1,765 real reports")
    print(f"{'':36}{'median':>8}{'95 %':>8}{'longest':>9}")
    for roster in (True, False):
        for how, way in WAYS.items():
            calls = measure(roster=roster, way=way)
            totals = [call.total for call in calls]
            clean = [call.total for call in calls if not call.objections]
            name = f"{'roster' if roster else 'unknown'} phone, {how}"
            print(
                f"{name:36}{statistics.median(totals):8.0f}{percentile(totals, 0.95):8.0f}"
                f"{max(totals):9.0f}"
            )
            print(
                f"{f'  {len(clean)} without an objection':36}{statistics.median(clean):8.0f}"
                f"{percentile(clean, 0.95):8.0f}{max(clean):9.0f}"
            )
            if roster and how == "one by one":
                by_step = calls
    print("\nWhere the time goes (roster phone, one by one; mean seconds a call)")
    steps = sorted({step for call in by_step for step in call.seconds})
    means = {step: statistics.mean(c.seconds[step] for c in by_step) for step in steps}
    for step, mean in sorted(means.items(), key=lambda item: -item[1]):
        print(f"  {step:22}{mean:7.1f}")


if __name__ == "__main__":
    main()
