"""The webhooks as the telephone network meets them: real Redis, real SQL, signed forms."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from redis import Redis
from twilio.request_validator import RequestValidator
from werkzeug.exceptions import NotFound

from app import create_app
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.reports import filing
from hotline.operations.reports.ledgers import open_ledger
from hotline.telephony.replies import Continuation, Destination
from hotline.web.console.access import Who
from tests.web.telephone.network import (
    BASE,
    CHAIR,
    LINE,
    ONE,
    PERSON,
    REPORT,
    STRANGER,
    Network,
    kept_reports,
)


def test_a_report_ends_in_the_ledger(network, parts, pins, ledger):
    phone = network.dial().key(ONE, pins[ONE], *REPORT)
    filed = filing.standing(parts, ledger, ONE)
    assert phone.hears("Filed. Confirmation number " + ", ".join(filed.confirmation))
    assert filed.figures["president"]["final"] == {"ash": 20, "birch": 15}
    (row,) = kept_reports(parts)
    assert (row.call_sid, row.caller, row.chair_id) == ("CA01", "0102", None)
    assert row.keyed[0] == "attendance=35"
    assert pins[ONE] not in str(row)


def test_a_roster_phone_is_known(network, pins, parts, ledger):
    phone = network.dial(CHAIR)
    assert phone.hears("Reporting for Adair, One?")
    phone.key("1", pins[ONE], *REPORT, "1")
    assert phone.hears("Reporting for Adair, Two?")
    (row,) = kept_reports(parts)
    assert row.chair_id


def test_a_roster_phone_with_failed_attestation_is_unknown(network):
    assert network.dial(CHAIR, StirVerstat="TN-Validation-Failed-A").hears("Key your precinct")


def test_a_dropped_call_resumes(network, pins):
    network.dial(sid="CA01").key(ONE, pins[ONE], "35#", "20#")
    again = network.dial(sid="CA02").key(ONE, pins[ONE])
    assert again.hears("You had begun this report.")
    assert again.key("1").hears("First alignment. Birch.")


def test_after_filing_nothing_is_left_to_resume(network, pins):
    network.dial(sid="CA01").key(ONE, pins[ONE], *REPORT)
    again = network.dial(sid="CA02").key(ONE, pins[ONE])
    assert again.hears("Adair, One has reported.")


class TestKeysThatWereNotMeant:
    """The keys of one press heard twice come at once; those of a chair who listens, later."""

    def test_a_press_at_the_offer_heard_twice(self, network, pins, clock):
        phone = network.dial(CHAIR).key("1")
        clock.advance(0.1)
        phone.key("1" + pins[ONE][:5])
        clock.advance(0.1)
        assert phone.key(pins[ONE][5]).hears("How many attend?")

    def test_the_code_and_the_pin_of_the_sheet_at_the_offer(self, network, pins):
        phone = network.dial(CHAIR).key(ONE + pins[ONE][0], pins[ONE][1:])
        assert phone.hears("How many attend?")

    def test_one_press_confirms_one_thing_only(self, network, pins, clock):
        phone = network.dial().key(ONE, pins[ONE], *REPORT[:-2])
        clock.advance(4)
        phone.key("1")
        clock.advance(0.2)
        assert phone.key("1").hears("That makes Ash 3, Birch 3.")
        clock.advance(3)
        phone.key("1")
        clock.advance(0.2)
        assert phone.key("1").hears("Filed. Confirmation number")

    def test_two_hearings_are_two_hearings(self, network, pins, clock, parts, ledger):
        phone = network.dial().key(ONE, pins[ONE], *REPORT[:2])
        for _ in range(2):
            clock.advance(8)
            assert phone.key("*").hears("Ash 20, Birch 10, Cedar 5. Total 35.")
        clock.advance(3)
        assert phone.key("1").hears("Final alignment. Ash.")
        clock.advance(3)
        phone.key(*REPORT[3:])
        assert filing.standing(parts, ledger, ONE).figures["president"]["first"]["ash"] == 20

    def test_two_stars_keyed_together_go_back(self, network, pins, clock):
        phone = network.dial().key(ONE, pins[ONE], *REPORT[:2])
        clock.advance(8)
        phone.key("*")
        clock.advance(1.5)
        assert phone.key("*").hears("Back. Elm.")


class TestRepetition:
    def test_every_step_repeated_gets_the_same_answer_and_changes_nothing(
        self, network, parts, pins, ledger
    ):
        phone = network.dial()
        given = [("/voice/answer", {}, phone.twiml)]
        for entry in (ONE, pins[ONE], *REPORT):
            path = phone.action
            more = {"Digits": entry.removesuffix("#"), "FinishedOnKey": "#" * entry.endswith("#")}
            phone.key(entry)
            assert phone.post(path, **more) == phone.twiml
            given.append((path, more, phone.twiml))
        for path, more, answer in reversed(given):
            assert phone.post(path, **more) == answer
        assert len(filing.story(parts, ledger, ONE)) == 1

    def test_a_report_filed_by_a_step_that_was_never_answered_is_not_resumed(
        self, network, parts, pins, ledger, redis: Redis
    ):
        phone = network.dial().key(ONE, pins[ONE], *REPORT[:-1])
        draft = f"hotline:draft:{ledger}:{ONE}"
        before = redis.dump("hotline:call:CA01"), redis.dump(draft)
        phone.key("1")
        redis.restore("hotline:call:CA01", 0, before[0], replace=True)
        redis.restore(draft, 0, before[1], replace=True)
        again = network.dial(sid="CA02").key(ONE, pins[ONE])
        assert again.hears("Adair, One has reported.")

    def test_a_call_files_into_the_ledger_in_which_it_began_or_nowhere(
        self, network, parts, pins, ledger
    ):
        phone = network.dial().key(ONE, pins[ONE], *REPORT[:-1])
        fresh = open_ledger(parts, is_test=True, by="test").ledger_id
        phone.key("1")
        assert not phone.hears("Filed")
        assert PERSON in phone.twiml
        assert filing.story(parts, ledger, ONE) == filing.story(parts, fresh, ONE) == []

    def test_an_old_step_with_other_digits_changes_nothing(self, network, pins):
        phone = network.dial().key(ONE)
        path = phone.action
        phone.key(pins[ONE])
        heard = phone.twiml
        assert phone.post(path, Digits="000000") == heard
        assert phone.key("35#").hears("First alignment.")

    def test_the_filing_step_lost_before_it_was_kept_files_once(
        self, network, parts, pins, ledger, redis: Redis
    ):
        phone = network.dial().key(ONE, pins[ONE], *REPORT[:-1])
        before = redis.dump("hotline:call:CA01")
        first = phone.key("1").twiml
        path = phone.action
        redis.restore("hotline:call:CA01", 0, before, replace=True)
        number = int(path.rsplit("/", 1)[1]) - 1
        assert phone.post(f"/voice/turn/{number}", Digits="1") == first
        assert len(filing.story(parts, ledger, ONE)) == 1

    def test_a_step_that_redis_forgot_is_asked_again(self, network, pins):
        phone = network.dial().key(ONE, pins[ONE], "35#")
        number = int(phone.action.rsplit("/", 1)[1])
        phone.twiml = phone.post(f"/voice/turn/{number + 3}", Digits="9", FinishedOnKey="#")
        assert phone.hears("First alignment. Ash.")
        assert phone.key("20#").hears("Birch.")

    def test_a_call_that_redis_forgot_begins_anew_and_finds_its_draft(self, network, pins, redis):
        phone = network.dial().key(ONE, pins[ONE], "35#", "20#")
        redis.delete("hotline:call:CA01")
        assert phone.key("10#").hears("Key your precinct code.")
        assert phone.key(ONE, pins[ONE]).hears("You had begun this report.")


class TestBadInput:
    def test_without_a_valid_signature_there_is_nothing(self, network):
        form = {"CallSid": "CA01", "From": STRANGER, "To": LINE}
        rules = network.client.application.url_map.iter_rules()
        paths = {re.sub(r"<[^>]*>", "1", str(rule)) for rule in rules}
        voice = sorted(path for path in paths if path.startswith(("/voice", "/sms")))
        assert len(voice) == 20
        for path in voice:
            for headers in ({}, {"X-Twilio-Signature": "x"}):
                response = network.client.post(path, data=form, headers=headers)
                assert response.status_code == 403
                assert b"Response" not in response.data

    def test_the_older_token_is_good_while_it_is_rotated(self, network):
        form = {"CallSid": "CA01", "From": STRANGER, "To": LINE}
        signature = RequestValidator("older").compute_signature(f"{BASE}/voice/answer", form)
        assert network.post("/voice/answer", form, signature).status_code == 200

    @pytest.mark.parametrize(
        "digits",
        ["1" * 65_000, "#" * 65_000, "*" * 65_000, "ABCD", "1*" * 99, "\x00", "💣", "'; DROP"],
        ids=["64 kB", "pounds", "stars", "letters", "many", "nul", "emoji", "sql"],
    )
    def test_garbage_digits_get_words(self, network, pins, digits):
        phone = network.dial()
        for entry in (None, ONE, pins[ONE], "35#", "20*10*5*0*0#", "1"):
            if entry:
                phone.key(entry)
            phone.twiml = phone.post(phone.action, Digits=digits, FinishedOnKey="#")
            assert "<Say" in phone.twiml
            if "<Gather" not in phone.twiml:
                break

    def test_missing_fields_are_a_silence(self, network):
        phone = network.dial()
        phone.twiml = phone.post(phone.action)
        assert phone.hears("Key your precinct code.")

    @pytest.mark.parametrize("sid", [None, "", "x" * 100, "CA 01", "CA/../01"])
    def test_without_a_usable_callsid_there_is_a_polite_end(self, network, sid):
        form = {"From": STRANGER} if sid is None else {"CallSid": sid}
        for path in ("/voice/answer", "/voice/turn/3", "/voice/dialled/3"):
            response = network.post(path, form)
            assert response.status_code == 200
            assert b"Goodbye" in response.data

    def test_an_unknown_callsid_is_greeted(self, network):
        phone = network.dial()
        phone.form["CallSid"] = "CA99"
        phone.twiml = phone.post("/voice/turn/7", Digits="1")
        assert phone.hears("Key your precinct code.")
        assert "/voice/turn/8" in phone.twiml

    def test_a_step_after_the_end_gets_a_polite_end(self, network, pins):
        phone = network.dial().key(ONE, pins[ONE])
        path = phone.action
        status = network.post("/voice/status", {**phone.form, "CallStatus": "completed"})
        assert (status.status_code, status.data) == (204, b"")
        said = phone.post(path, Digits="35", FinishedOnKey="#")
        assert "Goodbye" in said
        assert "<Hangup/>" in said

    def test_status_callbacks_in_any_order_and_twice(self, network, pins):
        phone = network.dial().key(ONE, pins[ONE])
        for status in ("initiated", "in-progress", "ringing", "", "nonsense"):
            assert network.post("/voice/status", {**phone.form, "CallStatus": status}).data == b""
        assert phone.key("35#").hears("First alignment.")


class TestPersons:
    def test_a_person_is_dialled_and_a_busy_one_leads_back(self, network, pins):
        phone = network.dial().key(ONE, pins[ONE], "35#", "*0#")
        assert f">{PERSON}</Number></Dial>" in phone.twiml
        action = re.search(r'<Dial action="([^"]+)"', phone.twiml)[1]
        phone.twiml = phone.post(action, DialCallStatus="no-answer")
        assert phone.hears("Nobody is free right now.")
        assert phone.hears("First alignment. Ash.")

    def test_after_a_talk_the_call_ends(self, network, pins):
        phone = network.dial().key(ONE, pins[ONE], "*0#")
        action = re.search(r'<Dial action="([^"]+)"', phone.twiml)[1]
        assert "<Hangup/>" in phone.post(action, DialCallStatus="completed")

    def test_one_call_of_a_telephone_rings_the_person_unless_it_has_proved_a_pin(
        self, network, pins
    ):
        first, *others = [network.dial(CHAIR, sid=f"CA{n}").key("*0#") for n in range(6)]
        assert PERSON in first.twiml
        for phone in others:
            assert PERSON not in phone.twiml
            assert phone.hears("Nobody is free right now.")
            assert phone.hears("Reporting for Adair, One?")

        assert PERSON in others[0].key("1", pins[ONE], "*0#").twiml
        first.hang_up()
        assert PERSON in others[1].key("*0#").twiml

    def test_the_person_accepts_with_one(self, network):
        form = {"CallSid": "CA77", "To": PERSON, "From": LINE}
        assert b"To take the call, press 1." in network.post("/voice/accept", form).data
        taken = network.post("/voice/accepted", {**form, "Digits": "1"}).data
        assert taken.endswith(b"<Response></Response>")
        assert b"<Hangup/>" in network.post("/voice/accepted", {**form, "Digits": ""}).data


class TestFailures:
    @pytest.mark.usefixtures("ledger")
    def test_without_redis_the_line_still_speaks_and_offers_a_person(self, settings, engine, clock):
        nowhere = connect_redis("redis://127.0.0.1:1/0")
        network = Network(
            create_app(parts=AppContext(settings, engine, nowhere, clock)).test_client()
        )
        phone = network.dial()
        assert phone.hears("Something went wrong on our side.")
        assert PERSON in phone.twiml

    def test_without_the_database_a_pin_leads_to_a_person(self, network, parts, pins, monkeypatch):
        phone = network.dial().key(ONE)
        parts.engine.dispose()
        monkeypatch.setattr(parts.engine.dialect, "connect", _refuse)
        phone.key(pins[ONE])
        assert phone.hears("Something went wrong on our side.")
        assert PERSON in phone.twiml

    def test_when_filing_fails_nothing_is_called_filed_and_the_call_can_go_on(
        self, network, parts, pins, ledger, monkeypatch
    ):
        phone = network.dial().key(ONE, pins[ONE], *REPORT[:-1])
        with monkeypatch.context() as broken:
            parts.engine.dispose()
            broken.setattr(parts.engine.dialect, "connect", _refuse)
            phone.key("1")
            assert not phone.hears("Filed")
        again = network.dial(sid="CA02").key(ONE, pins[ONE])
        assert again.hears("You had begun this report.")
        assert again.key("1", "1").hears("Filed.")
        assert len(filing.story(parts, ledger, ONE)) == 1

    def test_an_unforeseen_error_is_apologised_for(self, network, monkeypatch, caplog):
        monkeypatch.setattr("hotline.telephony.telephone.Telephone.turn", _break)
        phone = network.dial()
        assert phone.hears("Something went wrong on our side.")
        assert "CA01" in caplog.text
        assert STRANGER not in caplog.text

    def test_the_fallback_needs_nothing(self, settings, engine, clock):
        nowhere = connect_redis("redis://127.0.0.1:1/0")
        network = Network(
            create_app(parts=AppContext(settings, engine, nowhere, clock)).test_client()
        )
        form = {"CallSid": "CA01", "To": LINE, "ErrorCode": "11200", "ErrorUrl": "https://x/"}
        said = network.post("/voice/fallback", form).get_data(as_text=True)
        assert "Something went wrong on our side." in said
        assert PERSON in said

    def test_without_an_election_the_line_says_so(self, parts):
        network = Network(create_app(parts=parts).test_client())
        assert network.dial().hears("This line takes no reports yet.")


def _refuse(*_args, **_kwargs):
    raise OSError("refused")


def _break(*_args, **_kwargs):
    raise RuntimeError("broken")


def test_a_mid_call_step_costs_redis_one_read_and_one_write(network, pins, redis):
    phone = network.dial().key(ONE, pins[ONE], "35#")
    with redis.monitor() as monitor:
        phone.key("20#")
        redis.ping()
        commands = []
        for seen in monitor.listen():
            if seen["command"] == "PING":
                break
            if seen["client_type"] != "lua" and seen["command"].split()[0] != "HELLO":
                commands.append(seen["command"].split()[0])
    assert commands == ["EVALSHA", "EVALSHA"]


def test_every_stage_of_a_call_has_its_webhook(network):
    app = network.client.application
    webhooks = app.url_map.bind("line.example.org")
    for stage in Destination:
        found = set()
        for key in (None, 3, "name"):
            with suppress(NotFound):
                endpoint, given = webhooks.match(Continuation(stage, key).path, "POST")
                assert app.view_functions[endpoint].open_to is Who.SIGNED
                assert given.get("stage", Destination.STATUS) is stage
                found.add(given.get("key"))
        assert found, stage
