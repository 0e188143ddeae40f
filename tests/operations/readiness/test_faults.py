"""Faults, each really planted, and what the doctor says of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from redis import Redis
from rq.utils import utcformat
from sqlalchemy import delete

from app import create_app
from hotline.operations.admission import switches
from hotline.operations.admission.switches import Switch
from hotline.operations.context import AppContext, connect_redis, utc_now
from hotline.operations.readiness import doctor
from hotline.operations.reports.ledgers import open_ledger
from hotline.store.database import writing
from hotline.store.queues import QueueName
from hotline.store.roster import readiness_calls
from hotline.store.schema import tables
from hotline.store.schema.desk_tables import account
from hotline.store.upkeep import sweeps
from hotline.telephony.numbers import Destinations
from tests.calls.dialogue import code
from tests.operations.readiness.whole import LINE, STAFF, Whole, tomorrows

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def evicting(redis: Redis) -> Iterator[None]:
    redis.config_set("maxmemory-policy", "allkeys-lru")
    yield
    redis.config_set("maxmemory-policy", "noeviction")


# --- Redis and the machine


def test_a_redis_that_throws_away_what_it_likes(line: Whole, evicting: None) -> None:
    state, seen, mend = line.finds("eviction")
    assert (state, seen.split(",")[0]) == ("wrong", "allkeys-lru")
    assert "noeviction" in mend


def test_a_redis_that_is_nearly_full(line: Whole, redis: Redis) -> None:
    redis.config_set("maxmemory", redis.info("memory")["used_memory"] * 10 // 9)
    try:
        state, _, mend = line.finds("eviction")
    finally:
        redis.config_set("maxmemory", 0)
    assert state == "wrong"
    assert "maxmemory" in mend


def test_a_redis_that_is_full(line: Whole, redis: Redis) -> None:
    redis.config_set("maxmemory", 1)
    try:
        state, seen, mend = line.finds("Redis")
    finally:
        redis.config_set("maxmemory", 0)
    assert (state, seen.split(":")[0]) == ("wrong", "takes no writes")
    assert "maxmemory" in mend


def test_no_redis(line: Whole, tmp_path: Path) -> None:
    parts = line.parts
    with connect_redis(f"unix://{tmp_path / 'nobody'}") as client:
        line.parts = AppContext(parts.settings, parts.engine, client, parts.now)
        found = line.examine()
    assert found["Redis"].state == "wrong"
    assert found["worker for tabulation"].state == "could not be checked"
    assert found["PINs"].state == "ok"


def test_a_clock_that_is_ahead(line: Whole) -> None:
    parts = line.parts
    later = lambda: utc_now() + timedelta(minutes=5)  # noqa: E731
    line.parts = AppContext(parts.settings, parts.engine, parts.redis, later)
    state, seen, mend = line.finds("clock")
    assert state == "wrong"
    assert "Redis -300" in seen
    assert "carrier -" in seen
    assert "NTP" in mend


def test_a_clock_that_is_a_little_off(line: Whole) -> None:
    parts = line.parts
    line.parts = AppContext(
        parts.settings, parts.engine, parts.redis, lambda: utc_now() - timedelta(seconds=8)
    )
    assert line.finds("clock")[0] == "warning"


def test_a_disk_that_is_full(line: Whole) -> None:
    line.change(disk_mb=10**9)
    state, _, mend = line.finds("disk")
    assert state == "wrong"
    assert "HOTLINE_DISK_MB" in mend


def test_backups(line: Whole, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    line.change(backup_dir=folder)
    assert line.finds("backups")[0] == "wrong"
    folder.mkdir()
    (folder / ".half.part").write_text("")
    assert line.finds("backups")[0] == "wrong"
    made = folder / "hotline.db"
    made.write_text("x")
    assert line.finds("backups")[:2] == ("ok", "the newest is hotline.db, 0.0 h old")
    os.utime(made, (0, utc_now().timestamp() - 30 * 3600))
    state, seen, _ = line.finds("backups")
    assert (state, seen) == ("warning", "the newest is hotline.db, 30.0 h old")


# --- Processes


def test_a_worker_that_died(line: Whole) -> None:
    line.workers[QueueName.PUBLICATION].register_death()
    found = line.examine()
    assert found["worker for publication"].state == "wrong"
    assert "publisher" in found["worker for publication"].mend
    assert found["worker for tabulation"].state == "ok"


def test_a_worker_that_was_killed(line: Whole, redis: Redis) -> None:
    key = line.workers[QueueName.TABULATION].key
    redis.hset(key, "last_heartbeat", utcformat(utc_now() - timedelta(minutes=4)))
    state, seen, _ = line.finds("worker for tabulation")
    assert (state, seen) == ("wrong", "none for 240 s gives a sign of life")


def test_a_clock_process_that_is_gone(line: Whole, redis: Redis) -> None:
    sweeps.note_sweep(redis, utc_now() - timedelta(minutes=5))
    state, seen, mend = line.finds("last sweep")
    assert (state, seen) == ("wrong", "300 s ago, and one is due every 10 s")
    assert "clock" in mend


def test_a_front_door_that_knows_other_blocks(line: Whole, redis: Redis) -> None:
    redis.hset("hotline:blocks", "=+15155550142", "1:1:1")
    assert line.finds("front door")[0] == "wrong"
    redis.delete("hotline:switches")
    assert line.finds("front door")[0] == "warning"


def test_jobs_that_failed(line: Whole, redis: Redis) -> None:
    redis.zadd("rq:failed:messages", {"job": utc_now().timestamp() + 60})
    assert line.finds("failed jobs")[:2] == ("warning", "1 of messages")


# --- Election and roster


def test_nothing_loaded(line: Whole) -> None:
    with writing(line.parts.engine) as connection:
        connection.execute(tables.election.update().values(active=False))
    line.parts = AppContext(
        *(getattr(line.parts, n) for n in ("settings", "engine", "redis", "now"))
    )
    found = line.examine()
    assert found["election"].seen == "no election is loaded"
    assert found["election"].state == "wrong"
    assert found["languages"].state == "could not be checked"


def test_a_language_without_words(line: Whole) -> None:
    line.load(replace(tomorrows(), languages=("en", "es", "fr")))
    state, seen, _ = line.finds("languages")
    assert state == "wrong"
    assert seen.startswith("not everything can be said in fr (")


def test_an_election_that_is_over(line: Whole) -> None:
    line.load(replace(tomorrows(), date=utc_now().date() - timedelta(days=2)))
    assert line.finds("day")[0] == "warning"


def test_names_that_no_voice_can_say(line: Whole) -> None:
    election = tomorrows()
    one = election.units[code("0001")]
    line.load(replace(election, units=election.units | {one.code: replace(one, name="CF W3 @")}))
    state, seen, _ = line.finds("names")
    assert state == "warning"
    assert one.code in seen


def test_no_line(line: Whole) -> None:
    line.load(replace(tomorrows(), chairs_line="", public_line=""))
    assert line.finds("lines")[0] == "wrong"


def test_a_ledger_for_tests(line: Whole) -> None:
    open_ledger(line.parts, True, "test")
    assert line.finds("ledger")[0] == "warning"


def test_no_pins(line: Whole) -> None:
    with writing(line.parts.engine) as connection:
        connection.execute(delete(tables.pin).where(tables.pin.c.unit_code == code("0002")))
    state, seen, mend = line.finds("PINs")
    assert (state, seen) == ("wrong", f"1 of 3 precincts have no PIN: {code('0002')}")
    assert "hotline pins issue" in mend


def test_an_empty_roster_and_one_with_gaps(line: Whole) -> None:
    with writing(line.parts.engine) as connection:
        connection.execute(delete(tables.chair).where(tables.chair.c.unit_code == code("0001")))
        chair = tables.chair.c.unit_code == code("0002")
        known = tables.chair.select().where(chair)
        (id_,) = (row.id for row in connection.execute(known))
        phones = tables.chair_phone
        connection.execute(delete(phones).where(phones.c.chair_id == id_))
    found = line.examine()
    assert found["chairs"].state == "warning"
    assert code("0001") in found["chairs"].seen
    assert found["telephones"].state == "warning"
    assert code("0002") in found["telephones"].seen
    with writing(line.parts.engine) as connection:
        connection.execute(delete(tables.chair))
    assert line.finds("chairs")[0] == "wrong"


def test_calls_are_counted_until_all_are_ready(line: Whole) -> None:
    election = line.parts.election().election
    for n, unit in enumerate(election.units, 1):
        with writing(line.parts.engine) as connection:
            readiness_calls.add_readiness_call(
                connection, election.id, unit, "CA1", "0101", utc_now()
            )
        state, seen, _ = line.finds("test calls")
        assert seen == f"{n} of 3 precincts are ready, 0 have practiced a report"
        assert state == ("ok" if n == 3 else "warning")


# --- The telephone network


def test_a_number_that_leads_elsewhere(line: Whole) -> None:
    line.network.reroute_number(
        line.number(), {"VoiceUrl": "https://elsewhere.example.org/voice/answer"}
    )
    state, seen, mend = line.finds("numbers")
    assert state == "wrong"
    assert seen == (
        f"{LINE} (chairs' line): its voice URL is https://elsewhere.example.org/voice/answer"
    )
    assert "provision" in mend


def test_a_number_that_does_not_say_how_to_connect(line: Whole) -> None:
    url = f"{line.parts.settings.url}/voice/answer"
    line.network.reroute_number(line.number(STAFF), {"VoiceUrl": url})
    state, seen, _ = line.finds("numbers")
    assert state == "warning"
    assert STAFF in seen


def test_a_number_that_the_account_does_not_hold(line: Whole) -> None:
    line.change(staff_line="+15155550155")
    state, seen, _ = line.finds("numbers")
    assert (state, seen) == ("wrong", "the account does not hold +15155550155 (staff line)")


def test_a_token_that_is_not_the_web_servers(line: Whole) -> None:
    line.change(auth_token=SecretStr("another"))
    found = line.examine()
    assert found["credentials"].state == "wrong"
    assert found["credentials"].seen.startswith("the carrier does not let us in (401 20003")
    assert found["signed requests"].state == "wrong"
    assert "TWILIO_AUTH_TOKEN" in found["signed requests"].mend
    assert found["unsigned requests"].state == "ok"
    assert found["numbers"].state == "could not be checked"


def test_a_carrier_that_cannot_be_reached(line: Whole) -> None:
    line.change(api_base=NOWHERE)
    found = line.examine()
    assert found["credentials"].state == "wrong"
    assert "cannot be reached" in found["credentials"].seen
    assert found["clock"].state == "ok"


def test_an_address_at_which_nobody_answers(line: Whole) -> None:
    line.change(public_url=NOWHERE)
    found = line.examine()
    wrong = {name for name, check in found.items() if check.state == "wrong"}
    assert wrong == {"address", "signed requests", "unsigned requests", "numbers"}
    assert found["results"].state == "warning"


def test_a_server_that_unfinished_requests_stop(line: Whole) -> None:
    """Its threads read the bodies, and here there is one."""
    unpatient = line.web.app
    turn = Lock()

    def one_at_a_time(environ: dict[str, Any], start: Any) -> Any:
        with turn:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
            return unpatient(environ, start)

    line.web.app = one_at_a_time
    state, seen, _ = line.finds("unfinished requests")
    assert state == "wrong"
    assert "anybody can silence the line" in seen


def test_a_proxy_that_the_settings_do_not_know(line: Whole) -> None:
    inner = line.web.app

    def proxied(environ: dict[str, Any], start: Any) -> Any:
        return inner({**environ, "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, start)

    line.web.app = proxied
    state, seen, mend = line.finds("proxies")
    assert state == "wrong"
    assert "anybody can make everybody wait" in seen
    assert mend == "Set HOTLINE_PROXIES for web higher, by 1."


def test_a_proxy_that_is_not_there(line: Whole) -> None:
    settings = line.parts.settings.model_copy(update={"proxies": 1})
    parts = AppContext(settings, line.parts.engine, line.parts.redis, line.parts.now)
    line.web.app = create_app(parts=parts)
    state, seen, _ = line.finds("proxies")
    assert state == "wrong"
    assert "anybody can choose" in seen


def test_somebody_else_answers_in_our_place(line: Whole) -> None:
    careless = Flask("careless")
    careless.add_url_rule("/<path:any>", "any", lambda any: "", methods=["GET", "POST"])
    line.web.app = careless
    found = line.examine()
    assert found["unsigned requests"].state == "wrong"
    assert found["unsigned requests"].seen == "a request without a signature gets 200"
    assert found["signed requests"].state == "wrong"
    assert found["fallback"].state == "wrong"


def test_a_proxy_that_redirects(line: Whole) -> None:
    redirecting = Flask("redirecting")
    redirecting.add_url_rule(
        "/<path:any>", "any", lambda any: ("", 301, {"Location": "/"}), methods=["GET", "POST"]
    )
    line.web.app = redirecting
    assert line.finds("address")[0] == "wrong"


def test_no_fallback(line: Whole) -> None:
    line.network.reroute_number(line.number(), {"VoiceFallbackUrl": ""})
    found = line.examine()
    assert found["fallback"].state == "wrong"
    assert found["fallback"].seen.startswith("no fallback URL")
    assert found["numbers"].state == "wrong"


def test_a_fallback_on_another_machine_that_is_down(line: Whole) -> None:
    elsewhere = f"{NOWHERE}/voice/fallback"
    line.change(fallback_url=elsewhere)
    for number in line.network.owned_numbers():
        line.network.reroute_number(number.sid, {"VoiceFallbackUrl": elsewhere})
    found = line.examine()
    assert found["fallback"].state == "wrong"
    assert found["numbers"].state == "ok"


def test_another_method_is_another_address() -> None:
    wanted = Destinations(voice="https://line.example.org/voice/answer")
    fetched = Destinations(voice="GET https://line.example.org/voice/answer")
    assert not fetched.leads_to(wanted)
    assert not replace(wanted, instead="application AP1").leads_to(wanted)


# --- People


def test_nobody_with_a_second_factor(line: Whole) -> None:
    with writing(line.parts.engine) as connection:
        connection.execute(account.update().values(totp_secret=None))
    assert line.finds("second factor")[0] == "wrong"


def test_one_person_alone(line: Whole) -> None:
    with writing(line.parts.engine) as connection:
        connection.execute(account.update().where(account.c.name == "sue").values(active=False))
    assert line.finds("second factor")[0] == "warning"


def test_nobody_answers_while_nobody_is_on_shift(line: Whole) -> None:
    line.change(person_number="")
    assert line.finds("desk")[0] == "warning"


def test_a_switch_that_is_on(line: Whole) -> None:
    switches.turn_on(line.parts, Switch.INTAKE_CLOSED, "ann", "not yet", {"en": "Not yet."})
    found = line.examine()
    assert found["switches"].state == "warning"
    assert found["switches"].seen == "close-intake is on by ann: not yet"
    assert found["switches"].mend.startswith("hotline switch off close-intake")
    assert found["front door"].state == "ok"
    assert doctor.is_ready(found.values())
