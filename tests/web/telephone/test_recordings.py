"""Recorded prompts on a call: what is played is served, and nothing else of the folder is."""

from __future__ import annotations

import re
import shutil
from html import unescape

import pytest

from app import create_app
from hotline.calls.recorded.phrases import Phrase
from hotline.calls.recorded.recording_list import file_of, recordings_for
from hotline.operations.context import AppContext
from hotline.operations.reports import filing
from hotline.sandbox.transcript import Played
from tests.recordings import record, record_all
from tests.web.switchboard import desk, settings_of
from tests.web.telephone.network import BASE, CHAIR, ONE, REPORT, TWO, Network

PIN = file_of(Phrase("Key your PIN", "en"))


@pytest.fixture
def folder(settings):
    return settings.recordings


@pytest.fixture
def client(parts, pins):
    return create_app(parts=parts).test_client()


def fetch(client, path, **headers):
    """The answer, read and closed."""
    served = client.get(f"/recordings/{path}", headers=headers)
    assert served.data is not None
    served.close()
    return served


def plays(phone):
    return [unescape(url) for url in re.findall(r"<Play>([^<]*)</Play>", phone.twiml)]


@pytest.mark.parametrize("language_key", ["", "9#"], ids=["English", "Spanish"])
def test_a_whole_call_is_played(parts, pins, election, ledger, folder, language_key):
    """From the greeting to the confirmation number, nothing is left to the voice."""
    wanted = recordings_for(election, parts.settings.results_address)
    record_all(folder, wanted)
    client = create_app(parts=parts).test_client()
    phone = Network(client).dial()
    if language_key:
        phone.key(language_key)
    spoken, played = [phone.twiml], plays(phone)
    for keys in (ONE, pins[ONE], *REPORT):
        phone.key(keys)
        spoken.append(phone.twiml)
        played += plays(phone)
    phone.key("1", TWO)  # another precinct
    spoken.append(phone.twiml)
    assert filing.standing(parts, ledger, ONE)
    assert not [twiml for twiml in spoken if "<Say" in twiml]
    last = "es" if language_key else "en"
    assert all(url.startswith(f"{BASE}/recordings/{last}/") for url in played[-20:])
    for url in set(played):
        assert fetch(client, url.removeprefix(f"{BASE}/recordings/")).status_code == 200


def test_a_missing_recording_is_spoken_within_the_call(parts, pins, election, folder):
    record_all(folder, recordings_for(election))
    (folder / file_of(Phrase("Adair", "en"))).unlink()
    phone = Network(create_app(parts=parts).test_client()).dial(CHAIR)
    inside = re.search(r"<Gather[^>]*>(.*)</Gather>", phone.twiml)[1]
    names = re.sub(
        r"<Play>[^<]*/(?:en|es)/([a-z0-9-]*)-[0-9a-f]{10}\.wav[^<]*</Play>", r"♪\1 ", inside
    )
    assert re.sub(r"<Say[^>]*>([^<]*)</Say>", r"[\1] ", names).split("♪reporting-for ")[1] == (
        "[Adair,] ♪one ♪key-your-pin-if-not-2-pound "
    )


def test_a_recording_is_served_to_be_kept(client, folder):
    record(folder / PIN, 0.5)
    served = fetch(client, f"{PIN}?v=1")
    assert served.data == (folder / PIN).read_bytes()
    assert served.mimetype == "audio/wav"
    assert served.cache_control.public
    assert served.cache_control.immutable
    assert served.cache_control.max_age > 86_400
    assert "Set-Cookie" not in served.headers
    again = fetch(client, PIN, **{"If-None-Match": served.headers["ETag"]})
    assert again.status_code == 304
    part = fetch(client, PIN, Range="bytes=0-43")
    assert (part.status_code, len(part.data)) == (206, 44)


@pytest.mark.parametrize(
    "path",
    [
        "en/prompts.csv",
        "en/../../sandbox-secrets.json",
        "..%2f..%2fetc/passwd",
        "en/..%2f..%2fsecret-0123456789.wav",
        "../secret-0123456789.wav",
        "EN/a-0123456789.wav",
        "en/link-0123456789.txt",
        "en/a-0123456789.wav/",
        "en/nothing-0123456789.wav",
        "xx/nothing-0123456789.wav",
    ],
)
def test_nothing_else_is_served(client, folder, settings, path):
    record(folder / PIN)
    record(settings.var / "secret-0123456789.wav")
    (folder / "en" / "prompts.csv").write_text("file,language")
    assert fetch(client, path).status_code == 404


def test_without_a_folder_there_are_none(client, folder):
    shutil.rmtree(folder, ignore_errors=True)
    assert fetch(client, PIN).status_code == 404


def test_they_are_served_without_database_and_redis(parts, folder, engine, redis):
    record(folder / PIN)
    client = create_app(parts=parts).test_client()
    redis.flushall()
    engine.dispose()
    assert fetch(client, PIN).status_code == 200


def test_a_copy_elsewhere_is_played_from_there(parts, pins, election, folder):
    settings = parts.settings.model_copy(update={"recordings_url": "https://files.example.org/p/"})
    record_all(folder, recordings_for(election))
    whole = type(parts)(settings, parts.engine, parts.redis, parts.now)
    phone = Network(create_app(parts=whole).test_client()).dial()
    assert all(url.startswith("https://files.example.org/p/") for url in plays(phone))


def test_the_sandbox_fetches_what_it_plays(parts, pins, election):
    """Signed webhooks and files over HTTP, as a telephone network has them."""
    settings = settings_of(parts.settings.var, parts.settings.pin_pepper.get_secret_value())
    record_all(settings.recordings, recordings_for(election))
    with desk(AppContext(settings, parts.engine, parts.redis, parts.now)) as whole:
        call = whole.dial(CHAIR)
        assert not call.problems
        assert call.heard == []
        played = [entry for entry in call.transcript if isinstance(entry, Played)]
        names = [
            re.search(r"/en/([a-z0-9-]+)-[0-9a-f]{10}\.wav", entry.url) for entry in played[-4:]
        ]
        assert [name and name[1] for name in names] == [
            "reporting-for",
            "adair",
            "one",
            "key-your-pin-if-not-2-pound",
        ]
        assert all(entry.seconds > 0.2 for entry in played)
        assert call.seconds > 2
