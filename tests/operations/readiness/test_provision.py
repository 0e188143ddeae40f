"""Pointing our numbers at us, against the sandbox's telephone network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.readiness import numbers, provision
from hotline.operations.readiness.provision import ProvisionError
from hotline.operations.reports.receipts import carrier_of
from hotline.sandbox.rest.refusals import ApiError, not_found, too_many_requests
from hotline.store.database import reading
from hotline.store.enums import Role
from hotline.store.schema.desk_tables import activity
from hotline.telephony.network import Carrier
from tests.operations.readiness.conftest import line, settings
from tests.operations.readiness.whole import LINE, PUBLIC, STAFF, Whole

__all__ = ["line", "settings"]  # fixtures

ADA = Actor(None, "ada", Role.ADMIN)
ELSEWHERE = "https://elsewhere.example.org/voice/answer"


@pytest.fixture
def carrier(line: Whole) -> Iterator[Carrier]:
    carrier = carrier_of(line.parts)
    yield carrier
    carrier.close()


def led(line: Whole) -> dict[str, str]:
    return {one.number: one.routing.voice for one in line.network.owned_numbers()}


def written(line: Whole) -> list:
    with reading(line.parts.engine) as connection:
        wanted = select(activity).where(activity.c.kind == "provisioned")
        return list(connection.execute(wanted.order_by(activity.c.id)))


def test_what_leads_to_us_already_is_left_alone(line: Whole, carrier: Carrier) -> None:
    changes = provision.plan(line.parts, carrier)
    assert [(c.number.number, c.what) for c in changes] == [
        (STAFF, "staff line"),
        (LINE, "chairs' line"),
        (PUBLIC, "public line"),
    ]
    assert not any(change.differences for change in changes)
    assert provision.apply(line.parts, carrier, changes, ADA) == 0
    assert written(line) == []


def test_a_plan_changes_nothing_and_applying_it_does(line: Whole, carrier: Carrier) -> None:
    wanted = numbers.destinations(line.parts.settings)
    line.network.reroute_number(
        line.number(), {"VoiceUrl": ELSEWHERE, "SmsUrl": "", "StatusCallback": ""}
    )
    changes = provision.plan(line.parts, carrier)
    assert led(line)[LINE] == ELSEWHERE
    (change,) = [change for change in changes if change.differences]
    assert change.differences == {
        "voice": (ELSEWHERE, wanted.voice),
        "status": ("", wanted.status),
        "text": ("", wanted.text),
    }

    assert provision.apply(line.parts, carrier, changes, ADA) == 1
    assert led(line)[LINE] == wanted.voice
    assert not any(c.differences for c in provision.plan(line.parts, carrier))
    (entry,) = written(line)
    assert (entry.who, entry.before["voice"], entry.after["voice"]) == (
        "ada",
        ELSEWHERE,
        wanted.voice,
    )
    assert entry.note == "chairs' line, the number that ends in 0100"


def test_a_call_goes_where_the_number_leads(line: Whole, carrier: Carrier) -> None:
    line.network.reroute_number(line.number(), {"VoiceUrl": "http://127.0.0.1:1/voice/answer"})
    exchange = line.network._exchange
    assert exchange.dial("+15155550101", LINE).problems
    provision.apply(line.parts, carrier, provision.plan(line.parts, carrier), ADA)
    assert not exchange.dial("+15155550101", LINE).problems


def test_only_the_numbers_that_are_asked_for(line: Whole, carrier: Carrier) -> None:
    for number in (LINE, PUBLIC):
        line.network.reroute_number(line.number(number), {"VoiceUrl": ELSEWHERE})
    changes = provision.plan(line.parts, carrier, [PUBLIC])
    assert provision.apply(line.parts, carrier, changes, ADA) == 1
    assert led(line)[LINE] == ELSEWHERE


def test_an_unknown_number_is_refused(line: Whole, carrier: Carrier) -> None:
    with pytest.raises(ProvisionError, match=r"\+15155550155: neither the election nor"):
        provision.plan(line.parts, carrier, [LINE, "+15155550155"])


def test_a_number_that_the_account_does_not_hold(line: Whole, carrier: Carrier) -> None:
    line.change(staff_line="+15155550155")
    with pytest.raises(ProvisionError, match=r"does not hold \+15155550155 \(staff line\)"):
        provision.plan(line.parts, carrier)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ApiError(401, 20003, "Authenticate"), "TWILIO_API_KEY and TWILIO_API_SECRET do not"),
        (not_found("/x"), "TWILIO_ACCOUNT_SID is another account's"),
        (too_many_requests(), "too many requests at the moment"),
        (ApiError(503, 20503, "Service Unavailable"), "cannot be reached"),
        (ApiError(400, 21402, "Invalid Url"), "refuses it"),
    ],
)
def test_what_the_carrier_says_no_to(
    line: Whole, carrier: Carrier, error: ApiError, said: str
) -> None:
    line.network.refuse_next(1, error)
    with pytest.raises(ProvisionError, match=said):
        provision.plan(line.parts, carrier)
    line.network.reroute_number(line.number(), {"VoiceUrl": ELSEWHERE})
    changes = provision.plan(line.parts, carrier)
    line.network.refuse_next(1, error)
    with pytest.raises(ProvisionError, match=f"chairs' line: .*{said}"):
        provision.apply(line.parts, carrier, changes, ADA)
    assert written(line) == []


def test_wrong_credentials(line: Whole) -> None:
    line.change(auth_token=SecretStr("another"))
    carrier = carrier_of(line.parts)
    with pytest.raises(ProvisionError, match="does not let us in"):
        provision.plan(line.parts, carrier)
    carrier.close()


def test_it_is_for_administrators(line: Whole, carrier: Carrier) -> None:
    with pytest.raises(NotAllowedError):
        provision.apply(line.parts, carrier, [], Actor(None, "sue", Role.SUPERVISOR))
