"""What came with a text message is fetched from the carrier alone, and not without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, redirect, request

from hotline.telephony.network import CarrierBusy, MediaMissing, MediaRefused
from hotline.telephony.twilio.media import TwilioMedia
from tests.served import served


@pytest.fixture
def app() -> Flask:
    return Flask("media")


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    with served(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def media(base: str) -> TwilioMedia:
    return TwilioMedia("AC1", "secret", base, most=100_000)


def answering(app: Flask, view: Callable[[], object]) -> None:
    app.add_url_rule("/there", "there", view)  # type: ignore[arg-type]


def test_it_is_fetched_with_the_accounts_credentials(
    app: Flask, base: str, media: TwilioMedia
) -> None:
    answering(app, lambda: f"{request.authorization.username}:{request.authorization.password}")
    assert media.fetch(f"{base}/there") == b"AC1:secret"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/there",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://api.twilio.com/there",
        "//there",
        "",
        "http://[",
    ],
)
def test_nothing_is_fetched_from_elsewhere(media: TwilioMedia, url: str) -> None:
    with pytest.raises(MediaRefused, match="not the carrier's"):
        media.fetch(url)


def test_an_address_that_only_looks_like_the_carriers_is_not(base: str, media: TwilioMedia) -> None:
    for url in (f"{base}@example.org/", f"{base}.example.org/", base.replace("http", "https")):
        assert not media.is_ours(url)
    twilio = TwilioMedia("AC1", "secret")
    assert twilio.is_ours("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1")
    assert not twilio.is_ours("http://api.twilio.com/2010-04-01/")


def test_it_is_not_sent_on_to_elsewhere(app: Flask, base: str, media: TwilioMedia) -> None:
    answering(app, lambda: redirect("http://169.254.169.254/", 307))
    with pytest.raises(MediaRefused, match="sent on to an address"):
        media.fetch(f"{base}/there")


def test_it_is_not_sent_on_for_ever(app: Flask, base: str, media: TwilioMedia) -> None:
    answering(app, lambda: redirect("/there", 307))
    with pytest.raises(MediaRefused, match="too often"):
        media.fetch(f"{base}/there")


def test_no_more_is_read_than_a_picture_may_have(app: Flask, base: str, media: TwilioMedia) -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        for _ in range(1_000):
            sent.append(1)
            yield b"x" * 10_000

    answering(app, lambda: Response(endless()))
    with pytest.raises(MediaRefused, match="too large"):
        media.fetch(f"{base}/there")
    assert len(sent) < 1_000


@pytest.mark.parametrize("status", [400, 401, 403, 410])
def test_what_is_not_to_be_had_is_refused(app, base, media, status) -> None:
    answering(app, lambda: ("", status))
    with pytest.raises(MediaRefused, match=str(status)):
        media.fetch(f"{base}/there")


def test_what_is_not_there_may_come(app, base, media) -> None:
    answering(app, lambda: ("", 404))
    with pytest.raises(MediaMissing, match="404"):
        media.fetch(f"{base}/there")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_go_later_is_tried_later(app, base, media, status) -> None:
    answering(app, lambda: ("", status))
    with pytest.raises(CarrierBusy):
        media.fetch(f"{base}/there")


def test_a_carrier_that_is_down_is_tried_later() -> None:
    with pytest.raises(CarrierBusy):
        TwilioMedia("AC1", "secret", "http://127.0.0.1:1").fetch("http://127.0.0.1:1/there")
