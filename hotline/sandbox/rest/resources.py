"""Calls, queues and conferences as Twilio's REST interface shows them (its API of 2010-04-01)."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from hotline.sandbox.calls.call import Call
from hotline.sandbox.switchboard.queues import CallQueue, QueuedCall
from hotline.sandbox.switchboard.rooms import ConferenceRoom, Participant
from hotline.sandbox.wire.parameters import API_VERSION

Json = dict[str, object]


def account_uri(account_sid: str, path: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}/{path}"


def call_as_json(call: Call, account_sid: str) -> Json:
    at = format_datetime(call.began)
    uri = account_uri(account_sid, f"Calls/{call.sid}")
    return {
        "account_sid": account_sid,
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": at,
        "date_updated": at,
        "direction": call.leg.direction.value,
        "duration": str(call.duration) if call.ended else None,
        "end_time": at if call.ended else None,
        "forwarded_from": None,
        "from": call.leg.from_,
        "from_formatted": call.leg.from_,
        "group_sid": None,
        "parent_call_sid": call.leg.parent_sid or None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": at if call.answered else None,
        "status": call.state.value,
        "subresource_uris": {},
        "to": call.leg.to,
        "to_formatted": call.leg.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def queue_as_json(queue: CallQueue, account_sid: str, now: datetime) -> Json:
    uri = account_uri(account_sid, f"Queues/{queue.sid}")
    return {
        "account_sid": account_sid,
        "average_wait_time": queue.average_wait(now),
        "current_size": len(queue.members),
        "date_created": format_datetime(queue.made),
        "date_updated": format_datetime(queue.updated),
        "friendly_name": queue.name,
        "max_size": queue.max_size,
        "sid": queue.sid,
        "uri": f"{uri}.json",
    }


def member_as_json(member: QueuedCall, account_sid: str, now: datetime) -> Json:
    sid = member.party.sid
    return {
        "call_sid": sid,
        "date_enqueued": format_datetime(member.since),
        "position": member.queue.position(member),
        "queue_sid": member.queue.sid,
        "uri": account_uri(account_sid, f"Queues/{member.queue.sid}/Members/{sid}.json"),
        "wait_time": int((now - member.since).total_seconds()),
    }


def conference_as_json(room: ConferenceRoom, account_sid: str) -> Json:
    uri = account_uri(account_sid, f"Conferences/{room.sid}")
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid_ending_conference": room.ended_by or None,
        "date_created": format_datetime(room.made),
        "date_updated": format_datetime(room.updated),
        "friendly_name": room.name,
        "reason_conference_ended": room.ending.value if room.ending else None,
        "region": "us1",
        "sid": room.sid,
        "status": room.status,
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
        "uri": f"{uri}.json",
    }


def participant_as_json(participant: Participant, account_sid: str) -> Json:
    path = f"Conferences/{participant.room.sid}/Participants/{participant.sid}.json"
    return {
        "account_sid": account_sid,
        "call_sid": participant.sid,
        "call_sid_to_coach": participant.coached or None,
        "coaching": bool(participant.coached),
        "conference_sid": participant.room.sid,
        "date_created": format_datetime(participant.since),
        "date_updated": format_datetime(participant.updated),
        "end_conference_on_exit": participant.ends,
        "hold": participant.hold,
        "label": participant.label or None,
        "muted": participant.muted,
        "queue_time": None,
        "start_conference_on_enter": participant.starts,
        "status": "connected",
        "uri": account_uri(account_sid, path),
    }
