"""Every setting, from the environment, typed: the one home of names, defaults and refusals.

`docs/settings.md` explains each for operators; a test keeps the two in step.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from hotline.telephones import read_telephone


class CarrierName(StrEnum):
    """Which telephone network carries the calls."""

    SANDBOX = "sandbox"  # the stand-in that comes with the program; nothing leaves the machine
    TWILIO = "twilio"


class SecondFactor(StrEnum):
    """When a borrowed phone needs a code sent to the unit's own phone, besides the PIN."""

    ALARM = "alarm"  # only while PINs are being guessed all over the line
    ALWAYS = "always"


class SecondReviewer(StrEnum):
    """Which decisions on reports a second person has to agree to."""

    COUNTS = "counts"  # those that change what is counted
    ALWAYS = "always"
    NEVER = "never"


class LogFormat(StrEnum):
    """What a line of the log is."""

    TEXT = "text"
    JSON = "json"  # one object


class SettingsError(ValueError):
    """The environment is not fit to start with; the message names what to mend."""


NEEDED_IN_PRODUCTION = (
    "SECRET_KEY",
    "PIN_PEPPER",
    "PUBLIC_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY",
    "TWILIO_API_SECRET",
    "HOTLINE_SIGNING_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "HOTLINE_PROXIES",
)
"""What `twilio` mode refuses to start without."""

SANDBOX_SECRETS = (
    "SECRET_KEY",
    "PIN_PEPPER",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "HOTLINE_SIGNING_KEY",
)
"""What the sandbox makes up for itself, once, and keeps under var/."""

SEED_BYTES = 32


def _is_seed(value: SecretStr) -> SecretStr:
    """An Ed25519 seed in base64, or nothing."""
    given = value.get_secret_value()
    try:
        size = len(base64.b64decode(given, validate=True))
    except ValueError:
        size = -1
    if given and size != SEED_BYTES:
        raise ValueError(f"is not {SEED_BYTES} bytes in base64; hotline ledger key --new makes one")
    return value


