"""Recordings in the sandbox: fetched as a network does, timed, and kept for the page to play."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.problems import Code
from hotline.sandbox.transcript import Played
from tests.recordings import record
from tests.sandbox.webhook import CHAIR, LINE, Reply, Webhook

FILE = "/recordings/en/key-your-pin-1fc06817f8.wav"


@pytest.fixture
def wav(tmp_path: Path) -> bytes:
    return record(tmp_path / "a.wav", 2.0).read_bytes()


@pytest.fixture
def line(webhook: Webhook) -> Webhook:
    webhook.script["/voice/answer"] = (
        f'<Gather numDigits="1" action="/voice/answer"><Play>{webhook.url}{FILE}?v=1</Play>'
        "<Say>Or not.</Say></Gather>"
    )
    return webhook


def test_a_recording_takes_as_long_as_it_is_and_is_fetched_once(
    line: Webhook, exchange: Exchange, wav: bytes
) -> None:
    line.script[FILE] = Reply(wav, content_type="audio/wav")
    call = exchange.dial(CHAIR, LINE)
    (played,) = [entry for entry in call.transcript if isinstance(entry, Played)]
    assert played == Played(f"{line.url}{FILE}?v=1", seconds=2.0)
    assert call.last_heard == "Or not."
    assert 2.0 < call.seconds < 5.0
    exchange.dial(CHAIR, LINE).press("1")
    assert [path for path in line.paths if path.startswith(FILE)] == [f"{FILE}?v=1"]
    assert call.played_file(played).content == wav
    assert not call.problems


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=404), Code.HTTP_ERROR_STATUS),
        (Reply("<html/>", content_type="text/html"), Code.CONTENT_TYPE),
        (Reply(drop=True), Code.PROTOCOL_VIOLATION),
    ],
)
def test_one_that_cannot_be_had_is_a_warning(
    line: Webhook, exchange: Exchange, reply: Reply, code: Code
) -> None:
    line.script[FILE] = reply
    call = exchange.dial(CHAIR, LINE)
    assert [(p.code, p.warning) for p in call.problems] == [(code, True)]
    assert call.last_heard == "Or not."
    assert not call.ended


def test_keys_ahead_cut_it(line: Webhook, exchange: Exchange, wav: bytes) -> None:
    line.script[FILE] = Reply(wav, content_type="audio/wav")
    call = exchange.dial(CHAIR, LINE).press("12")
    assert [entry.cut for entry in call.transcript if isinstance(entry, Played)][:2] == [
        False,
        True,
    ]
