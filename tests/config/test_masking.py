"""No telephone number, PIN or secret gets into a log, whatever stands around it."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from config import logs
from config.masking import masking
from config.settings import LogFormat, Settings

NUMBERS = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SECRET = "a-secret-of-the-carrier"


def settings(log_format: LogFormat) -> Settings:
    return Settings(
        log_format=log_format,
        auth_token=SecretStr(f"{SECRET}, older-token-too"),
        pin_pepper=SecretStr("black-pepper"),
    )


def logged(log_format: LogFormat, message: str, *arguments: object, error: str = "") -> str:
    """A line, with an exception and its traceback where `error` says what it says."""
    trace = None
    if error:
        try:
            raise ValueError(error)
        except ValueError:
            trace = sys.exc_info()
    record = logging.LogRecord("hotline", logging.INFO, "", 1, message, arguments, trace)
    return logs.formatter(settings(log_format), "web").format(record)


@given(st.text(), NUMBERS, st.text())
def test_no_number_survives(before: str, number: str, after: str) -> None:
    masked = masking()(before + number + after)
    assert number not in masked
    assert not E164.search(masked)


@given(st.sampled_from(LogFormat), NUMBERS, st.text(max_size=20))
def test_no_number_survives_in_a_line_or_its_traceback(
    log_format: LogFormat, number: str, text: str
) -> None:
    line = logged(log_format, "%s: %s", text, {"From": number}, error=f"{text} {number}")
    assert number not in line
    assert "Traceback" in line


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call from +15155550142 ended", "call from …0142 ended"),
        ("From=%2B15155550142&To=", "From=…0142&To="),
        ("+1 (515) 555-0142", "…0142"),
        ("(515) 555-0142 or 515-555-0142", "…0142 or …0142"),
        ("15155550142", "…0142"),
    ],
)
def test_the_last_four_digits_stay(text: str, masked: str) -> None:
    assert masking()(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "call=CA00000000000000000000000000001234 ended",
        "unit 00017 is locked",
        "2026-11-24T23:59:59+0000",
        "swept: Swept(waiting=2, tabulated=2, failed=0, publication=True)",
        "PINs are being guessed all over the line",
        "confirmation 482913",
        "readyz: connection to 127.0.0.1:5432 refused",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masking(["black-pepper"])(text) == text


@pytest.mark.parametrize("before", ["PIN ", "pin=", "'pin': '", "the PIN is ", "Digits=", "pin: "])
@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_no_pin_survives(before: str, pin: str) -> None:
    assert pin not in masking()(f"{before}{pin}' was wrong")


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic {}",
        "'Authorization': 'Bearer {}'",
        "sent Bearer {}",
        "TWILIO_AUTH_TOKEN={}",
        "{{'password': '{}'}}",
        "postgresql+psycopg://hotline:{}@db/hotline",
        "X-Twilio-Signature: {}",
        "X-Hotline-Signature: sha256={}",
    ],
)
@given(st.from_regex(r"[A-Za-z0-9+/]{16,40}={0,2}", fullmatch=True))
def test_no_token_survives(text: str, token: str) -> None:
    assert token not in masking()(text.format(token))


@pytest.mark.parametrize("log_format", LogFormat)
@pytest.mark.parametrize("secret", [SECRET, "older-token-too", "black-pepper"])
def test_secrets_of_the_settings_are_known_by_heart(log_format: LogFormat, secret: str) -> None:
    line = logged(log_format, "odd words %s here", secret, error=f"x{secret}y")
    assert secret not in line


def test_a_line_is_one_object() -> None:
    logs.about(request="r1")
    logs.also_about(call="CA1")
    found = json.loads(logged(LogFormat.JSON, "two\nlines", error="broken"))
    logs.about()

    assert found["message"] == "two\nlines"
    assert (found["level"], found["logger"], found["process"]) == ("INFO", "hotline", "web")
    assert (found["request"], found["call"]) == ("r1", "CA1")
    assert found["exception"].endswith("ValueError: broken")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", found["time"])
    assert found["pid"] == os.getpid()


@pytest.mark.parametrize("log_format", LogFormat)
def test_what_a_process_of_ours_says_is_masked(tmp_path: Path, log_format: LogFormat) -> None:
    """Logged, raised in a thread, and caught by nobody."""
    code = (
        "import logging, threading; from config import logs; from config.settings import load\n"
        "logs.begin(load(), 'test')\n"
        "logging.getLogger('a').info('number %s', '+15155550142')\n"
        "def broken(): raise ValueError('thread +15155550143')\n"
        "t = threading.Thread(target=broken); t.start(); t.join()\n"
        "raise ValueError('main +15155550144')\n"
    )
    environment = os.environ | {
        "HOTLINE_LOG_FORMAT": log_format.value,
        "HOTLINE_VAR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    for last_four in ("0142", "0143", "0144"):
        assert f"…{last_four}" in done.stderr or f"\\u2026{last_four}" in done.stderr
    assert "+1515" not in done.stderr
    if log_format is LogFormat.JSON:
        lines = [json.loads(line) for line in done.stderr.splitlines()]
        assert [line["level"] for line in lines] == ["INFO", "CRITICAL", "CRITICAL"]
