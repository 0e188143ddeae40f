"""Keys that were not meant: a press the network heard twice, a code where a PIN was asked. Pure.

A key answers only a question that the caller could have known (call.md, Keys). Two things tell a
key that was left over from one that was meant: it is the key of the answer before, or it came in
sooner than anybody can have heard what is asked.
"""

from __future__ import annotations

from hotline.calls import keypad
from hotline.calls.state import State, Step
from hotline.calls.turns import Digits
from hotline.election.model import Election

UNHEARD_SECONDS = 0.5
"""Nobody hears a question and answers it in less."""
TOGETHER_SECONDS = 2.0
"""Two stars in a menu within this time were keyed together."""

MOST_READINGS = 2
"""Ways to read a wrong PIN once more: each of them is a guess."""

UNFORESEEN = frozenset(
    {Step.RESUME, Step.REPORTED, Step.DISPUTE, Step.UNUSUAL, Step.REFUSED, Step.TOSS}
)
"""Menus that no sheet announces: what was keyed ahead was not meant for them."""


def is_unheard(after: float) -> bool:
    """Whether keys came so many seconds after what they would answer that nobody has heard it.

    A clock that stands tells nothing.
    """
    return 0 < after < UNHEARD_SECONDS


def is_left_over(state: State, event: Digits, keyed: keypad.Keyed, *, in_menu: bool) -> bool:
    """Whether the keys of the answer before are still being heard, so that this is no answer."""
    if not state.spent or state.carry:
        return False
    unheard = event.after is not None and event.after < UNHEARD_SECONDS
    same = event.digits == state.spent
    if in_menu:
        is_key = isinstance(keyed, keypad.Numbers)
        # A zero keyed ahead was meant for the next name, not for a person.
        is_zero = state.step is Step.OTHERS and event.digits == "0"
        return unheard and is_key and (same or is_zero or state.step in UNFORESEEN)
    if isinstance(keyed, keypad.BarePound):
        return unheard and state.spent == "#"
    return same and not event.finished


def are_stars_together(state: State, event: Digits) -> bool:
    """Whether a `*` in a menu makes `**` with the one before. Where no clock says so, it does not:
    hearing a question twice harms nothing."""
    return state.spent == "*" and event.after is not None and event.after <= TOGETHER_SECONDS


def last_key(event: Digits, keyed: keypad.Keyed, *, ended_itself: bool) -> str:
    """The key that a network may hear twice now; empty where a silence came after it.

    Not a `#` alone: whoever keys one zero after the other does not wait for every name.
    """
    if event.finished:
        return "" if isinstance(keyed, keypad.BarePound) else "#"
    return event.digits[-1:] if ended_itself else ""


# --- One key too many in a code or a PIN


def without_one(spent: str, keys: str) -> tuple[str, ...]:
    """The keys without one that may have been heard twice: each way, but MOST_READINGS at most.

    `spent` is the key of the answer before them, whose twin may be the first of them.
    """
    pairs = enumerate(zip(keys, spent.ljust(1) + keys, strict=False))
    rests = (keys[:place] + keys[place + 1 :] for place, (key, before) in pairs if key == before)
    return tuple(dict.fromkeys(rests))[:MOST_READINGS]


def without_yes(pin: str, readings: tuple[str, ...]) -> tuple[str, ...]:
    """The readings of what was keyed for a PIN at the offer, where a 1 before it was a yes.

    Whoever knows lines that want a 1 keys one, and the network may hear it twice.
    """
    if not pin.startswith("1"):
        return readings
    yes = pin[2:] if pin.startswith("11") else pin[1:]
    return tuple(dict.fromkeys((yes, *readings)))[:MOST_READINGS]


def code_without_one(election: Election, spent: str, keys: str) -> tuple[str, ...]:
    """These keys without a twin, where one key more may make of them a unit's code."""
    return tuple(rest for rest in without_one(spent, keys) if begins_code(election, rest))


def is_last_key(event: Digits) -> bool:
    """Whether this key was keyed before anybody can have heard that those before were wrong."""
    unheard = event.after is None or event.after < UNHEARD_SECONDS
    return unheard and len(event.digits) == 1 and event.digits.isdecimal()


# --- A code where something else was asked


def begins_code(election: Election, keys: str) -> bool:
    """Whether a unit's code begins with these keys."""
    return any(code.startswith(keys) for code in election.units)


def code_before_pin(state: State, keys: str) -> str:
    """How much of what was keyed for a PIN is the code of an offered unit; empty if nothing is.

    The first key of the code may have answered a menu before, or a 1 been keyed for a yes.
    """
    for unit in state.offers if state.chosen else ():
        without_first = unit.removeprefix("1") if state.spent == "1" else unit
        for code in (unit, without_first, "1" + unit):
            if keys.startswith(code):
                return code
    return ""


def unit_of_skipped(election: Election, state: State) -> str:
    """The unit whose code was keyed before the PIN; its first key may have answered a menu."""
    keys = state.skipped
    begun = "1" + keys
    code = keys if len(keys) == election.code_digits else begun
    return next((u for u in state.offers if u in (keys, begun) or "1" + u == keys), code)


def code_after_menu(election: Election, state: State, keys: str) -> str:
    """The code whose first key answered the menu before; empty where it makes none."""
    code = (state.spent + keys)[: election.code_digits]
    return code if state.spent.isdecimal() and code in election.units else ""
