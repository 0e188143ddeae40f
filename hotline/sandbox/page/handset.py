"""The telephone in the browser: the JSON behind its page."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypedDict

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, NotFound

from hotline.sandbox.calls.call import Call
from hotline.sandbox.calls.playing import PlayedFile
from hotline.sandbox.exchange import ATTESTED, Exchange
from hotline.sandbox.page.held_calls import HeldCalls, UnknownCall
from hotline.sandbox.page.nuisance import Nuisances, TooManyNuisances
from hotline.sandbox.page.screen import Json, shown, turn
from hotline.sandbox.problems import CallEnded, NotListening, UnsupportedVerb
from hotline.sandbox.rest.network import Network
from hotline.sandbox.texting import Picture
from hotline.sandbox.transcript import Played

SHOWN_PHONES = 30
MAX_KEYS = 64
MAX_TEXT = 1600
MAX_PICTURES = 10
CONTENT_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}")
MAX_PICTURE_REQUEST = 12 * 1024 * 1024  # bytes

ATTESTATIONS: Mapping[str, str | None] = {
    "passed": ATTESTED,
    "none": None,
    "failed": "TN-Validation-Failed",
}
"""What the caller's network may say of the number, by the page's word for it."""


class _Unit(TypedDict):
    code: str
    name: str


class Shortcut(TypedDict):
    """Keys that the page presses at once, e.g. a whole column of the worksheet."""

    label: str
    keys: str


class HandsetWorksheet(TypedDict):
    """A table to key from, all of it text. A row may be shorter than the head.

    `said`: for each row, what the line may say to ask for it, whatever language it speaks.
    """

    head: list[str]
    rows: list[list[str]]
    said: list[list[str]]
    shortcuts: list[Shortcut]


class HandsetUnit(_Unit, total=False):
    """A unit that a phone's owner reports for; `said` is how the line may say its name."""

    said: list[str]
    pin: str
    worksheet: HandsetWorksheet


