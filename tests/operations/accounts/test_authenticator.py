"""Codes of an authenticator application: the standard's own, and none twice."""

from __future__ import annotations

import json
from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from config.settings import Settings
from hotline.operations.accounts import authenticator

SETTINGS = Settings(secret_key=SecretStr("a key of thirty-two characters!!"))
KEPT = (
    '{"enckey":{"c":14,"k":"MTCBWIXIR3JROXKB7K2ZARPR55QSIV3J","s":"MGGPCPQHACAJA4QOIFEA",'
    '"t":"1","v":1},"type":"totp","v":1}'
)
"""As passlib has written it, and what it made of it."""
KEY = "LCFRDIRUIYECCBDARSIXFTXZ37N7W75P"
AT = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)
STEP = 52_692_600


def test_secrets_that_are_kept_stay_valid() -> None:
    assert authenticator.current_code(SETTINGS, KEPT, AT) == "828075"
    assert authenticator.step_of(SETTINGS, KEPT, "828075", AT, None) == STEP
    assert authenticator.readable_key(SETTINGS, KEPT).replace("-", "") == KEY
    assert authenticator.uri(SETTINGS, KEPT, "ann") == (
        f"otpauth://totp/Hotline:ann?secret={KEY}&issuer=Hotline"
    )


def test_a_new_secret_has_the_same_form_and_is_another_each_time() -> None:
    one, other = (authenticator.make_secret(SETTINGS) for _ in range(2))

    assert one != other
    old, new = json.loads(KEPT), json.loads(one)
    assert new.keys() == old.keys()
    assert new["enckey"].keys() == old["enckey"].keys()
    assert len(authenticator.readable_key(SETTINGS, one).replace("-", "")) == len(KEY)
    code = authenticator.current_code(SETTINGS, one, AT)
    assert authenticator.step_of(SETTINGS, one, code, AT, None) == STEP


def test_whoever_has_another_secret_key_reads_nothing() -> None:
    other = Settings(secret_key=SecretStr("another key of thirty-two letters"))

    assert authenticator.readable_key(other, KEPT).replace("-", "") != KEY
    assert authenticator.step_of(other, KEPT, "828075", AT, None) is None


@pytest.mark.parametrize(
    ("seconds", "right"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)]
)
def test_a_clock_may_be_off_by_one_code(seconds: int, right: bool) -> None:
    at = AT + timedelta(seconds=seconds)

    assert (authenticator.step_of(SETTINGS, KEPT, "828075", at, None) == STEP) is right


@pytest.mark.parametrize(
    ("last", "right"), [(None, True), (STEP - 1, True), (STEP, False), (STEP + 1, False)]
)
def test_a_code_is_right_only_after_the_last_one(last: int | None, right: bool) -> None:
    found = authenticator.step_of(SETTINGS, KEPT, "828075", AT, last)

    assert found == (STEP if right else None)


@pytest.mark.parametrize("code", ["", "82807", "0828075", "82807\u0665", " 828075", "abcdef"])
def test_what_is_not_the_code_is_wrong(code: str) -> None:
    assert authenticator.step_of(SETTINGS, KEPT, code, AT, None) is None


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_234_567_890, "005924"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, the last six of its eight digits."""
    kept = authenticator.encrypt(SETTINGS, b32encode(b"12345678901234567890").decode())

    assert authenticator.current_code(SETTINGS, kept, datetime.fromtimestamp(seconds, UTC)) == code
