"""Conferences and who is in them by REST."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from hotline.sandbox.rest.network import Network
from hotline.sandbox.rest.pages import page
from hotline.sandbox.rest.refusals import bad_request, not_found
from hotline.sandbox.rest.resources import conference_as_json, participant_as_json
from hotline.sandbox.switchboard.orders import PlayOrder
from hotline.sandbox.switchboard.rooms import ConferenceRoom, NobodyToCoach, Participant

STATUSES = frozenset({"init", "in-progress", "completed"})


def add_conferences(accounts: Blueprint, network: Network) -> None:
    """Nobody can be dialled into a conference here (POST Participants.json)."""
    board = network.switchboard

    def room_of(sid: str) -> ConferenceRoom:
        found = next((room for room in board.rooms() if room.sid == sid), None)
        if found is None:
            raise not_found(request.path)
        return found

    def participant_of(room: str, sid: str) -> Participant:
        """By CallSid or label."""
        inside = room_of(room).participants.values()
        found = next((p for p in inside if sid in (p.sid, p.label)), None)
        if found is None:
            raise not_found(request.path)
        return found

    @accounts.get("/Conferences.json")
    def list_conferences(account: str) -> Response:
        name, status = request.args.get("FriendlyName"), request.args.get("Status")
        if status is not None and status not in STATUSES:
            raise bad_request(20001, "Invalid Status")
        with board.looking():
            rows = [
                conference_as_json(room, account)
                for room in board.rooms()
                if name in (None, room.name) and status in (None, room.status)
            ]
        return jsonify(page("conferences", rows))

    @accounts.get("/Conferences/<sid>.json")
    def fetch_conference(account: str, sid: str) -> Response:
        with board.looking():
            return jsonify(conference_as_json(room_of(sid), account))

    @accounts.post("/Conferences/<sid>.json")
    def change_conference(account: str, sid: str) -> Response:
        network.refuse_if_told()
        with board.looking():
            room = room_of(sid)
            if request.form.get("Status") == "completed":
                board.close(room)
            return jsonify(conference_as_json(room, account))

    @accounts.get("/Conferences/<room>/Participants.json")
    def list_participants(account: str, room: str) -> Response:
        with board.looking():
            inside = list(room_of(room).participants.values())
            rows = [participant_as_json(p, account) for p in inside if _wanted(p)]
        return jsonify(page("participants", rows))

    @accounts.get("/Conferences/<room>/Participants/<sid>.json")
    def fetch_participant(account: str, room: str, sid: str) -> Response:
        with board.looking():
            return jsonify(participant_as_json(participant_of(room, sid), account))

    @accounts.post("/Conferences/<room>/Participants/<sid>.json")
    def change_participant(account: str, room: str, sid: str) -> Response:
        network.refuse_if_told()
        with board.looking():
            participant = participant_of(room, sid)
            try:
                board.update(
                    participant,
                    muted=_flag("Muted"),
                    hold=_flag("Hold"),
                    hold_document=_document(participant, "Hold"),
                    ends=_flag("EndConferenceOnExit"),
                    coached=_coached(),
                )
            except NobodyToCoach:
                raise bad_request(13240, "CallSidToCoach is not in this conference") from None
            announcement = _document(participant, "Announce")
            if announcement is not None:
                participant.party.order(announcement)
            return jsonify(participant_as_json(participant, account))

    @accounts.delete("/Conferences/<room>/Participants/<sid>.json")
    def remove_participant(account: str, room: str, sid: str) -> tuple[str, int]:
        network.refuse_if_told()
        with board.looking():
            board.dismiss(participant_of(room, sid))
        return "", 204


def _wanted(participant: Participant) -> bool:
    """Whether a list's filters let it through."""
    given = request.args
    state = {
        "Muted": participant.muted,
        "Hold": participant.hold,
        "Coaching": bool(participant.coached),
    }
    return all(name not in given or (given[name] == "true") is state[name] for name in state)


def _flag(name: str) -> bool | None:
    """Anything but `true` is false, as Twilio says; None where it is not given."""
    given = request.form.get(name)
    return None if given is None else given.lower() == "true"


def _coached() -> str | None:
    """Whom to coach; empty: nobody any more; None: no change."""
    coaching, sid = _flag("Coaching"), request.form.get("CallSidToCoach")
    if coaching is False:
        return ""
    if coaching and not sid:
        raise bad_request(20001, "CallSidToCoach is required when Coaching is true")
    return sid


def _document(participant: Participant, name: str) -> PlayOrder | None:
    """HoldUrl with HoldMethod, or AnnounceUrl with AnnounceMethod. Their default is GET, POST."""
    url = request.form.get(f"{name}Url")
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise bad_request(21205, f"{name}Url is not a valid URL")
    default = "GET" if name == "Hold" else "POST"
    return PlayOrder(participant, url, request.form.get(f"{name}Method", default))
