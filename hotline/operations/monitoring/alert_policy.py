"""The beginning and the end of an incident are told, once each, to each person and to the webhook.

How it went is written to the incident; beside that, a mark in Redis keeps two processes from
telling the same, and one from telling again what it could not write down.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from redis import RedisError

from config.settings import Settings
from hotline.moments import minute_of
from hotline.operations.context import AppContext
from hotline.operations.monitoring.rules import TEXTS, AlertRule
from hotline.store.database import reading, transact
from hotline.store.monitoring import alert_people, incidents
from hotline.store.monitoring.alert_people import Recipient
from hotline.store.monitoring.incidents import Incident, Phase
from hotline.telephony.network import Carrier, CarrierBusy, CarrierRefused

log = logging.getLogger(__name__)

WEBHOOK = "webhook"
SENT = "sent"
REFUSED = "refused: "
LATER = "not yet: "
TRYING = b"trying"
TRYING_SECONDS = 120  # after which whoever tried is taken to be dead
MARKED_SECONDS = 24 * 3600
TIMEOUT = 5.0  # seconds to connect, and for each portion of the answer
SIGNATURE = "X-Hotline-Signature"
PASSING = frozenset({408, 425, 429})


class NotToldYet(Exception):
    """Somebody could not be told now; trying again may help."""


class HookRefused(Exception):
    """The webhook will not have it, now or later; the message says what it answered."""


class HookBusy(Exception):
    """The webhook could not be reached, or said that it cannot at the moment: try again later."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom alerts are told."""

    people: Sequence[Recipient] = ()
    webhook: bool = False

    @property
    def ways(self) -> list[str]:
        return [*(one.way for one in self.people), *([WEBHOOK] if self.webhook else [])]


def audience(parts: AppContext) -> Audience:
    """Raises SQLAlchemyError."""
    with reading(parts.engine) as connection:
        return Audience(alert_people.everyone(connection), bool(parts.settings.alert_url))


def untold(incident: Incident, phase: Phase, ways: Sequence[str]) -> list[str]:
    """The ways in which it has still to be told. The end goes to those who heard the beginning."""
    begun, settled = incident.outcomes(Phase.BEGUN), incident.outcomes(phase)
    if incident.rule == AlertRule.TEST and phase is Phase.ENDED:
        return []
    return [
        way
        for way in ways
        if not _is_settled(settled.get(way, ""))
        and (phase is Phase.BEGUN or begun.get(way) == SENT)
    ]


def tell(parts: AppContext, carrier: Carrier, incident_id: int, phase: Phase) -> int:
    """Tells it to all who have not heard it; returns to how many. Safe to repeat.

    Raises NotToldYet where it should be tried again.
    """
    with reading(parts.engine) as connection:
        incident = incidents.find_incidents(connection, incident_id)
    if incident is None:
        raise LookupError(f"there is no incident {incident_id}")

    def note(way: str, how: str) -> None:
        transact(
            parts.engine,
            lambda connection: incidents.note_told(connection, incident_id, phase, way, how),
        )

    return deliver(parts, carrier, incident, phase, audience(parts), note)


def deliver(
    parts: AppContext,
    carrier: Carrier,
    incident: Incident,
    phase: Phase,
    to: Audience,
    note: Callable[[str, str], None],
) -> int:
    """As `tell`, of an incident that may not be in the database. `note` keeps how it went."""
    sent = later = 0
    for way in untold(incident, phase, to.ways):
        mark = _Mark(parts, incident, phase, way)
        earlier = mark.take()
        how = earlier if earlier is not None else _send(parts, carrier, incident, phase, to, way)
        if how == TRYING.decode():
            continue
        mark.put(how)
        note(way, how)
        sent += how == SENT and earlier is None
        later += how.startswith(LATER)
    if later:
        raise NotToldYet(f"incident {incident.id}, {phase}: {later} could not be told yet")
    return sent


