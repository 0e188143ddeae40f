"""What the handset's page shows of a call, as JSON."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from hotline.sandbox.calls.call import Call
from hotline.sandbox.transcript import (
    Dialled,
    Ended,
    Entry,
    HeardSpeech,
    Joined,
    KeyedDigits,
    Left,
    LeftQueue,
    OnHold,
    OthersPresent,
    Paused,
    Played,
    Queued,
    Silent,
    Tones,
)

Json = dict[str, object]


def shown(call: Call, since: int) -> Json:
    """A call as it stands, with the entries of its transcript from `since` on."""
    entries = list(call.transcript)
    described = [
        (at, found) for at, entry in enumerate(entries[since:], since) if (found := describe(entry))
    ]
    gather = call.waiting
    return {
        "id": call.sid,
        "state": call.state.value,
        "over": call.ended,
        "answered": call.answered,
        "turn": turn(call),
        "place": whereabouts(call),
        "round": call.round_seconds if call.queued and gather is None else None,
        "bridged": bool(call.bridged_to),
        "entries": [found for _at, found in described],
        "at": [at for at, _found in described],
        "next": len(entries),
        "gather": None
        if gather is None
        else {
            "digits": gather.digits,
            "numDigits": gather.rule.num_digits,
            "finishOnKey": gather.rule.finish_on_key,
            "timeout": gather.rule.timeout,
        },
        "problems": [{"code": int(p.code), "message": p.message} for p in call.problems],
    }


def turn(call: Call) -> int:
    """Grows with everything that somebody waits for: a silence counts for one and no later one."""
    return call.turns + call.rounds


def whereabouts(call: Call) -> str:
    """Where the caller is, in words, when not in a conversation with the line itself."""
    if (member := call.queued) is not None:
        position = member.queue.position(member)
        return f"You are waiting: position {position}." if position else "You are being called."
    if (here := call.meeting) is None:
        return ""
    if here.hold:
        return "You are on hold."
    if not here.room.started:
        return "You are connected. Nobody else is here yet."
    others = len(here.room.participants) - 1
    if not others:
        return "You are alone: the others have left."
    if here.muted:
        return f"You are listening to {_people(others)}. They do not hear you."
    return f"You are in a conversation with {_people(others)}."


def _people(others: int) -> str:
    return f"{others} other{'' if others == 1 else 's'}"


def describe(entry: Entry) -> Json | None:
    """An entry of the transcript as the page shows it; requests are none of its business."""
    match entry:
        case HeardSpeech(text, language, _voice, loop, cut):
            return {
                "kind": "heard",
                "text": text,
                "language": language,
                "times": max(loop, 1),
                "cut": cut,
            }
        case Played(url, cut, seconds):
            return {"kind": "played", "cut": cut, "name": _title(url), "seconds": seconds}
        case Paused(seconds):
            return {"kind": "paused", "seconds": seconds}
        case KeyedDigits(keys):
            return {"kind": "keyed", "keys": keys}
        case Silent(seconds):
            return {"kind": "silent", "seconds": seconds}
        case Dialled(_number, status, bridged):
            return {"kind": "dialled", "status": status.value, "bridged": bridged}
        case Queued() | LeftQueue() | Joined() | OthersPresent() | Tones() | OnHold() | Left():
            return {"kind": "aside", "text": in_words(entry)}
        case Ended(status):
            return {"kind": "ended", "status": status.value}
        case _:
            return None


def _title(url: str) -> str:
    """The file's name without its end, as words: all that is known of what a recording says."""
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"-[0-9a-f]{10}$", "", name).replace("-", " ")


def in_words(entry: Queued | LeftQueue | Joined | OthersPresent | Tones | OnHold | Left) -> str:
    """What becomes of a caller who is moved about, as the caller notices it."""
    match entry:
        case Queued(_name, position):
            return f"you are in the queue, at position {position}"
        case LeftQueue():
            return "you are out of the queue"
        case Joined(_room, 0):
            return "you are connected; nobody else is here yet"
        case OthersPresent(0):
            return "beep: you are alone on the line"
        case Joined() | OthersPresent():
            return f"beep: {_people(entry.others)} on the line with you"
        case Tones(keys):
            return f"somebody pressed {keys}"
        case OnHold(held):
            return "you are on hold" if held else "you are back in the conversation"
        case _:
            return "you have left the conversation"
