"""The transcripts of whole calls say what chairs hear and what is filed: see transcript.py."""

from __future__ import annotations

import os

import pytest

from config.settings import Settings
from hotline.operations.context import AppContext, connect_redis
from tests.calls.transcript import FOLDER, Played
from tests.operations.loaded import PEPPER
from tests.web.telephone.network import BASE, PERSON, TOKEN

TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
NAMES = sorted({path.name.split(".")[0] for path in TRANSCRIPTS})


@pytest.fixture
def parts(tmp_path, engine, redis_url, redis, clock):
    settings = Settings(
        signing_key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        var=tmp_path,
        pin_pepper=PEPPER,
        secret_key="s",
        public_url=BASE,
        auth_token=TOKEN,
        account_sid="AC0",
        person_number=PERSON,
    )
    return AppContext(settings, engine, connect_redis(redis_url), clock)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_call_goes_as_it_is_written(path, parts, clock):
    written = path.read_text(encoding="utf-8")
    played = Played(parts, clock).play(written)
    if os.environ.get("TRANSCRIPTS") == "write":
        path.write_text(played, encoding="utf-8")
    assert played.splitlines() == written.splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_every_call_is_written_in_both_languages(name):
    assert (FOLDER / f"{name}.en.txt").exists()
    assert (FOLDER / f"{name}.es.txt").exists()
