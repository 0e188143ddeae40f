"""Nuisance callers: what each kind does on the telephone, and how they are dealt over a night.

They live in real time, as what keeps them out counts in it: whoever holds the line for ninety
seconds is there for ninety seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from hotline.rehearsal.arrivals import NIGHT, quantile
from hotline.sandbox.chance import Chance
from hotline.sandbox.exchange import ATTESTED
from hotline.sandbox.line import SimulatedCaller
from hotline.sandbox.wire.parameters import WITHHELD

FORGED = "TN-Validation-Failed"
MOST_KEYED = 60  # times that a nuisance caller keys anything; the line is to end it long before

Act = Callable[[SimulatedCaller, Chance, Sequence[str]], None]
"""What a nuisance caller does once the line has answered; the texts are codes of precincts."""


class NuisanceKind(StrEnum):
    """Nuisance callers, by what they are after."""

    HANGS_UP = "sudden hang-ups"
    GUESSES = "PIN guessers"
    RESULTS = "people wanting results"
    HOPS = "number-hoppers"
    INSISTS = "one number, again and again"
    SILENT = "silent calls"
    REPEATS = "asking to hear it again"
    WITHHELD = "withheld numbers"
    FORGES = "forged roster numbers"


def hang_up(caller: SimulatedCaller, chance: Chance, _codes: Sequence[str]) -> None:
    caller.listen(chance.uniform(0, 8)).hang_up()


def guess(caller: SimulatedCaller, chance: Chance, codes: Sequence[str]) -> None:
    for _ in range(MOST_KEYED):
        if caller.ended:
            return
        caller.key(chance.choice(codes))
        if not caller.ended:
            caller.key(f"{chance.randrange(1_000_000):06}")


def want_results(caller: SimulatedCaller, chance: Chance, _codes: Sequence[str]) -> None:
    """On the chairs' line by the key that it names; on the public line by listening."""
    for _ in range(MOST_KEYED):
        if caller.ended:
            return
        if caller.hears("results, 2") and chance.random() < 0.9:
            caller.key("2#")
        else:
            caller.wait()


def mash_keys(caller: SimulatedCaller, chance: Chance, _codes: Sequence[str]) -> None:
    for _ in range(chance.randrange(1, 12)):
        if caller.ended:
            return
        caller.key("".join(chance.choices("0123456789*#", k=chance.randrange(1, 20))))
    caller.hang_up()


def hold_in_silence(caller: SimulatedCaller, _chance: Chance, _codes: Sequence[str]) -> None:
    for _ in range(MOST_KEYED):
        if caller.ended:
            return
        caller.wait()


def ask_again(caller: SimulatedCaller, chance: Chance, _codes: Sequence[str]) -> None:
    """A star asks to hear it again; some wait for the line to notice, some end it with a pound."""
    for _ in range(MOST_KEYED):
        if caller.ended:
            return
        caller.key("*")
        if not caller.ended and caller.call.waiting is not None and caller.call.waiting.digits:
            _finish_star(caller, chance)


def _finish_star(caller: SimulatedCaller, chance: Chance) -> None:
    if chance.random() < 0.5:
        caller.key("#")
    else:
        caller.wait()


def anything(caller: SimulatedCaller, chance: Chance, codes: Sequence[str]) -> None:
    chance.choice((hang_up, guess, mash_keys, hold_in_silence))(caller, chance, codes)


ACTS: dict[NuisanceKind, Act] = {
    NuisanceKind.HANGS_UP: hang_up,
    NuisanceKind.GUESSES: guess,
    NuisanceKind.RESULTS: want_results,
    NuisanceKind.HOPS: guess,
    NuisanceKind.INSISTS: mash_keys,
    NuisanceKind.SILENT: hold_in_silence,
    NuisanceKind.REPEATS: ask_again,
    NuisanceKind.WITHHELD: anything,
    NuisanceKind.FORGES: guess,
}


@dataclass(frozen=True, slots=True)
class _Habit:
    """`share` of all nuisance calls; so many `calls` one after another by the same prankster."""

    share: float
    calls: int


HABITS = {
    NuisanceKind.HANGS_UP: _Habit(0.14, 2),
    NuisanceKind.GUESSES: _Habit(0.14, 6),
    NuisanceKind.RESULTS: _Habit(0.14, 2),
    NuisanceKind.HOPS: _Habit(0.14, 4),
    NuisanceKind.INSISTS: _Habit(0.20, 10),
    NuisanceKind.SILENT: _Habit(0.08, 4),
    NuisanceKind.REPEATS: _Habit(0.06, 4),
    NuisanceKind.WITHHELD: _Habit(0.04, 2),
    NuisanceKind.FORGES: _Habit(0.06, 4),
}
"""Withheld numbers are the fewest: all of them share one limit with the honest ones."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One call: `from_` as the network says it, and what it says of the number."""

    from_: str
    attestation: str
    public: bool = False  # the public line is called
    gone: bool = False  # hangs up before anybody answers


@dataclass(frozen=True, slots=True)
class Spell:
    """The calls of one prankster, one after another, from a second of the night on."""

    kind: NuisanceKind
    at: float
    calls: tuple[Placed, ...]
    seed: int


def deal(
    n: int, chance: Random, numbers: Iterator[str], roster: Sequence[str], *, public: bool
) -> list[Spell]:
    """`n` calls of all kinds over the night, in the order of their times.

    Half of the pranksters come when the chairs do, half at any time. `numbers` are fresh ones;
    `roster` the numbers that are forged, none of which is used otherwise; `public` says whether
    there is a public line.
    """
    spells: list[Spell] = []
    one = next(numbers)
    for kind, share in _shares(n, bool(roster)).items():
        while share > 0:
            calls = min(share, HABITS[kind].calls)
            share -= calls
            at = quantile(chance.random()) if chance.random() < 0.5 else chance.uniform(0, NIGHT)
            own = one if kind is NuisanceKind.INSISTS else next(numbers)
            placed = tuple(
                _place(kind, own, place, chance, numbers, roster, public) for place in range(calls)
            )
            spells.append(Spell(kind, at, placed, chance.getrandbits(32)))
    return sorted(spells, key=lambda spell: spell.at)


def _shares(n: int, has_roster: bool) -> dict[NuisanceKind, int]:
    """How many calls each kind makes: as its share says, what is left over one a kind."""
    kinds = [kind for kind in HABITS if has_roster or kind is not NuisanceKind.FORGES]
    shares = {kind: int(n * HABITS[kind].share) for kind in kinds}
    left = n - sum(shares.values())
    for place in range(left):
        shares[kinds[place % len(kinds)]] += 1
    return shares


def _place(
    kind: NuisanceKind,
    own: str,
    place: int,
    chance: Random,
    numbers: Iterator[str],
    roster: Sequence[str],
    public: bool,
) -> Placed:
    match kind:
        case NuisanceKind.HOPS:
            return Placed(next(numbers), ATTESTED)
        case NuisanceKind.WITHHELD:
            return Placed(chance.choice(WITHHELD), ATTESTED)
        case NuisanceKind.FORGES:
            return Placed(chance.choice(roster), FORGED)
        case NuisanceKind.HANGS_UP:
            return Placed(own, ATTESTED, gone=place % 2 == 1)
        case NuisanceKind.RESULTS:
            return Placed(own, ATTESTED, public=public and place % 2 == 1)
        case _:
            return Placed(own, ATTESTED)
