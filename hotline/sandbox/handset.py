"""The telephone in the browser: the JSON behind its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypedDict

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, NotFound

from hotline.sandbox.call import Call
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.network import Network
from hotline.sandbox.problems import CallEnded, NotListening, UnsupportedVerb
from hotline.sandbox.shelf import Shelf, UnknownCall
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

SHOWN_PHONES = 30
MAX_KEYS = 64


class _Unit(TypedDict):
    code: str
    name: str


class Shortcut(TypedDict):
    """Keys that the page presses at once, e.g. a whole column of the worksheet."""

    label: str
    keys: str


class Worksheet(TypedDict):
    """A table to key from, all of it text. A row may be shorter than the head."""

    head: list[str]
    rows: list[list[str]]
    shortcuts: list[Shortcut]


class Unit(_Unit, total=False):
    """A unit that a phone's owner reports for; `said` is how the line says its name."""

    said: str
    pin: str
    worksheet: Worksheet


class Phone(TypedDict):
    """A telephone that can be held: its number in E.164, whose it is, what they report for."""

    number: str
    label: str
    units: Sequence[Unit]


class LineNumber(TypedDict):
    """A number that can be called."""

    number: str
    label: str


class Handset:
    """The views behind the page, all under /handset and all of them JSON."""

    def __init__(
        self,
        exchange: Exchange,
        network: Network,
        *,
        phones: Callable[[], Sequence[Phone]],
        lines: Callable[[], Sequence[LineNumber]],
        shelf: Shelf | None = None,
    ) -> None:
        self._exchange = exchange
        self._network = network
        self._phones = phones
        self._lines = lines
        self._shelf = shelf or Shelf()

    def blueprint(self) -> Blueprint:
        handset = Blueprint("handset", __name__, url_prefix="/handset")
        handset.register_error_handler(HTTPException, _explain)
        for path, method, view in (
            ("/lines", "GET", self.list_lines),
            ("/phones", "GET", self.list_phones),
            ("/messages", "GET", self.at_the_phone),
            ("/calls", "POST", self.dial),
            ("/calls/<sid>", "GET", self.look),
            ("/calls/<sid>", "DELETE", self.hang_up),
            ("/calls/<sid>/keys", "POST", self.press),
            ("/calls/<sid>/silence", "POST", self.keep_silent),
            ("/calls/<sid>/callee-hangs-up", "POST", self.callee_hangs_up),
            ("/ringing/<sid>/answer", "POST", self.answer),
            ("/ringing/<sid>/decline", "POST", self.decline),
        ):
            handset.add_url_rule(path, view.__name__, view, methods=[method])
        return handset

    def list_lines(self) -> Response:
        return jsonify(lines=list(self._lines()))

    def list_phones(self) -> Response:
        found = find(self._phones(), request.args.get("q", ""))
        return jsonify(total=len(found), phones=found[:SHOWN_PHONES])

    def at_the_phone(self) -> Response:
        """What a telephone shows that is not in a call: its texts, and a call coming in."""
        phone = request.args.get("phone", "")
        texts = self._network.find_messages(to=phone)[:SHOWN_PHONES] if phone else []
        return jsonify(
            messages=[{"from": m.from_, "body": m.body, "at": m.at.isoformat()} for m in texts],
            ringing=[
                {"id": call.sid, "from": call.leg.from_} for call in self._network.ringing(phone)
            ],
        )

    def dial(self) -> Response:
        from_, to = _text("from", empty=True), _text("to")
        try:
            call = self._exchange.dial(from_, to)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        except UnsupportedVerb as error:
            raise Conflict(str(error)) from None
        return _state(self._shelf.keep(call))

    def look(self, sid: str) -> Response:
        return _state(self._call(sid))

    def press(self, sid: str) -> Response:
        call, keys = self._call(sid), _text("keys")
        if len(keys) > MAX_KEYS:
            raise BadRequest(f"at most {MAX_KEYS} keys at once")
        return _acting(call, lambda: call.press(keys))

    def keep_silent(self, sid: str) -> Response:
        """No key came in time. It counts for the turn that the page has seen, no later one."""
        call = self._call(sid)
        if _body().get("turn") != call.turns:
            return _state(call)
        return _acting(call, call.silence)

    def callee_hangs_up(self, sid: str) -> Response:
        call = self._call(sid)
        return _acting(call, call.callee_hangs_up)

    def hang_up(self, sid: str) -> Response:
        return _state(self._call(sid).hang_up())

    def answer(self, sid: str) -> Response:
        try:
            return _state(self._shelf.keep(self._network.answer(sid)))
        except KeyError:
            raise NotFound("this call is not ringing any more") from None
        except UnsupportedVerb as error:
            raise Conflict(str(error)) from None

    def decline(self, sid: str) -> Response:
        try:
            self._network.decline(sid)
        except KeyError:
            raise NotFound("this call is not ringing any more") from None
        return jsonify(declined=True)

    def _call(self, sid: str) -> Call:
        try:
            return self._shelf.get(sid)
        except UnknownCall:
            raise NotFound("this call is not known any more") from None


def _explain(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def find(phones: Iterable[Phone], wanted: str) -> list[Phone]:
    """The telephones whose number, owner or units contain every word of `wanted`."""
    words = wanted.casefold().split()
    return [phone for phone in phones if all(word in _searched(phone) for word in words)]


def _searched(phone: Phone) -> str:
    units = (f"{unit['code']} {unit['name']}" for unit in phone["units"])
    return " ".join((phone["number"], phone["label"], *units)).casefold()


def _acting(call: Call, act: Callable[[], object]) -> Response:
    """Does something on a line; the call's new state, or 409 if the line is dead."""
    try:
        act()
    except ValueError as error:
        raise BadRequest(str(error)) from None
    except (CallEnded, NotListening) as error:
        raise Conflict(str(error)) from None
    except UnsupportedVerb:
        pass  # it stands among the call's problems, which the page shows
    return _state(call)


def _body() -> Json:
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest("a JSON object is wanted")
    return body


def _text(name: str, *, empty: bool = False) -> str:
    value = _body().get(name)
    if not isinstance(value, str) or len(value) > 200 or not (value or empty):
        raise BadRequest(f"{name}: a text is wanted")
    return value


def _state(call: Call) -> Response:
    """All that the page shows of a call; entries from `since` on."""
    since = max(request.args.get("since", 0, int), 0)
    entries = list(call.transcript)
    shown = [described for entry in entries[since:] if (described := describe(entry))]
    gather = call.waiting
    return jsonify(
        id=call.sid,
        state=call.state.value,
        over=call.ended,
        turn=call.turns,
        bridged=bool(call.bridged_to),
        entries=shown,
        next=len(entries),
        gather=None
        if gather is None
        else {
            "digits": gather.digits,
            "numDigits": gather.rule.num_digits,
            "finishOnKey": gather.rule.finish_on_key,
            "timeout": gather.rule.timeout,
        },
        problems=[{"code": int(p.code), "message": p.message} for p in call.problems],
    )


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
