"""The receipt by text message: what became of the report, for which precinct, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hotline.election.finding import Finding
from hotline.election.model import Election
from hotline.operations.admission import drill
from hotline.operations.context import AppContext
from hotline.operations.reports import receipts
from hotline.operations.reports.filing import file_report
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from hotline.telephony.network import CarrierRefused
from tests.conftest import Clock
from tests.operations.acting import HOLDING, filing
from tests.towns import CODES, caucus
from tests.web.messenger import Messenger, messenger, texts_to
from tests.web.switchboard import CHAIR, LINE, Desk, desk, settings_of

UNIT, HELP_LINE, SECOND = CODES[0], "+15155550106", "+15155550109"
CALL, CALL_HELP = "(515) 555-0100", "(515) 555-0106"
NOT_YOU = f"If it was not you, call {CALL_HELP}. STOP ends these texts."
NO_FUE_USTED = f"Si no fue usted, llame al {CALL_HELP}. STOP termina estos mensajes."


@pytest.fixture
def named(town: Election) -> Election:
    return replace(town, chairs_line=LINE, help_line=HELP_LINE)


@pytest.fixture
def whole(parts: AppContext, named: Election) -> Iterator[Desk]:
    load_election(parts, named, "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, named.id, [Chair(UNIT, "Alva", (CHAIR, SECOND))])
    settings = settings_of(parts.settings.var, parts.settings.pin_pepper.get_secret_value())
    with desk(AppContext(settings, parts.engine, parts.redis, parts.now)) as made:
        yield made


@pytest.fixture
def worker(whole: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Messenger:
    return messenger(whole, clock, monkeypatch)


def receipt(
    whole: Desk, worker: Messenger, ash: int, *findings: Finding, language: str = "en"
) -> tuple[str, str]:
    """The last text to the chair's telephone after a report, and its confirmation number."""
    report = filing(whole.parts, UNIT, caucus(ash, 8), *findings, language=language)
    filed = file_report(whole.parts, report)
    assert tabulate(whole.parts, filed.report_id)
    worker.work()
    return texts_to(whole, CHAIR)[-1], filed.confirmation


def test_a_report_that_counts(whole: Desk, worker: Messenger) -> None:
    said, number = receipt(whole, worker, 12)
    assert said == (
        "Town caucus. Your report for North, North 1 is filed. "
        f"Confirmation number {number}. {NOT_YOU}"
    )
    assert texts_to(whole, SECOND) == [said]


def test_a_report_that_is_held(whole: Desk, worker: Messenger) -> None:
    said, number = receipt(whole, worker, 12, HOLDING)
    assert said == (
        "Town caucus. Your report for North, North 1 has come in. It does not count yet: a person "
        f"will look at what does not fit. Confirmation number {number}. {NOT_YOU}"
    )


def test_another_report_that_differs(whole: Desk, worker: Messenger) -> None:
    receipt(whole, worker, 12)
    said, number = receipt(whole, worker, 13)
    assert said == (
        "Town caucus. A second report for North, North 1 has come in, and differs from the one "
        f"before. A person will look at both. Confirmation number {number}. {NOT_YOU}"
    )


def test_another_report_that_says_the_same(whole: Desk, worker: Messenger) -> None:
    receipt(whole, worker, 12)
    said, number = receipt(whole, worker, 12)
    assert said == (
        "Town caucus. A second report for North, North 1 has come in, the same as the one before. "
        f"Confirmation number {number}. {NOT_YOU}"
    )


def test_in_spanish_all_four(whole: Desk, worker: Messenger) -> None:
    said, number = receipt(whole, worker, 12, HOLDING, language="es")
    assert said == (
        "Town caucus. Su informe de North, North 1 ha llegado. Todavía no cuenta: una persona "
        f"revisará lo que no cuadra. Número de confirmación {number}. {NO_FUE_USTED}"
    )
    said, number = receipt(whole, worker, 12, language="es")
    assert said == (
        "Town caucus. Ha llegado un segundo informe de North, North 1, igual al anterior. "
        f"Número de confirmación {number}. {NO_FUE_USTED}"
    )
    said, number = receipt(whole, worker, 13, language="es")
    assert said == (
        "Town caucus. Ha llegado un segundo informe de North, North 1, que difiere del anterior. "
        f"Una persona revisará los dos. Número de confirmación {number}. {NO_FUE_USTED}"
    )


def test_in_spanish_a_report_that_counts(whole: Desk, worker: Messenger) -> None:
    said, number = receipt(whole, worker, 12, language="es")
    assert said == (
        "Town caucus. Su informe de North, North 1 está registrado. "
        f"Número de confirmación {number}. {NO_FUE_USTED}"
    )


def test_one_that_staff_entered_is_in_the_language_of_each_phones_last_call(
    whole: Desk, worker: Messenger
) -> None:
    whole.dial(CHAIR).press("9#").hang_up()
    said, _ = receipt(whole, worker, 12, language="")
    assert said.startswith("Town caucus. Su informe de")
    assert texts_to(whole, SECOND)[0].startswith("Town caucus. Your report for")


class TestWithoutAHelpLine:
    @pytest.fixture
    def named(self, town: Election) -> Election:
        return replace(town, chairs_line=LINE)

    def test_the_line_itself_has_a_person(self, whole: Desk, worker: Messenger) -> None:
        said, _ = receipt(whole, worker, 12)
        assert f"If it was not you, call {CALL} from this phone and press *0." in said


def test_in_a_drill_it_says_so(
    whole: Desk, worker: Messenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill, "is_said", lambda *_: True)
    said, _ = receipt(whole, worker, 12)
    assert said.startswith("Town caucus. This is a drill. Nothing you report counts. Your report")


def test_a_carrier_that_is_busy_is_asked_again_and_nobody_twice(
    whole: Desk, worker: Messenger
) -> None:
    whole.network.refuse_next(1)
    filed = file_report(whole.parts, filing(whole.parts, UNIT, caucus(12, 8)))
    tabulate(whole.parts, filed.report_id)
    assert len(worker.work_on()) == 1
    assert [len(texts_to(whole, phone)) for phone in (CHAIR, SECOND)] == [1, 1]


def test_a_receipt_is_known_to_go_out_once_a_text_has(whole: Desk, worker: Messenger) -> None:
    parts = whole.parts
    ledger_id = parts.election().ledger_id
    assert not receipts.is_going_out(parts, ledger_id, CHAIR)
    receipt(whole, worker, 20)
    assert receipts.is_going_out(parts, ledger_id, CHAIR)


def test_not_to_a_telephone_that_the_carrier_refused(whole: Desk, worker: Messenger) -> None:
    class Refusing:
        def send_text(self, from_: str, to: str, body: str) -> None:
            raise CarrierRefused("21614: a landline")

    receipt(whole, worker, 20)
    parts = whole.parts
    assert not receipts.send_claimed(parts, Refusing(), "receipt:9", LINE, SECOND, "…")
    ledger_id = parts.election().ledger_id
    assert not receipts.is_going_out(parts, ledger_id, SECOND)
    assert receipts.is_going_out(parts, ledger_id, CHAIR)
