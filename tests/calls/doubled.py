"""A telephone network that hears one key of a call twice, and a chair who listens and answers.

The chair hears what the line says and answers that, from the sheet. What is left over of the keys
stays where a telephone network keeps it: in the next gather, which it ends at once if it can.
"""

from __future__ import annotations

from hotline.calls.names import spoken_unit
from hotline.calls.script import Script
from hotline.calls.turns import Ask, Digits
from hotline.rehearsal.chair import CallSheet, SimulatedChair
from tests.calls.dialogue import PIN, Desk, Dialogue, _gather

QUICK, SLOW = 0.1, 3.0  # seconds from a question to the key
MOST_TURNS = 120


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


def report(election, code, sheet, in_one_go, **who):
    """A chair who listens reports what the sheet of a unit says."""
    unit = spoken_unit(election.units[code])
    chair = SimulatedChair(election, CallSheet(code, PIN, unit, sheet), in_one_go=in_one_go)
    offers = {"trusted": True, "offers": [code]} if who.pop("roster") else {}
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
