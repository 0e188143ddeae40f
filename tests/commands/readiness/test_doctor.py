"""`hotline doctor`, `hotline twilio provision` and `hotline backup`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.command_line import Hotline, assert_refused
from tests.operations.readiness.conftest import line, settings
from tests.operations.readiness.whole import LINE, SEED, Whole
from tests.web.switchboard import ACCOUNT, TOKEN

__all__ = ["line", "settings"]  # fixtures


def environment(line: Whole) -> dict[str, str]:
    settings = line.parts.settings
    return {
        "HOTLINE_VAR": str(settings.var),
        "DATABASE_URL": settings.database,
        "REDIS_URL": settings.redis_url,
        "PUBLIC_URL": settings.public_url,
        "HOTLINE_API_BASE": settings.api_base,
        "PIN_PEPPER": settings.pin_pepper.get_secret_value(),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "HOTLINE_SIGNING_KEY": SEED,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HOTLINE_STAFF_LINE": settings.staff_line,
        "HOTLINE_PERSON_NUMBER": settings.person_number,
    }


def test_a_line_in_good_order(hotline: Hotline, line: Whole) -> None:
    done = hotline("doctor", **environment(line))
    assert done.status == 0, done.stdout
    assert "ok       Roster, PINs: every one of 3 precincts has one\n" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(" 0 wrong, 0 could not be made.")


def test_a_fault_and_the_same_for_programs(hotline: Hotline, line: Whole) -> None:
    line.network.reroute_number(line.number(), {"VoiceFallbackUrl": ""})
    done = hotline("doctor", **environment(line))
    assert done.status == 1
    assert "WRONG    Telephone network, fallback: no fallback URL" in done.stdout
    assert "         -> Run hotline twilio provision" in done.stdout
    found = json.loads(hotline("doctor", "--json", **environment(line)).stdout)
    assert found["ready"] is False
    (check,) = [check for check in found["checks"] if check["name"] == "fallback"]
    assert (check["area"], check["state"]) == ("Telephone network", "wrong")


def test_an_environment_that_is_not_fit(hotline: Hotline) -> None:
    done = hotline("doctor", HOTLINE_CARRIER="twilio")
    assert done.status == 1
    assert "WRONG    Machine, settings: HOTLINE_CARRIER=twilio needs SECRET_KEY" in done.stdout


def test_a_machine_with_nothing_on_it(hotline: Hotline) -> None:
    done = hotline("doctor", PORT="1", HOTLINE_API_BASE="http://127.0.0.1:1")
    assert done.status == 1
    assert "WRONG    Database, schema" in done.stdout
    assert "WRONG    Redis, Redis: cannot be reached" in done.stdout
    assert "WRONG    Telephone network, credentials: the carrier cannot be reached" in done.stdout


def test_provisioning_says_first_what_it_would_do(hotline: Hotline, line: Whole) -> None:
    given = environment(line)
    assert hotline("twilio", "provision", **given).stdout.endswith("Nothing to change.\n")
    wrong = "https://elsewhere.example.org/"
    line.network.reroute_number(line.number(), {"SmsUrl": wrong})
    ours = f"{given['PUBLIC_URL']}/sms/answer"

    dry = hotline("twilio", "provision", **given)
    assert f"{LINE}  chairs' line\n  a message comes in: {wrong} -> {ours}\n" in dry.stdout
    assert dry.stdout.endswith("Nothing is changed yet. With --apply it is.\n")
    assert hotline("twilio", "provision", **given).stdout == dry.stdout

    assert hotline("twilio", "provision", "--apply", **given).stdout.endswith(
        "Changed: 1 of 3 numbers.\n"
    )
    assert hotline("twilio", "provision", "--apply", **given).stdout.endswith(
        "Nothing to change.\n"
    )


def test_provisioning_refuses_a_number_that_is_not_ours(hotline: Hotline, line: Whole) -> None:
    done = hotline("twilio", "provision", "+15155550155", **environment(line))
    assert_refused(done, "neither the election nor HOTLINE_STAFF_LINE")
    assert "+15155550155" in done.stderr


def test_a_backup(loaded: Hotline, tmp_path: Path) -> None:
    done = loaded("backup", tmp_path / "one.db")
    assert (done.status, done.stdout) == (0, f"Copied to {tmp_path / 'one.db'}.\n")
    assert_refused(loaded("backup", tmp_path / "one.db"), "there already")
