"""Who gets through the front door (call.md, "The front door"): a rule for each kind of caller.

A rule is a list of bounds. Each bound names one thing that is counted (`Counted`) and the number at
which the caller is turned away. The same bounds are read by `judge`, which is pure, and by the
script that counts in Redis (store/admission/front_door.py) and must decide and count in one step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.guard.caller import Attestation, Caller


class Entrance(StrEnum):
    """What somebody called."""

    CHAIRS = "chairs"  # the line on which reports are taken
    PUBLIC = "public"  # the line that reads results
    STAFF = "staff"  # the line to which staff connect their telephones


class CallerStanding(StrEnum):
    """As what a caller is treated, before a word was said."""

    ROSTER = "roster"  # a telephone on the roster
    VERIFIED = "verified"  # from this telephone a PIN was proved lately
    UNKNOWN = "unknown"  # any other telephone
    SUSPECT = "suspect"  # its network could not vouch for the number: as unknown, whatever it is
    WITHHELD = "withheld"  # no number at all


TRUSTED = frozenset({CallerStanding.ROSTER, CallerStanding.VERIFIED})


class Verdict(StrEnum):
    """What becomes of a call."""

    FAST_LANE = "fast-lane"  # straight to the conversation, under no limit
    ADMIT = "admit"  # may try: code and PIN
    CHALLENGE = "challenge"  # may try, and the PIN alone will not be enough
    TURN_AWAY = "turn-away"  # unanswered, and free of charge


class Counted(StrEnum):
    """What bounds are of; also the reason for which a caller is turned away."""

    BLOCK = "block"  # how much a block of this number weighs (`Block`)
    ROSTER_ONLY = "roster-only"  # 1 while only roster phones are let in
    PENALTY = "penalty"  # 1 while this number is turned away for earlier calls
    RECENT = "recent"  # answered calls of this number that ended without a PIN, lately
    AT_ONCE = "at-once"  # its calls now in which nobody has proved a PIN
    WITHHELD = "withheld"  # calls of all withheld callers together that ended so, lately
    ROOM = "room"  # callers on this entrance now who have proved nothing


class BlockKind(StrEnum):
    """Whom a block is heeded for, lightest first."""

    NONE = "none"
    PREFIX = "prefix"  # of a range of numbers: never of a chair in that range
    NUMBER = "number"  # of this very number
    CONFIRMED = "confirmed"  # of this very number, and a second person agreed


WEIGHT: Mapping[BlockKind, int] = {kind: weight for weight, kind in enumerate(BlockKind)}
NO_REASON = ""


@dataclass(frozen=True, slots=True)
class DoorPolicy:
    """The numbers of the rules. Shares are fractions of `capacity`; times are in seconds.

    `calls` of a number may end without a PIN in a `window`; `at_once` may be under way, as those of
    a building with one outgoing number are. `put_through`: unknown callers, in a `window`,
    whom a locked unit brings to a person.
    """

    capacity: int = 250
    strangers_share: float = 0.40
    public_share: float = 0.20
    staff_room: int = 30
    calls: int = 3
    at_once: int = 12
    window: int = 600
    away: int = 900
    longest_away: int = 86_400
    withheld_calls: int = 60
    put_through: int = 6
    verified: int = 43_200
    second_factor_always: bool = False

    @property
    def room(self) -> Mapping[Entrance, int]:
        """How many unproved callers each entrance holds at once."""
        return {
            Entrance.CHAIRS: int(self.capacity * self.strangers_share),
            Entrance.PUBLIC: int(self.capacity * self.public_share),
            Entrance.STAFF: self.staff_room,
        }


@dataclass(frozen=True, slots=True)
class CallerHistory:
    """What is known of this number (or, for `withheld`, of all withheld callers)."""

    verified: bool = False
    block: BlockKind = BlockKind.NONE
    penalised: bool = False
    recent: int = 0
    at_once: int = 0
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What the line carries now, without this call, and how it is switched."""

    room: int = 0
    roster_only: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """The caller is turned away where `counted` has reached `most`."""

    counted: Counted
    most: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, as what the caller was treated, and why it was turned away (else None)."""

    verdict: Verdict
    standing: CallerStanding
    reason: Counted | None = None

    @property
    def admitted(self) -> bool:
        return self.verdict is not Verdict.TURN_AWAY


def standing_of(caller: Caller, on_roster: bool, verified: bool) -> CallerStanding:
    """As what a caller is treated. Caller ID may earn a fast lane; a failed attestation does not.

    `on_roster` is None's number, never: a withheld caller is on no roster.
    """
    if caller.number is None:
        return CallerStanding.WITHHELD
    if caller.attestation is Attestation.FAILED:
        return CallerStanding.SUSPECT
    if on_roster:
        return CallerStanding.ROSTER
    return CallerStanding.VERIFIED if verified else CallerStanding.UNKNOWN


def bounds(standing: CallerStanding, entrance: Entrance, policy: DoorPolicy) -> tuple[Bound, ...]:
    """What this kind of caller is held to, in the order in which it is looked at."""
    match standing:
        case CallerStanding.ROSTER:
            return (Bound(Counted.BLOCK, WEIGHT[BlockKind.CONFIRMED]),)
        case CallerStanding.VERIFIED:
            return (
                Bound(Counted.BLOCK, WEIGHT[BlockKind.NUMBER]),
                *_switched(entrance),
            )
        case CallerStanding.WITHHELD:
            return (
                *_switched(entrance),
                Bound(Counted.WITHHELD, policy.withheld_calls),
                *_room(entrance, policy),
            )
        case _:
            return (
                Bound(Counted.PENALTY, 1),  # first: it is what a flood meets, and the cheapest
                Bound(Counted.BLOCK, WEIGHT[BlockKind.PREFIX]),
                *_switched(entrance),
                Bound(Counted.RECENT, policy.calls),
                Bound(Counted.AT_ONCE, policy.at_once),
                *_room(entrance, policy),
            )


def _switched(entrance: Entrance) -> tuple[Bound, ...]:
    """Only the line on which reports are taken can be kept for roster phones."""
    return (Bound(Counted.ROSTER_ONLY, 1),) if entrance is Entrance.CHAIRS else ()


def _room(entrance: Entrance, policy: DoorPolicy) -> tuple[Bound, ...]:
    """Room is bounded by unknown callers alone: were chairs counted too, whoever shows the numbers
    of chairs could keep out the chairs who call from borrowed phones."""
    return (Bound(Counted.ROOM, policy.room[entrance]),)


def judge(
    caller: Caller,
    on_roster: bool,
    entrance: Entrance,
    history: CallerHistory,
    policy: DoorPolicy,
    load: Load,
) -> Judgement:
    """The verdict on a call, from who calls, what is known of them, the rules and the load."""
    standing = standing_of(caller, on_roster, history.verified)
    counts = {
        Counted.BLOCK: WEIGHT[history.block],
        Counted.ROSTER_ONLY: int(load.roster_only),
        Counted.PENALTY: int(history.penalised),
        Counted.RECENT: history.recent,
        Counted.AT_ONCE: history.at_once,
        Counted.WITHHELD: history.withheld,
        Counted.ROOM: load.room,
    }
    for bound in bounds(standing, entrance, policy):
        if counts[bound.counted] >= bound.most:
            return Judgement(Verdict.TURN_AWAY, standing, bound.counted)
    return Judgement(welcome(standing, policy, alarm=load.alarm), standing)


def welcome(standing: CallerStanding, policy: DoorPolicy, *, alarm: bool) -> Verdict:
    """The verdict on a caller whom no bound has turned away."""
    if standing in TRUSTED:
        return Verdict.FAST_LANE
    return Verdict.CHALLENGE if alarm or policy.second_factor_always else Verdict.ADMIT


def away_for(times: int, policy: DoorPolicy) -> int:
    """Seconds for which a number is turned away the `times`-th time (from 1): doubled up to a day.

    Source: call.md, "The front door", unknown phone.
    """
    return min(policy.away << min(times - 1, 30), policy.longest_away)


def times_after(times: int, quiet: int, policy: DoorPolicy) -> int:
    """How many earlier times still count after `quiet` seconds without a new one.

    One is forgotten for each `longest_away` that has passed since the last one ended.
    """
    return max(0, times - max(quiet, 0) // policy.longest_away)