def _send(
    parts: AppContext, carrier: Carrier, incident: Incident, phase: Phase, to: Audience, way: str
) -> str:
    """How it went, in words that begin as SENT, REFUSED and LATER do."""
    try:
        if way == WEBHOOK:
            post_to_webhook(parts.settings, document(parts, incident, phase))
            return SENT
        (person,) = (one for one in to.people if one.way == way)
        active = parts.known_election()
        if active is None or not active.election.chairs_line:
            return f"{LATER}the election names no telephone line to send from"
        carrier.send_text(active.election.chairs_line, person.phone, text(parts, incident, phase))
    except (CarrierRefused, HookRefused) as error:
        log.warning("an alert is refused, %s: %s", way, error)
        return f"{REFUSED}{error}"
    except (CarrierBusy, HookBusy) as error:
        log.warning("an alert is not told yet, %s: %s", way, error)
        return f"{LATER}{error}"
    return SENT


def text(parts: AppContext, incident: Incident, phase: Phase) -> str:
    """The text message: what is wrong and what to do, or that it is over."""
    where = f"{parts.settings.url}/admin/alerts"
    test = "TEST " if _is_test(parts) else ""
    if phase is Phase.ENDED:
        return (
            f"{test}Hotline: over at {_clock(parts, incident.ended_at)}. {incident.said}. {where}"
        )
    return f"{test}Hotline alert: {incident.said}. {what_to_do(incident)} {where}"


def document(parts: AppContext, incident: Incident, phase: Phase) -> Mapping[str, Any]:
    """What is posted. Moments are ISO 8601 in UTC; `id` is null for what is not written down."""
    active = parts.known_election()
    return {
        "event": phase.value,
        "id": incident.id or None,
        "rule": incident.rule,
        "subject": incident.subject,
        "said": incident.said,
        "do": what_to_do(incident),
        "began_at": incident.began_at.isoformat(),
        "ended_at": incident.ended_at.isoformat() if incident.ended_at else None,
        "sent_at": parts.now().isoformat(),
        "election": active.election.id if active else None,
        "is_test": _is_test(parts),
        "url": f"{parts.settings.url}/admin/alerts",
    }


def what_to_do(incident: Incident) -> str:
    """In sentences; nothing for a rule of another version of the program."""
    return TEXTS[AlertRule(incident.rule)].do if incident.rule in TEXTS else ""


def _is_test(parts: AppContext) -> bool:
    active = parts.known_election()
    return bool(active and active.is_test)


def _clock(parts: AppContext, at: datetime | None) -> str:
    active = parts.known_election()
    return minute_of(at or parts.now(), active.election.zone if active else UTC)


def _is_settled(how: str) -> bool:
    return how == SENT or how.startswith(REFUSED)


class _Mark:
    """Says in Redis that this is being told in this way, or how it went. Without Redis: nothing."""

    def __init__(self, parts: AppContext, incident: Incident, phase: Phase, way: str) -> None:
        began = int(incident.began_at.timestamp())
        self._redis = parts.redis
        self._key = f"hotline:alerts:told:{incident.rule}:{incident.subject}:{began}:{phase}:{way}"

    def take(self) -> str | None:
        """None where it is ours to tell; else how it went, or that somebody is trying."""
        try:
            if self._redis.set(self._key, TRYING, nx=True, ex=TRYING_SECONDS):
                return None
            found = self._redis.get(self._key)
        except RedisError:
            return None
        return found.decode() if isinstance(found, bytes) else None

    def put(self, how: str) -> None:
        try:
            if _is_settled(how):
                self._redis.set(self._key, how, ex=MARKED_SECONDS)
            else:
                self._redis.delete(self._key)
        except RedisError:
            log.warning("how an alert went is not marked, Redis cannot be reached")


def signature_of(secret: str, body: bytes) -> str:
    """What the other side reckons anew, to know that it was us."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post_to_webhook(settings: Settings, message: Mapping[str, Any]) -> None:
    """Posts to HOTLINE_ALERT_URL, signed. Raises HookRefused or HookBusy; follows no redirect."""
    url = urlsplit(settings.alert_url)
    body = json.dumps(message, ensure_ascii=False).encode()
    over = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = over(url.netloc.rpartition("@")[2], timeout=TIMEOUT)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "hotline",
        SIGNATURE: signature_of(settings.alert_secret.get_secret_value(), body),
    }
    path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise HookBusy(type(error).__name__) from None
    finally:
        connection.close()
    if status >= 500 or status in PASSING:
        raise HookBusy(f"it answered {status}")
    if not 200 <= status < 300:
        raise HookRefused(f"it answered {status}")