def _telephone(value: str) -> str:
    """A telephone with its country's code, in E.164, or nothing."""
    return read_telephone(value) if value.strip() else ""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    carrier: Annotated[CarrierName, Field(alias="HOTLINE_CARRIER")] = CarrierName.SANDBOX
    var: Annotated[Path, Field(alias="HOTLINE_VAR")] = Path("var")
    port: Annotated[int, Field(alias="PORT", ge=1, le=65535)] = 8000
    host: Annotated[str, Field(alias="HOTLINE_HOST", pattern=r"^[\w.-]{0,64}$")] = ""

    database_url: Annotated[str, Field(alias="DATABASE_URL")] = ""
    redis_url: Annotated[str, Field(alias="REDIS_URL")] = ""
    secret_key: Annotated[SecretStr, Field(alias="SECRET_KEY")] = SecretStr("")
    pin_pepper: Annotated[SecretStr, Field(alias="PIN_PEPPER")] = SecretStr("")
    signing_key: Annotated[
        SecretStr, AfterValidator(_is_seed), Field(alias="HOTLINE_SIGNING_KEY")
    ] = SecretStr("")
    public_url: Annotated[str, Field(alias="PUBLIC_URL")] = ""

    account_sid: Annotated[str, Field(alias="TWILIO_ACCOUNT_SID")] = ""
    auth_token: Annotated[SecretStr, Field(alias="TWILIO_AUTH_TOKEN")] = SecretStr("")
    api_key: Annotated[str, Field(alias="TWILIO_API_KEY")] = ""
    api_secret: Annotated[SecretStr, Field(alias="TWILIO_API_SECRET")] = SecretStr("")
    api_base: Annotated[str, Field(alias="HOTLINE_API_BASE")] = ""

    backup_dir: Annotated[Path | None, Field(alias="HOTLINE_BACKUP_DIR")] = None
    disk_mb: Annotated[int, Field(alias="HOTLINE_DISK_MB", ge=1)] = 1000

    person_number: Annotated[
        str, AfterValidator(_telephone), Field(alias="HOTLINE_PERSON_NUMBER")
    ] = ""
    fallback_url: Annotated[str, Field(alias="HOTLINE_FALLBACK_URL")] = ""
    staff_line: Annotated[str, AfterValidator(_telephone), Field(alias="HOTLINE_STAFF_LINE")] = ""
    dial_seconds: Annotated[int, Field(alias="HOTLINE_DIAL_SECONDS", ge=5, le=120)] = 25
    key_seconds: Annotated[int, Field(alias="HOTLINE_KEY_SECONDS", ge=1, le=60)] = 5
    capacity: Annotated[int, Field(alias="HOTLINE_CAPACITY", ge=1, le=100_000)] = 250
    strangers_share: Annotated[int, Field(alias="HOTLINE_STRANGERS_SHARE", ge=0, le=100)] = 40
    public_share: Annotated[int, Field(alias="HOTLINE_PUBLIC_SHARE", ge=0, le=100)] = 20
    stranger_calls: Annotated[int, Field(alias="HOTLINE_STRANGER_CALLS", ge=1, le=20)] = 3
    stranger_calls_at_once: Annotated[
        int, Field(alias="HOTLINE_STRANGER_CALLS_AT_ONCE", ge=1, le=1000)
    ] = 12
    stranger_minutes: Annotated[int, Field(alias="HOTLINE_STRANGER_MINUTES", ge=1, le=60)] = 10
    away_minutes: Annotated[int, Field(alias="HOTLINE_AWAY_MINUTES", ge=1, le=1440)] = 15
    away_hours_max: Annotated[int, Field(alias="HOTLINE_AWAY_HOURS_MAX", ge=1, le=168)] = 24
    withheld_calls: Annotated[int, Field(alias="HOTLINE_WITHHELD_CALLS", ge=1, le=1000)] = 60
    strangers_to_person: Annotated[
        int, Field(alias="HOTLINE_STRANGERS_TO_PERSON", ge=0, le=1000)
    ] = 6
    verified_hours: Annotated[int, Field(alias="HOTLINE_VERIFIED_HOURS", ge=1, le=72)] = 12
    unverified_seconds: Annotated[int, Field(alias="HOTLINE_UNVERIFIED_SECONDS", ge=30, le=600)] = (
        90
    )
    call_minutes: Annotated[int, Field(alias="HOTLINE_CALL_MINUTES", ge=2, le=120)] = 20
    unit_guesses: Annotated[int, Field(alias="HOTLINE_UNIT_GUESSES", ge=3, le=1000)] = 10
    phone_guesses: Annotated[int, Field(alias="HOTLINE_PHONE_GUESSES", ge=3, le=1000)] = 10
    line_guesses: Annotated[int, Field(alias="HOTLINE_LINE_GUESSES", ge=10, le=10_000)] = 60
    alarm_minutes: Annotated[int, Field(alias="HOTLINE_ALARM_MINUTES", ge=1, le=240)] = 10
    second_factor: Annotated[SecondFactor, Field(alias="HOTLINE_SECOND_FACTOR")] = (
        SecondFactor.ALARM
    )
    text_reply_minutes: Annotated[int, Field(alias="HOTLINE_TEXT_REPLY_MINUTES", ge=1, le=1440)] = (
        10
    )
    review_second: Annotated[SecondReviewer, Field(alias="HOTLINE_REVIEW_SECOND")] = (
        SecondReviewer.COUNTS
    )
    results_url: Annotated[str, Field(alias="HOTLINE_RESULTS_URL")] = ""
    numbers_hours: Annotated[int, Field(alias="HOTLINE_NUMBERS_HOURS", ge=1, le=8760)] = 72
    calls_days: Annotated[int, Field(alias="HOTLINE_CALLS_DAYS", ge=1, le=3650)] = 90
    price_voice: Annotated[float, Field(alias="HOTLINE_PRICE_VOICE", ge=0, le=10)] = 0.0085
    price_dial: Annotated[float, Field(alias="HOTLINE_PRICE_DIAL", ge=0, le=10)] = 0.014
    price_text: Annotated[float, Field(alias="HOTLINE_PRICE_TEXT", ge=0, le=10)] = 0.0083

    call_hours: Annotated[float, Field(alias="HOTLINE_CALL_HOURS", gt=0, le=168)] = 4
    draft_hours: Annotated[float, Field(alias="HOTLINE_DRAFT_HOURS", gt=0, le=720)] = 48
    voices: Annotated[dict[str, str], Field(alias="HOTLINE_VOICES")] = {}
    speech_rate: Annotated[int, Field(alias="HOTLINE_SPEECH_RATE", ge=50, le=200)] = 100
    recordings_dir: Annotated[Path | None, Field(alias="HOTLINE_RECORDINGS")] = None
    recordings_url: Annotated[str, Field(alias="HOTLINE_RECORDINGS_URL")] = ""
    publish_seconds: Annotated[float, Field(alias="HOTLINE_PUBLISH_SECONDS", ge=0.05)] = 0.3
    sweep_seconds: Annotated[float, Field(alias="HOTLINE_SWEEP_SECONDS", ge=0.5)] = 10
    idle_minutes: Annotated[int, Field(alias="HOTLINE_IDLE_MINUTES", ge=5, le=720)] = 30
    session_hours: Annotated[int, Field(alias="HOTLINE_SESSION_HOURS", ge=1, le=72)] = 12
    proxies: Annotated[int | None, Field(alias="HOTLINE_PROXIES", ge=0, le=5)] = None
    pages_socket: Annotated[Path | None, Field(alias="HOTLINE_PAGES_SOCKET")] = None
    voice_processes: Annotated[int, Field(alias="HOTLINE_VOICE_PROCESSES", ge=1, le=64)] = 2
    voice_threads: Annotated[int, Field(alias="HOTLINE_VOICE_THREADS", ge=1, le=128)] = 4
    web_processes: Annotated[int, Field(alias="HOTLINE_WEB_PROCESSES", ge=1, le=64)] = 2
    web_threads: Annotated[int, Field(alias="HOTLINE_WEB_THREADS", ge=1, le=128)] = 4

    alert_url: Annotated[str, Field(alias="HOTLINE_ALERT_URL")] = ""
    alert_secret: Annotated[SecretStr, Field(alias="HOTLINE_ALERT_SECRET")] = SecretStr("")
    metrics_token: Annotated[SecretStr, Field(alias="HOTLINE_METRICS_TOKEN")] = SecretStr("")
    log_format: Annotated[LogFormat, Field(alias="HOTLINE_LOG_FORMAT")] = LogFormat.TEXT

    @property
    def sandbox(self) -> bool:
        return self.carrier is CarrierName.SANDBOX

    @cached_property
    def auth_tokens(self) -> tuple[str, ...]:
        """The token in use and, while it is being rotated, the other one."""
        value = self.auth_token.get_secret_value()
        return tuple(token.strip() for token in value.split(",") if token.strip())

    @property
    def recordings(self) -> Path:
        """The folder of what is played instead of spoken."""
        return self.recordings_dir or self.var / "recordings"

    @property
    def recordings_address(self) -> str:
        """Where the telephone network fetches them: from us, or from a copy of the folder."""
        return self.recordings_url.rstrip("/") or f"{self.url}/recordings"

    @property
    def proxies_before_pages(self) -> int:
        """How many of X-Forwarded-For to believe: what passes pages on adds one more."""
        return (self.proxies or 0) + (self.pages_socket is not None)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.var.resolve() / 'hotline.db'}"

    @property
    def api(self) -> str:
        """The base of the carrier's REST interface; empty: Twilio's own.

        The sandbox listens on the port after ours.
        """
        return self.api_base or (f"http://127.0.0.1:{self.port + 1}" if self.sandbox else "")

    @property
    def results_address(self) -> str:
        """Where the public finds the results, as it is spoken and sent by text message."""
        return self.results_url or f"{self.url}/results"

    @property
    def fallback_address(self) -> str:
        """Whom the telephone network asks where we do not answer: perhaps another machine."""
        return self.fallback_url or f"{self.url}/voice/fallback"

    @property
    def url(self) -> str:
        """The base that Twilio signs, without a slash at its end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")


def load(**given: Any) -> Settings:
    """The settings of this environment; `given` (by field name) goes before it.

    Raises SettingsError with every reason: what is malformed, what `twilio` mode lacks.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        reasons = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)
        )
        raise SettingsError(reasons) from None
    if urlsplit(settings.url).path:
        raise SettingsError("PUBLIC_URL: must have no path; the webhooks are at /voice/ there")
    _check_alert_url(settings)
    return _with_sandbox_secrets(settings) if settings.sandbox else _fit_for_production(settings)


