"""A chair calls again after the report: what the line says, from the first word on."""

from __future__ import annotations

import pytest

from hotline.operations.admission import switches
from hotline.operations.admission.switches import Switch
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import file_report, story
from hotline.operations.reports.tabulate import tabulate
from hotline.store.database import writing
from hotline.store.roster import roster
from tests.operations.acting import HOLDING, filing
from tests.operations.deciding import reject
from tests.towns import caucus
from tests.web.switchboard import SUE
from tests.web.telephone.network import CHAIR, ONE, STRANGER, TWO, Network


@pytest.fixture(autouse=True)
def only_one(parts: AppContext, pins) -> None:
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, "small", [roster.Chair(ONE, "Chair", (CHAIR,))])
    parts.invalidate()


def report(parts: AppContext, *findings, ash: int = 12) -> str:
    """A report of the chair's precinct; its number as it is spoken."""
    filed = file_report(parts, filing(parts, ONE, caucus(ash, 8), *findings))
    tabulate(parts, filed.report_id)
    return ", ".join(filed.confirmation)


def test_a_report_that_counts(network: Network, parts) -> None:
    number = report(parts)
    call = network.dial(CHAIR)
    assert call.hears(
        f"Your report for Adair, One is on record. Confirmation number {number}. "
        "To correct it, key your PIN. For another precinct, 2 pound."
    )


def test_to_hear_it_takes_the_pin(network: Network, parts, pins) -> None:
    report(parts)
    call = network.dial(CHAIR).key("1")
    assert not call.hears("12")
    call.key(pins[ONE])
    assert call.hears("Adair, One has reported. To hear it, press 1.")
    assert call.key("1").hears("Ash 12, Birch 8")


def test_a_report_that_is_held(network: Network, parts) -> None:
    number = report(parts, HOLDING)
    assert network.dial(CHAIR).hears(
        f"Confirmation number {number}. A person will look at what does not fit. To correct it"
    )


def test_two_that_differ(network: Network, parts) -> None:
    report(parts)
    number = report(parts, ash=13)
    assert network.dial(CHAIR).hears(
        f"Confirmation number {number}. It differs from the report we have. "
        "A person will look at both."
    )


def test_two_that_agree(network: Network, parts) -> None:
    number = report(parts)
    report(parts)
    assert network.dial(CHAIR).hears(f"Confirmation number {number}. To correct it, key your PIN.")


def test_one_that_was_rejected_is_to_be_reported_anew(network: Network, parts) -> None:
    report(parts, HOLDING)
    [held] = story(parts, parts.election().ledger_id, ONE)
    reject(parts, held.id, SUE, "a mistake")
    assert network.dial(CHAIR).hears("Reporting for Adair, One? Key your PIN.")


def test_others_are_told_nothing(network: Network, parts) -> None:
    report(parts)
    assert not network.dial(STRANGER, sid="CA02").hears("on record")
    forged = network.dial(CHAIR, sid="CA03", StirVerstat="TN-Validation-Failed")
    assert not forged.hears("on record")


def test_while_intake_is_closed(network: Network, parts) -> None:
    number = report(parts)
    switches.turn_on(
        parts, Switch.INTAKE_CLOSED, "ann", "fire", said={"en": "Closed.", "es": "Cerrado."}
    )
    call = network.dial(CHAIR)
    assert call.hears(f"Your report for Adair, One is on record. Confirmation number {number}.")
    assert call.hears(f"Su informe de Adair, One está registrado. Número de confirmación {number}.")
    assert call.hears("Closed.")


def test_of_two_precincts_the_one_that_is_left_is_offered(network: Network, parts) -> None:
    with writing(parts.engine) as connection:
        chairs = [roster.Chair(unit, "Chair", (CHAIR,)) for unit in (ONE, TWO)]
        roster.replace_roster(connection, "small", chairs)
    report(parts)
    assert network.dial(CHAIR).hears("Reporting for Adair, Two?")
