"""One key of a call is heard twice by the network, each in turn: no wrong figures come of it.

The chair hears what the line says and answers that, from the sheet. What is left over of the keys
stays where a telephone network keeps it: in the next gather, which it ends at once if it can.
"""

from __future__ import annotations

import pytest

from hotline.calls.names import spoken_unit
from hotline.calls.script import Script
from hotline.calls.turns import Ask, Digits
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.rehearsal.chair import CallSheet, SimulatedChair
from tests.calls.dialogue import PIN, Desk, Dialogue, _gather, code, small_election

ONE = code("0001")
QUICK, SLOW = 0.1, 3.0  # seconds from a question to the key
MOST_TURNS = 120

CAUCUS = {
    "plain": CaucusFigures(
        35, {"ash": 20, "birch": 10, "cedar": 5}, {"ash": 20, "birch": 15}, {"ash": 3, "birch": 3}
    ),
    "another award than the rules": CaucusFigures(
        35, {"ash": 20, "birch": 15}, {"ash": 20, "birch": 15}, {"ash": 5, "birch": 1}
    ),
    "a sum that does not fit": CaucusFigures(
        31, {"ash": 11, "birch": 11, "elm": 11}, {"ash": 11, "birch": 22}, {"ash": 2, "birch": 4}
    ),
    "somebody new in the final": CaucusFigures(
        35, {"ash": 27, "birch": 4, "cedar": 4}, {"ash": 27, "dogwood": 8}, {"ash": 5, "dogwood": 1}
    ),
    "nobody came": CaucusFigures(0, {}, {}, {}),
}
BALLOTS = {
    "mayor": PluralityFigures(100, {"ash": 50, "birch": 40}, 3, 7, 0),
    "council": PluralityFigures(
        100, {"ash": 60, "birch": 55, "cedar": 33, "dogwood": 11, "elm": 22}, 4, 15, 0
    ),
}


class Network(Dialogue):
    """A telephone network that hears one key of the call twice: the one numbered `doubled`."""

    def __init__(self, *args, doubled=-1, hurried=False, **who):
        self.doubled, self.hurried, self.pressed, self.pending = doubled, hurried, 0, ""
        super().__init__(*args, **who)

    def press(self, keys):
        """Presses keys; a hurried caller does not wait for a question that was silenced."""
        heard = self.pending
        for key in keys:
            heard += key * (2 if self.pressed == self.doubled else 1)
            self.pressed += 1
        after = SLOW
        while heard and isinstance(self.turn, Ask):
            taken, finished, rest = _gather(heard, self.turn.digits)
            whole = finished or len(taken) == self.turn.digits
            if not whole and self.hurried and after == QUICK:
                break
            heard = rest
            self._feed(Digits(taken, finished, after))
            after = QUICK
        self.pending = heard


def report(election, sheet, in_one_go, **who):
    """A chair who listens reports what the sheet says."""
    unit = spoken_unit(election.units[ONE])
    chair = SimulatedChair(election, CallSheet(ONE, PIN, unit, sheet), in_one_go=in_one_go)
    offers = {"trusted": True, "offers": [ONE]} if who.pop("roster") else {}
    call = Network(Script(election, has_person=True), Desk(), **who, **offers)
    for _ in range(MOST_TURNS):
        if call.over or call.with_person:
            break
        if not call.last:  # the rest of a code or PIN is being waited for
            call.wait()
            continue
        keys = chair.answer(call.last)
        if keys is None:
            break
        call.press(keys)
    return call


def figures_of(call):
    return [
        {
            contest: {
                name: {k: v for k, v in value.items() if v} if isinstance(value, dict) else value
                for name in figures.__dataclass_fields__
                for value in (getattr(figures, name),)
            }
            for contest, figures in filed.figures.items()
        }
        for filed in call.desk.filed
    ]


def doubled_calls(election, sheet):
    """Every call in which one key is doubled, beside the one in which none is."""
    for in_one_go in (False, True):
        for roster in (False, True):
            for hurried in (False, True):
                how = {"in_one_go": in_one_go, "roster": roster, "hurried": hurried}
                plain = report(election, sheet, **how)
                assert plain.desk.filed
                for key in range(plain.pressed):
                    yield plain, report(election, sheet, doubled=key, **how)


@pytest.mark.parametrize("sheet", CAUCUS)
def test_a_caucus_with_one_key_heard_twice(sheet):
    unfiled = calls = 0
    for plain, call in doubled_calls(small_election(), {"president": CAUCUS[sheet]}):
        calls += 1
        unfiled += not call.desk.filed
        assert figures_of(call) in ([], figures_of(plain)), call.heard
    assert unfiled <= calls / 50


def test_a_primary_with_one_key_heard_twice():
    calls = list(doubled_calls(small_election("plurality"), BALLOTS))
    assert len(calls) > 200
    for plain, call in calls:
        assert figures_of(call) in ([], figures_of(plain)), call.heard