def _check_alert_url(settings: Settings) -> None:
    """Alerts go to nobody who may only listen in, and say who sent them."""
    if not settings.alert_url:
        return
    refusal = SettingsError(
        "HOTLINE_ALERT_URL: must begin with https:// (in the sandbox, http:// to this machine)"
    )
    try:
        url = urlsplit(settings.alert_url)
        host = url.hostname
    except ValueError:
        raise refusal from None
    is_here = url.scheme == "http" and host in ("127.0.0.1", "localhost", "::1")
    if not host or not (url.scheme == "https" or (settings.sandbox and is_here)):
        raise refusal
    if not settings.alert_secret.get_secret_value():
        raise SettingsError(
            "HOTLINE_ALERT_URL needs HOTLINE_ALERT_SECRET, which signs what is sent"
        )


def _fit_for_production(settings: Settings) -> Settings:
    given = {name: _plain(getattr(settings, _field_of(name))) for name in NEEDED_IN_PRODUCTION}
    missing = [name for name, value in given.items() if value in ("", None)]
    if missing:
        raise SettingsError(f"HOTLINE_CARRIER=twilio needs {', '.join(missing)}")
    if not settings.url.startswith("https://"):
        raise SettingsError("PUBLIC_URL: must begin with https:// (it is what Twilio signs)")
    return settings