class Phone(TypedDict):
    """A telephone that can be held: its number in E.164, whose it is, what they report for."""

    number: str
    label: str
    units: Sequence[HandsetUnit]


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
        held: HeldCalls | None = None,
    ) -> None:
        self._exchange = exchange
        self._network = network
        self._phones = phones
        self._lines = lines
        self._held = held or HeldCalls()
        self._nuisances = Nuisances(exchange)

    def blueprint(self) -> Blueprint:
        handset = Blueprint("handset", __name__, url_prefix="/handset")
        handset.register_error_handler(HTTPException, _explain)
        for path, method, view in (
            ("/lines", "GET", self.list_lines),
            ("/phones", "GET", self.list_phones),
            ("/messages", "GET", self.show_idle_phone),
            ("/messages", "POST", self.send_text),
            ("/nuisances", "POST", self.start_nuisance),
            ("/nuisances/<name>", "GET", self.show_nuisance),
            ("/calls", "POST", self.dial),
            ("/calls/<sid>", "GET", self.show_call),
            ("/calls/<sid>", "DELETE", self.hang_up),
            ("/calls/<sid>/played/<int:at>", "GET", self.play_recording),
            ("/calls/<sid>/keys", "POST", self.press_keys),
            ("/calls/<sid>/silence", "POST", self.keep_silent),
            ("/calls/<sid>/callee-hangs-up", "POST", self.callee_hangs_up),
            ("/ringing/<sid>/answer", "POST", self.answer_call),
            ("/ringing/<sid>/decline", "POST", self.decline_call),
        ):
            handset.add_url_rule(path, view.__name__, view, methods=[method])
        return handset

    def list_lines(self) -> Response:
        return jsonify(lines=list(self._lines()))

    def list_phones(self) -> Response:
        found = find_phones(self._phones(), request.args.get("q", ""))
        return jsonify(total=len(found), phones=found[:SHOWN_PHONES])

    def show_idle_phone(self) -> Response:
        """What a telephone shows that is not in a call: its texts, and a call coming in."""
        phone = request.args.get("phone", "")
        texts = self._network.find_messages(to=phone)[:SHOWN_PHONES] if phone else []
        return jsonify(
            messages=[{"from": m.from_, "body": m.body, "at": m.at.isoformat()} for m in texts],
            ringing=[
                {"id": call.sid, "from": call.leg.from_} for call in self._network.ringing(phone)
            ],
        )

    def send_text(self) -> Response:
        """A text message to one of the lines. A reply comes to the phone's messages."""
        request.max_content_length = MAX_PICTURE_REQUEST
        media = _pictures()
        from_, to = _text("from"), _text("to")
        body = _text("body", empty=bool(media), most=MAX_TEXT)
        try:
            texted = self._network.text(from_, to, body, media)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        return jsonify(
            replies=len(texted.replies),
            problems=[{"code": int(p.code), "message": p.message} for p in texted.problems],
        )

    def start_nuisance(self) -> Response:
        """Somebody calls many times and keys nonsense; the page looks how it goes."""
        from_, to, said = _text("from", empty=True), _text("to"), _attestation()
        try:
            return jsonify(self._nuisances.begin(from_, to, said))
        except TooManyNuisances as error:
            raise Conflict(str(error)) from None

    def show_nuisance(self, name: str) -> Response:
        try:
            return jsonify(self._nuisances.look(name))
        except KeyError:
            raise NotFound("these calls are not known any more") from None

    def dial(self) -> Response:
        from_, to = _text("from", empty=True), _text("to")
        try:
            call = self._exchange.dial(from_, to, StirVerstat=_attestation())
        except ValueError as error:
            raise BadRequest(str(error)) from None
        except UnsupportedVerb as error:
            raise Conflict(str(error)) from None
        return _state(self._held.keep(call))

    def show_call(self, sid: str) -> Response:
        return _state(self._call(sid))

    def play_recording(self, sid: str, at: int) -> Response:
        """What the caller hears at this place of the transcript, for the page to play."""
        call = self._call(sid)
        entries = call.transcript
        entry = entries[at] if at < len(entries) else None
        found = call.played_file(entry) if isinstance(entry, Played) else PlayedFile()
        if not found.content:
            raise NotFound("there is no recording")
        return Response(found.content, mimetype=found.content_type)

    def press_keys(self, sid: str) -> Response:
        call, keys = self._call(sid), _text("keys")
        if len(keys) > MAX_KEYS:
            raise BadRequest(f"at most {MAX_KEYS} keys at once")
        return _acting(call, lambda: call.press(keys))

    def keep_silent(self, sid: str) -> Response:
        """No key came in time. It counts for the turn that the page has seen, no later one."""
        call = self._call(sid)
        if _body().get("turn") != turn(call):
            return _state(call)
        return _acting(call, call.silence)

    def callee_hangs_up(self, sid: str) -> Response:
        call = self._call(sid)
        return _acting(call, call.callee_hangs_up)

    def hang_up(self, sid: str) -> Response:
        return _state(self._call(sid).hang_up())

    def answer_call(self, sid: str) -> Response:
        try:
            return _state(self._held.keep(self._network.answer(sid)))
        except KeyError:
            raise NotFound("this call is not ringing any more") from None
        except UnsupportedVerb as error:
            raise Conflict(str(error)) from None

    def decline_call(self, sid: str) -> Response:
        try:
            self._network.decline(sid)
        except KeyError:
            raise NotFound("this call is not ringing any more") from None
        return jsonify(declined=True)

    def _call(self, sid: str) -> Call:
        try:
            return self._held.get(sid)
        except UnknownCall:
            raise NotFound("this call is not known any more") from None


def _explain(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def find_phones(phones: Iterable[Phone], wanted: str) -> list[Phone]:
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


def _text(name: str, *, empty: bool = False, most: int = 200) -> str:
    value = _body().get(name)
    if not isinstance(value, str) or len(value) > most or not (value or empty):
        raise BadRequest(f"{name}: a text is wanted")
    return value


def _pictures() -> list[Picture]:
    """What is sent along: each with the type that the browser has told, and its bytes in base64."""
    given = _body().get("pictures", [])
    if not isinstance(given, list) or len(given) > MAX_PICTURES:
        raise BadRequest(f"pictures: at most {MAX_PICTURES} are wanted")
    try:
        return [
            Picture(
                one["type"] if CONTENT_TYPE.fullmatch(one["type"]) else "application/octet-stream",
                base64.b64decode(str(one["data"]), validate=True),
            )
            for one in given
        ]
    except (TypeError, KeyError, ValueError):
        raise BadRequest("pictures: each has a type, and its data in base64") from None


def _attestation() -> str | None:
    """What the network is to say of the caller: all is well, where the page does not choose."""
    if "attestation" not in _body():
        return ATTESTED
    chosen = _text("attestation")
    if chosen not in ATTESTATIONS:
        raise BadRequest(f"attestation: one of {', '.join(ATTESTATIONS)} is wanted")
    return ATTESTATIONS[chosen]


def _state(call: Call) -> Response:
    """All that the page shows of a call; entries from `since` on."""
    return jsonify(shown(call, max(request.args.get("since", 0, int), 0)))
