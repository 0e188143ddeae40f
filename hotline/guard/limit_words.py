"""What a limit means with a value, in words for whoever is about to change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hotline.guard.limits import ALERTS, BY_NAME, Values
from hotline.guard.triage import DoorPolicy, Entrance


def meaning(name: str, values: Values) -> str:
    """What the limit does where all limits are as in `values`; one sentence or two."""
    limit = BY_NAME[name]
    if limit.group == ALERTS:
        return f"An alert begins at {limit.say(values[name])}."
    return _MEANINGS[name](values)


def remarks(name: str, before: Values, after: Values, on_line: int | None = None) -> list[str]:
    """What whoever changes the limit should know first. `on_line`: calls at this moment."""
    found = []
    room = rooms(after)
    if name == "capacity" and on_line is not None and after["capacity"] < on_line:
        found.append(
            f"{on_line} calls are on the line now, more than that. None of them is cut off, and "
            "chairs get through. Unknown callers are let in while fewer than "
            f"{room[Entrance.CHAIRS]} of them are on the chairs' line, and fewer than "
            f"{room[Entrance.PUBLIC]} on the public line"
        )
    for entrance, share in _SHARES.items():
        if name in ("capacity", share) and not room[entrance]:
            found.append(_NO_ROOM[entrance])
    if name in _SHORTENED and after[name] < before[name]:
        found.append(_SHORTENED[name])
    return found


def rooms(values: Values) -> Mapping[Entrance, int]:
    """How many callers who have proved nothing each line holds at once."""
    return DoorPolicy(
        capacity=values["capacity"],
        strangers_share=values["strangers_share"] / 100,
        public_share=values["public_share"] / 100,
    ).room


_SHARES = {Entrance.CHAIRS: "strangers_share", Entrance.PUBLIC: "public_share"}
_NO_ROOM = {
    Entrance.CHAIRS: (
        "nobody gets through to the chairs' line then who is not on the roster and has not "
        "proved a PIN before: chairs with borrowed telephones do not"
    ),
    Entrance.PUBLIC: "nobody gets through to the public line then but telephones of chairs",
}
_SHORTENED = {
    "unverified_seconds": "it holds for calls under way too: some end at their next step",
    "call_minutes": "it holds for calls under way too: some end at their next step, and what was "
    "keyed in them is kept",
    "away_hours_max": "whoever is turned away for longer than that now is let in again",
    "verified_hours": "it holds for PINs that are proved from now on",
}


def _penalties_said(values: Values) -> str:
    """The first penalties, each twice as long, up to the longest."""
    first, longest = values["away_minutes"], values["away_hours_max"] * 60
    times = [min(first << n, longest) for n in range(3)]
    return ", then ".join(f"{minutes} min" for minutes in times)


_MEANINGS: Mapping[str, Callable[[Values], str]] = {
    "capacity": lambda v: (
        f"The line is made for {v['capacity']} calls at once. Of callers who have proved nothing, "
        f"it holds {rooms(v)[Entrance.CHAIRS]} on the chairs' line and "
        f"{rooms(v)[Entrance.PUBLIC]} on the public line; chairs are never turned away."
    ),
    "strangers_share": lambda v: (
        f"At most {rooms(v)[Entrance.CHAIRS]} of {v['capacity']} calls may be unknown callers on "
        "the chairs' line, until they have proved a PIN."
    ),
    "public_share": lambda v: (
        f"At most {rooms(v)[Entrance.PUBLIC]} of {v['capacity']} calls may be on the public line."
    ),
    "stranger_calls": lambda v: _repeated(v),
    "stranger_calls_at_once": lambda v: (
        f"An unknown telephone may have {v['stranger_calls_at_once']} calls under way in which "
        "nobody has proved a PIN, as a building with one outgoing number may. The next one hears "
        "that the line is busy, and is not counted."
    ),
    "stranger_minutes": lambda v: _repeated(v),
    "away_minutes": lambda v: f"Whoever called too often is turned away for {_penalties_said(v)}.",
    "away_hours_max": lambda v: (
        f"Whoever called too often is turned away for {_penalties_said(v)}, and never for "
        f"longer than {v['away_hours_max']} h."
    ),
    "withheld_calls": lambda v: (
        f"All callers who withhold their number have {v['withheld_calls']} calls without a PIN in "
        f"{v['stranger_minutes']} minutes, together; more are turned away."
    ),
    "strangers_to_person": lambda v: (
        f"A locked precinct puts {v['strangers_to_person']} unknown callers through to a person in "
        f"{v['stranger_minutes']} minutes; the next ones hear to use the chair's own telephone."
    ),
    "verified_hours": lambda v: (
        f"A telephone from which a PIN was proved is treated like one of the roster for "
        f"{v['verified_hours']} h. A locked precinct stays locked for as long."
    ),
    "unverified_seconds": lambda v: (
        f"A call in which nobody has proved a PIN ends after {v['unverified_seconds']} s."
    ),
    "call_minutes": lambda v: (
        f"Any call ends after {v['call_minutes']} min, and what was keyed in it is kept."
    ),
    "unit_guesses": lambda v: (
        f"After {v['unit_guesses']} wrong PINs in an hour from other telephones, a precinct's PIN "
        f"works from its own telephones only, for {v['verified_hours']} h."
    ),
    "phone_guesses": lambda v: (
        f"After {v['phone_guesses']} wrong PINs in an hour at precincts that are not its own, a "
        "right one from that telephone needs a code as well."
    ),
    "line_guesses": lambda v: (
        f"More than {v['line_guesses']} wrong PINs in a minute on the whole line are an alarm."
    ),
    "alarm_minutes": lambda v: (
        f"After an alarm borrowed telephones need a code besides the PIN for another "
        f"{v['alarm_minutes']} min."
    ),
}


def _repeated(values: Values) -> str:
    calls, minutes = values["stranger_calls"], values["stranger_minutes"]
    calls_said = "one call" if calls == 1 else f"{calls} calls"
    return (
        f"An unknown telephone has {calls_said} that end without a PIN in {minutes} minutes. The "
        f"next one is turned away, for {values['away_minutes']} minutes the first time."
    )
