"""The environment: what is needed, what is refused, and what the sandbox makes up."""

from __future__ import annotations

import json
import stat

import pytest

from config.settings import NEEDED_IN_PRODUCTION, SettingsError, load

PRODUCTION = {
    "HOTLINE_CARRIER": "twilio",
    "SECRET_KEY": "s",
    "PIN_PEPPER": "p",
    "PUBLIC_URL": "https://line.example.org/",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "new, old",
    "TWILIO_API_KEY": "SK0",
    "TWILIO_API_SECRET": "k",
    "HOTLINE_SIGNING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "DATABASE_URL": "postgresql+psycopg://db/hotline",
    "REDIS_URL": "redis://r/0",
    "HOTLINE_PROXIES": "0",
}


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch, tmp_path):
    for name in (*PRODUCTION, "PORT", "HOTLINE_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path / "var"))


@pytest.fixture
def production(monkeypatch):
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("production")
def test_production_as_it_should_be():
    settings = load()
    assert settings.url == "https://line.example.org"
    assert settings.auth_tokens == ("new", "old")
    assert settings.api == ""


@pytest.mark.parametrize("name", NEEDED_IN_PRODUCTION)
def test_production_does_not_start_without_a_secret(production, name):
    production.delenv(name)
    with pytest.raises(SettingsError, match=name):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://line.example.org"),
        ("PUBLIC_URL", "https://line.example.org/hotline"),
        ("PORT", "0"),
        ("PORT", "many"),
        ("HOTLINE_CARRIER", "twillio"),
        ("HOTLINE_PERSON_NUMBER", "515-555-0100"),
        ("HOTLINE_KEY_SECONDS", "-1"),
        ("HOTLINE_SIGNING_KEY", "c2hvcnQ="),
        ("HOTLINE_SIGNING_KEY", "not base64"),
    ],
)
def test_what_is_malformed_is_named(production, name, value):
    production.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load()


def test_no_refusal_repeats_a_secret(production):
    production.setenv("PORT", "x")
    with pytest.raises(SettingsError) as refused:
        load()
    assert "old" not in str(refused.value)


def test_the_sandbox_makes_up_its_secrets_once(tmp_path):
    first, second = load(), load()
    assert first.pin_pepper.get_secret_value()
    assert first.pin_pepper == second.pin_pepper
    assert first.auth_tokens == second.auth_tokens
    kept = tmp_path / "var" / "sandbox-secrets.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_secrets_of_an_earlier_version_get_a_signing_key_that_stays(tmp_path):
    load()
    kept = tmp_path / "var" / "sandbox-secrets.json"
    older = json.loads(kept.read_text())
    del older["HOTLINE_SIGNING_KEY"]
    kept.write_text(json.dumps(older))

    assert load().signing_key.get_secret_value()
    assert load().signing_key == load().signing_key


def test_two_sandboxes_have_different_secrets(tmp_path):
    one, other = load(var=tmp_path / "one"), load(var=tmp_path / "other")
    assert one.auth_tokens != other.auth_tokens


def test_damaged_secrets_are_named(tmp_path):
    load()
    (tmp_path / "var" / "sandbox-secrets.json").write_text("{")
    with pytest.raises(SettingsError, match=r"sandbox-secrets\.json"):
        load()


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/x",
        "http://10.0.0.1/x",
        "ftp://127.0.0.1/x",
        "hooks.example.org",
        "https://",
        "https://[",
    ],
)
def test_alerts_are_posted_to_no_address_that_others_may_listen_at(tmp_path, url):
    with pytest.raises(SettingsError, match="HOTLINE_ALERT_URL"):
        load(var=tmp_path, alert_url=url, alert_secret="s")


def test_alerts_may_be_posted_to_this_machine_in_the_sandbox_only(tmp_path, production):
    here = "http://127.0.0.1:9000/x"
    assert load(var=tmp_path, alert_url=here, alert_secret="s", carrier="sandbox").alert_url == here
    with pytest.raises(SettingsError, match="HOTLINE_ALERT_URL"):
        load(alert_url=here, alert_secret="s")


def test_alerts_are_posted_with_a_signature_or_not_at_all(tmp_path):
    with pytest.raises(SettingsError, match="HOTLINE_ALERT_SECRET"):
        load(var=tmp_path, alert_url="https://hooks.example.org/x")
