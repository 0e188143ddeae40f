"""Text messages that come in, and what is answered."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from hotline.election.model import Election
from hotline.operations.admission import blocks
from hotline.operations.admission.blocks import WantedBlock
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import file_report
from hotline.store.database import writing
from hotline.store.roster import roster
from tests.calls.dialogue import small_election
from tests.operations.acting import filing
from tests.towns import caucus
from tests.web.telephone.network import CHAIR, LINE, ONE, STRANGER, TWO, Network

PUBLIC, HELP_LINE = "+15155550107", "+15155550106"
CALL, CALL_HELP = "(515) 555-0100", "(515) 555-0106"
STOP = "STOP ends these texts."
TO_REPORT = f"Nothing is filed by text. To report, call {CALL}."


@pytest.fixture
def election() -> Election:
    return replace(
        small_election(),
        chairs_line=LINE,
        public_line=PUBLIC,
        help_line=HELP_LINE,
        greeting="Small",
    )


def text(
    network: Network, body: str = "Biden 5", from_: str = CHAIR, to: str = LINE, **more: str
) -> str | None:
    """What is answered to a message; None where nothing is."""
    text.number += 1
    form = {"MessageSid": f"SM{text.number}", "From": from_, "To": to, "Body": body, **more}
    answer = network.post("/sms/answer", form).get_data(as_text=True)
    found = re.search("<Message>(.*)</Message>", answer, re.DOTALL)
    return unescape(found[1]) if found else None


text.number = 0


def report(parts: AppContext, unit: str) -> str:
    figures = {"president": caucus(12, 8)["president"]}
    return file_report(parts, filing(parts, unit, figures)).confirmation


def only_one(parts: AppContext) -> None:
    """The chair of one precinct."""
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, "small", [roster.Chair(ONE, "Chair", (CHAIR,))])


class TestChair:
    def test_reads_how_to_report_and_how_to_reach_a_person(self, network: Network) -> None:
        person = f"To reach a person, call {CALL_HELP}."
        assert text(network) == f"Small. {TO_REPORT} {person} {STOP}"

    def test_is_told_that_the_report_is_on_record(self, network: Network, parts) -> None:
        only_one(parts)
        number = report(parts, ONE)
        assert text(network, "Did you get it?") == (
            f"Small. Your report for Adair, One is on record, confirmation number {number}. "
            f"To correct it, call {CALL}. To reach a person, call {CALL_HELP}. {STOP}"
        )

    def test_with_a_precinct_left_is_told_how_to_report_it(self, network: Network, parts) -> None:
        report(parts, ONE)
        assert TO_REPORT in text(network)
        report(parts, TWO)
        assert (
            "The reports of all your 2 precincts are on record. "
            f"To correct one, call {CALL}." in text(network)
        )

    def test_gets_no_more_than_a_few_answers_in_a_while(self, network: Network) -> None:
        answers = [text(network) for _ in range(8)]
        assert [answer is not None for answer in answers] == [True] * 6 + [False] * 2

    def test_is_answered_again_later(self, network: Network, parts, redis) -> None:
        for _ in range(6):
            text(network)
        [key] = redis.keys("hotline:answered:*")
        assert 0 < redis.ttl(key) <= parts.settings.text_reply_minutes * 60
        redis.delete(key)  # as time does
        assert text(network)

    def test_in_spanish_after_a_call_in_spanish(self, network: Network, parts) -> None:
        network.dial(CHAIR).key("9")
        assert text(network, "¿Llegó?") == (
            "Small. Por mensaje de texto no se registra ningún informe. Para informar, llame al "
            f"{CALL}. Para hablar con una persona, llame al {CALL_HELP}. STOP termina estos "
            "mensajes."
        )
        only_one(parts)
        number = report(parts, ONE)
        assert text(network) == (
            f"Small. Su informe de Adair, One está registrado, número de confirmación {number}. "
            f"Para corregirlo, llame al {CALL}. Para hablar con una persona, llame al {CALL_HELP}. "
            "STOP termina estos mensajes."
        )

    def test_hears_of_the_chairs_line_on_the_public_one_too(self, network: Network) -> None:
        assert TO_REPORT in text(network, to=PUBLIC)

    def test_the_same_request_again_gets_the_same_answer(self, network: Network) -> None:
        form = {"MessageSid": "SMsame", "From": CHAIR, "To": LINE, "Body": "Biden 5"}
        answers = [network.post("/sms/answer", form).get_data() for _ in range(9)]
        assert len(set(answers)) == 1
        assert b"<Message>" in answers[0]

    def test_without_the_database_is_told_how_to_report(
        self, network: Network, monkeypatch: pytest.MonkeyPatch, parts
    ) -> None:
        text(network)
        with writing(parts.engine) as connection:
            connection.exec_driver_sql("ALTER TABLE chair_phone RENAME TO elsewhere")
        assert TO_REPORT in text(network)


class TestWithoutAHelpLine:
    @pytest.fixture
    def election(self) -> Election:
        return replace(small_election(), chairs_line=LINE)

    def test_a_person_is_reached_on_the_line_itself(self, network: Network) -> None:
        assert text(network) == (
            f"Small caucus. {TO_REPORT} To reach a person, call {CALL} from this phone and press "
            f"*0. {STOP}"
        )
        network.dial(CHAIR).key("9")
        assert (
            f"Para hablar con una persona, llame al {CALL} desde este teléfono y oprima *0."
            in text(network)
        )


class TestAnybodyElse:
    def test_reads_where_the_results_are_and_how_reports_are_taken(
        self, network: Network, parts
    ) -> None:
        address = parts.settings.results_address
        said = text(network, "Who won?", STRANGER)
        assert said == f"Small. {TO_REPORT} {STOP} Results: {address}"
        assert CALL_HELP not in said

    def test_learns_no_number_of_the_chairs_on_the_public_line(
        self, network: Network, parts
    ) -> None:
        said = text(network, "Who won?", STRANGER, PUBLIC)
        assert said == f"Small. {STOP} Results: {parts.settings.results_address}"

    def test_gets_one_answer_in_a_while(self, network: Network) -> None:
        assert text(network, "Who won?", STRANGER)
        assert text(network, "WHO WON?", STRANGER) is None
        assert text(network, "Who won?", "+15155550142")

    def test_in_spanish_after_a_call_in_spanish(self, network: Network, parts) -> None:
        network.dial(STRANGER).key("9#")
        assert text(network, "¿Quién ganó?", STRANGER) == (
            "Small. Por mensaje de texto no se registra ningún informe. Para informar, llame al "
            f"{CALL}. STOP termina estos mensajes. Resultados: {parts.settings.results_address}"
        )


class TestStopAndHelp:
    @pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "START", "yes"])
    def test_who_leaves_or_joins_is_answered_by_the_network(
        self, network: Network, word: str
    ) -> None:
        assert text(network, word, STRANGER) is None
        assert text(network, "Who won?", STRANGER)

    @pytest.mark.parametrize("from_", [CHAIR, STRANGER])
    @pytest.mark.parametrize("word", ["HELP", " help", "Info", "AYUDA"])
    def test_help_is_answered_whatever_was_answered_before(
        self, network: Network, word: str, from_: str
    ) -> None:
        for _ in range(8):
            text(network, "Biden 5", from_)
        said = text(network, word, from_)
        assert said.startswith(f"Small. {TO_REPORT}")
        assert STOP in said

    def test_help_is_answered_behind_a_block(self, network: Network, parts) -> None:
        blocks.add_block(parts, WantedBlock(STRANGER, "shouts"), "ann")
        assert text(network, "Who won?", STRANGER) is None
        assert text(network, "HELP", STRANGER)

    def test_nobody_has_us_text_without_end(self, network: Network) -> None:
        answers = [text(network, "HELP", STRANGER) for _ in range(20)]
        assert len([answer for answer in answers if answer]) == 3

    def test_what_the_network_says_that_it_has_answered_is_not_answered_twice(
        self, network: Network
    ) -> None:
        assert text(network, "HELP", STRANGER, OptOutType="HELP") is None


def test_in_a_drill_it_says_so(network: Network, parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.operations.admission.drill.is_said", lambda *_: True)
    assert text(network).startswith(
        "Small. This is a drill. Nothing you report counts. Nothing is filed by text."
    )