def _with_sandbox_secrets(settings: Settings) -> Settings:
    """Fills what the environment leaves open from var/, made up at the first start."""
    path = settings.var / "sandbox-secrets.json"
    try:
        kept = json.loads(path.read_text()) if path.exists() else _make_secrets(path)
    except ValueError:
        raise SettingsError(f"{path}: is damaged; remove it to have new secrets made") from None
    kept = _derived(kept) | kept
    missing = {
        _field_of(name): kept[name]
        for name in SANDBOX_SECRETS
        if not _plain(getattr(settings, _field_of(name)))
    }
    return settings.model_copy(
        update={
            field: SecretStr(value) if field != "account_sid" else value
            for field, value in missing.items()
        }
    )


def _derived(kept: dict[str, str]) -> dict[str, str]:
    """What a file of an earlier version lacks; every process makes the same of it."""
    seed = sha256(f"signing {kept['SECRET_KEY']}".encode()).digest()
    return {"HOTLINE_SIGNING_KEY": base64.b64encode(seed).decode()}


def _make_secrets(path: Path) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = {name: secrets.token_hex(32) for name in SANDBOX_SECRETS}
    made["TWILIO_ACCOUNT_SID"] = "AC" + secrets.token_hex(16)
    made["HOTLINE_SIGNING_KEY"] = base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file)
    try:
        os.link(draft, path)  # whole or not at all, and the first process wins
    except FileExistsError:
        made = dict(json.loads(path.read_text()))
    finally:
        Path(draft).unlink()
    return made


def _field_of(variable: str) -> str:
    return next(n for n, f in Settings.model_fields.items() if f.alias == variable)


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
