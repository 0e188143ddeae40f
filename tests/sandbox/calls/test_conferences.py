"""Conferences, as Twilio plays them: who hears whom, who goes when, and what is told of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from hotline.sandbox.calls.call import Call
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.problems import Code
from hotline.sandbox.switchboard.orders import HangUpOrder, RedirectOrder
from hotline.sandbox.switchboard.rooms import NobodyToCoach, Participant
from hotline.sandbox.transcript import Joined, Left, OnHold, OthersPresent, Played, Tones
from hotline.sandbox.wire.parameters import CallStatus
from tests.sandbox.webhook import CHAIR, LINE, Reply, Webhook

STAFF, BOSS = "+15155550190", "+15155550191"
ROOM = "desk-0123456789abcdef"
EVENTS = 'statusCallback="/voice/room" statusCallbackEvent="start end join leave mute hold modify"'


def conference(attributes: str = "", dial: str = "") -> str:
    return (
        f'<Dial action="/voice/after"{dial}><Conference {attributes}>{ROOM}</Conference></Dial>'
        "<Say>Next.</Say>"
    )


@pytest.fixture
def script(webhook: Webhook) -> Webhook:
    webhook.script |= {
        "/voice/answer": lambda r: ANSWERS[r.form["From"]],
        "/voice/after": "<Say>That was it.</Say>",
        "/voice/room": Reply(status=204, body="", content_type=None),
        "/voice/music": "<Say>One moment.</Say><Redirect>/voice/music</Redirect>",
    }
    return webhook


ANSWERS: dict[str, str] = {}


@pytest.fixture(autouse=True)
def answers() -> dict[str, str]:
    ANSWERS.clear()
    ANSWERS.update({STAFF: conference(EVENTS), CHAIR: conference(), BOSS: conference()})
    return ANSWERS


def place_of(call: Call) -> Participant:
    assert call.meeting is not None
    return call.meeting


def events(webhook: Webhook, exchange: Exchange) -> list[str]:
    exchange.settle()
    return [f["StatusCallbackEvent"] for f in webhook.forms("/voice/room")]


def test_who_is_alone_hears_music_until_another_comes(script: Webhook, exchange: Exchange) -> None:
    staff = exchange.dial(STAFF, LINE)
    assert [e for e in staff.transcript if isinstance(e, Joined | Played)] == [
        Joined(ROOM, 0),
        Played("the network's own music"),
    ]
    assert place_of(staff).room.status == "init"
    chair = exchange.dial(CHAIR, LINE)
    assert Joined(ROOM, 1) in chair.transcript
    assert OthersPresent(1) in staff.transcript
    assert not any(isinstance(e, Played) for e in chair.transcript)
    assert place_of(chair).room is place_of(staff).room
    assert place_of(chair).room.status == "in-progress"
    assert events(script, exchange) == ["participant-join", "participant-join", "conference-start"]


def test_a_conference_waits_for_somebody_who_begins_it(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[CHAIR] = answers[BOSS] = conference('startConferenceOnEnter="false"')
    chair, boss = exchange.dial(CHAIR, LINE), exchange.dial(BOSS, LINE)
    chair.press("1")
    assert place_of(chair).room.status == "init"
    staff = exchange.dial(STAFF, LINE)
    assert place_of(chair).room.status == "in-progress"
    chair.press("2")
    assert [e for e in boss.transcript if isinstance(e, Tones)] == [Tones("2")]
    assert Tones("2") in staff.transcript


def test_music_of_our_own_goes_on_as_somebody_waits(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[STAFF] = conference('waitUrl="/voice/music"')
    staff = exchange.dial(STAFF, LINE)
    assert staff.last_heard == "One moment."
    staff.silence().silence()
    assert len(script.forms("/voice/music")) == 3
    assert not staff.problems
    answers[CHAIR] = conference('waitUrl="/voice/music"')
    exchange.dial(CHAIR, LINE)
    assert len(script.forms("/voice/music")) == 3, "it had begun: there was nothing to wait for"


def test_music_that_cannot_be_had_breaks_the_joining_off(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[STAFF] = conference('waitUrl="/voice/nothing"')
    staff = exchange.dial(STAFF, LINE)
    assert script.forms("/voice/after")[0]["DialCallStatus"] == "failed"
    assert staff.last_heard == "That was it."


def test_hanging_up_leaves_the_room_and_the_other_stays(
    script: Webhook, exchange: Exchange
) -> None:
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    chair.hang_up()
    form = script.forms("/voice/after")[0]
    assert (form["CallSid"], form["CallStatus"]) == (chair.sid, "completed")
    assert form["DialCallStatus"] == "answered"
    assert not {"DialCallSid", "DialCallDuration"} & form.keys()
    assert Left(ROOM) in chair.transcript
    assert OthersPresent(0) in staff.transcript
    assert not staff.ended
    exchange.settle()
    left = script.forms("/voice/room")[-1]
    assert (
        left.items()
        >= {
            "StatusCallbackEvent": "participant-leave",
            "CallSid": chair.sid,
            "ReasonParticipantLeft": "participant_hung_up",
            "ParticipantCallStatus": "completed",
            "FriendlyName": ROOM,
            "Muted": "false",
            "EndConferenceOnExit": "false",
            "SequenceNumber": "4",
        }.items()
    )
    assert left["ConferenceSid"].startswith("CF")
    assert "Timestamp" in left


def test_the_last_who_leaves_ends_it_and_the_name_begins_another(
    script: Webhook, exchange: Exchange
) -> None:
    staff = exchange.dial(STAFF, LINE)
    room = place_of(staff).room
    staff.hang_up()
    assert (room.status, room.ended_by) == ("completed", staff.sid)
    exchange.settle()
    assert script.forms("/voice/room")[-1]["ReasonConferenceEnded"] == "last-participant-left"
    assert place_of(exchange.dial(CHAIR, LINE)).room is not room


def test_a_moderator_takes_everybody_along(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[STAFF] = conference(f'endConferenceOnExit="true" {EVENTS}')
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    staff.hang_up()
    exchange.settle()
    assert chair.last_heard == "That was it."
    assert chair.ended
    assert events(script, exchange)[-3:] == [
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    reasons = [f.get("ReasonParticipantLeft") for f in script.forms("/voice/room")]
    assert "moderator_ended_conference" in reasons
    assert script.forms("/voice/room")[-1]["CallSidEndingConference"] == staff.sid


def test_a_redirect_takes_a_call_out_without_the_action(
    script: Webhook, exchange: Exchange
) -> None:
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    chair.order(RedirectOrder(twiml="<Response><Say>Back in line.</Say></Response>"))
    exchange.settle()
    assert chair.last_heard == "Back in line."
    assert not script.forms("/voice/after")
    assert OthersPresent(0) in staff.transcript
    assert script.forms("/voice/room")[-1]["ReasonParticipantLeft"] == "participant_updated_via_api"


def test_a_redirect_moves_a_call_from_one_room_to_another(
    script: Webhook, exchange: Exchange
) -> None:
    exchange.dial(STAFF, LINE)
    chair = exchange.dial(CHAIR, LINE)
    chair.order(
        RedirectOrder(twiml="<Response><Dial><Conference>desk-2</Conference></Dial></Response>")
    )
    exchange.settle()
    assert place_of(chair).room.name == "desk-2"


def test_being_removed_goes_on_after_the_dial(script: Webhook, exchange: Exchange) -> None:
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    exchange.switchboard.dismiss(place_of(chair))
    exchange.settle()
    assert chair.last_heard == "That was it."
    assert script.forms("/voice/after")[0]["DialCallStatus"] == "answered"
    assert not staff.ended


def test_a_call_that_is_ended_by_rest_leaves_its_room(script: Webhook, exchange: Exchange) -> None:
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    staff.order(HangUpOrder())
    exchange.settle()
    assert staff.state is CallStatus.COMPLETED
    assert OthersPresent(0) in chair.transcript


def test_a_star_leaves_where_the_dial_says_so(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[STAFF] = conference(dial=' hangupOnStar="true"')
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    chair.press("*")
    assert chair.meeting is not None
    staff.press("12*")
    assert staff.last_heard == "That was it."
    assert Tones("12*") in chair.transcript


def test_the_time_limit_of_the_dial(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[STAFF] = conference(dial=' timeLimit="100"')
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    staff.talk(60)
    assert staff.meeting is not None
    chair.talk(100)
    staff.talk(60)
    assert staff.meeting is None
    assert chair.meeting is not None
    assert 100 <= staff.seconds < 110


def test_who_is_muted_hears_and_is_not_heard(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[BOSS] = conference('muted="true"')
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    boss = exchange.dial(BOSS, LINE)
    assert Joined(ROOM, 2) in boss.transcript
    boss.press("1")
    chair.press("2")
    assert Tones("1") not in [*staff.transcript, *chair.transcript]
    assert Tones("2") in boss.transcript
    exchange.switchboard.update(place_of(boss), muted=False)
    boss.press("3")
    assert Tones("3") in chair.transcript
    assert "participant-unmute" in events(script, exchange)


def test_a_coach_is_heard_by_one_alone(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    answers[BOSS] = conference(f'coach="{staff.sid}"')
    boss = exchange.dial(BOSS, LINE).press("1")
    chair.press("2")
    assert Tones("1") in staff.transcript
    assert Tones("1") not in chair.transcript
    assert Tones("2") in boss.transcript
    exchange.switchboard.update(place_of(boss), coached="")
    boss.press("3")
    assert Tones("3") in chair.transcript
    with pytest.raises(NobodyToCoach):
        exchange.switchboard.update(place_of(boss), coached="CA" + "0" * 32, muted=True)
    assert not place_of(boss).muted


def test_nobody_is_there_to_be_coached(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[BOSS] = conference(f'coach="CA{"0" * 32}"')
    boss = exchange.dial(BOSS, LINE)
    assert [p.code for p in boss.problems] == [Code.INVALID_COACH]
    assert script.forms("/voice/after")[0]["DialCallStatus"] == "failed"
    assert not exchange.switchboard.rooms()


def test_on_hold_one_neither_hears_nor_is_heard(script: Webhook, exchange: Exchange) -> None:
    staff, chair = exchange.dial(STAFF, LINE), exchange.dial(CHAIR, LINE)
    exchange.switchboard.update(place_of(chair), hold=True)
    staff.press("1")
    chair.press("2")
    exchange.switchboard.update(place_of(chair), hold=False)
    staff.press("3")
    assert [e for e in chair.transcript if isinstance(e, OnHold | Tones)] == [
        OnHold(True),
        OnHold(False),
        Tones("3"),
    ]
    assert Tones("2") not in staff.transcript
    assert {"participant-hold", "participant-unhold"} <= set(events(script, exchange))


def test_only_the_first_who_joins_says_what_is_told(
    script: Webhook, exchange: Exchange, answers: dict[str, str]
) -> None:
    answers[STAFF] = conference()
    answers[CHAIR] = conference(EVENTS)
    exchange.dial(STAFF, LINE)
    exchange.dial(CHAIR, LINE).hang_up()
    assert events(script, exchange) == []


def test_many_at_once_come_and_go(
    script: Webhook, make_exchange: Callable[..., Exchange], answers: dict[str, str]
) -> None:
    """Everybody joins, keys, is held and hangs up at the same time; nobody waits for ever."""
    exchange = make_exchange()
    answers[STAFF] = conference()

    def live() -> None:
        call = exchange.dial(STAFF, LINE).press("1")
        if call.meeting is not None:
            exchange.switchboard.update(call.meeting, hold=True)
        call.order(RedirectOrder(twiml=f"<Response>{conference()}</Response>"))
        call.press("2").hang_up()

    threads = [threading.Thread(target=live) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    exchange.settle()
    assert all(room.over for room in exchange.switchboard.rooms())
