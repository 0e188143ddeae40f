"""What the handset's page shows of a call, as JSON."""

from __future__ import annotations

from hotline.sandbox.call import Call
from hotline.sandbox.transcript import (
    Dialled,
    Ended,
    Entry,
    Heard,
    Keyed,
    Paused,
    Played,
    Silent,
)

Json = dict[str, object]


def shown(call: Call, since: int) -> Json:
    """A call as it stands, with the entries of its transcript from `since` on."""
    entries = list(call.transcript)
    described = [found for entry in entries[since:] if (found := describe(entry))]
    gather = call.waiting
    return {
        "id": call.sid,
        "state": call.state.value,
        "over": call.ended,
        "answered": call.answered,
        "turn": call.turns,
        "bridged": bool(call.bridged_to),
        "entries": described,
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


def describe(entry: Entry) -> Json | None:
    """An entry of the transcript as the page shows it; requests are none of its business."""
    match entry:
        case Heard(text, language, _voice, loop, cut):
            return {
                "kind": "heard",
                "text": text,
                "language": language,
                "times": max(loop, 1),
                "cut": cut,
            }
        case Played(_url, cut):
            return {"kind": "played", "cut": cut}
        case Paused(seconds):
            return {"kind": "paused", "seconds": seconds}
        case Keyed(keys):
            return {"kind": "keyed", "keys": keys}
        case Silent(seconds):
            return {"kind": "silent", "seconds": seconds}
        case Dialled(_number, status, bridged):
            return {"kind": "dialled", "status": status.value, "bridged": bridged}
        case Ended(status):
            return {"kind": "ended", "status": status.value}
        case _:
            return None
