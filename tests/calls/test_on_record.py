"""A telephone of the roster whose units have all reported hears so, before it is asked anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls.script import Script
from hotline.calls.turns import PhoneReports
from hotline.election.naming import Name, Names
from tests.calls.dialogue import PIN, Desk, Dialogue, code, small_election

ONE, TWO = code("0001"), code("0002")
NUMBER = "4, 7, 1, 0, 2, 3"
SCRIPT = Script(small_election(), has_person=True)
FIGURES = "20*10*5*0*0#"


def on_record(outcome: str = "", units: tuple[str, ...] = (ONE,), **given) -> Dialogue:
    number = "471023" if len(units) == 1 else ""
    reports = PhoneReports(units, (), number, outcome)
    return Dialogue(given.pop("script", SCRIPT), trusted=True, reports=reports, **given)


def reported() -> Desk:
    desk = Desk()
    Dialogue(SCRIPT, desk).key(f"{ONE}{PIN}35#{FIGURES}1").key("20*15*0#1111")
    assert desk.filed
    return desk


def test_the_number_and_how_to_correct_it() -> None:
    assert on_record().last == (
        "Small caucus. Español, 9 numeral. "
        f"Your report for Adair, One is on record. Confirmation number {NUMBER}. "
        "To correct it, key your PIN. For another precinct, 2 pound."
    )


def test_in_spanish() -> None:
    call = on_record("held").key("9")
    assert call.last == (
        "English, 9 pound. Su informe de Adair, One está registrado. "
        f"Número de confirmación {NUMBER}. "
        "Una persona revisará lo que no cuadra. "
        "Para corregirlo, marque su PIN. Para otro precinto, 2 numeral."
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("held", "A person will look at what does not fit."),
        ("conflict", "It differs from the report we have. A person will look at both."),
    ],
)
def test_what_does_not_count_yet(outcome: str, said: str) -> None:
    assert f"Confirmation number {NUMBER}. {said} To correct it" in on_record(outcome).last


def test_no_figure_before_the_pin() -> None:
    call = on_record(desk=reported())
    assert "20" not in call.last
    call.key("1")
    assert call.last == "Key your PIN."
    call.key(PIN)
    assert call.last.startswith("Adair, One has reported. To hear it, press 1.")
    assert "Ash 20" in call.key("1").last


def test_the_paper_is_true_of_it() -> None:
    """ "It may name your precinct: then key the PIN"; and a code is taken as the code."""
    for keys in ("1", ONE):
        assert on_record(desk=reported()).key(keys).key(PIN).last.startswith("Adair, One has rep")


def test_another_precinct_by_its_code() -> None:
    for keys in ("2#" + TWO, TWO):
        call = on_record(desk=Desk()).key(keys)
        assert call.last == "Key your PIN."
        call.key(PIN)
        assert "How many attend" in call.last or "people" in call.last.casefold()


def test_once_another_is_filed_nothing_is_offered() -> None:
    desk = Desk()
    call = on_record(desk=desk).key("2").key(TWO + PIN + "9#9*0*0*0*0#1").key("9#1").key("1111")
    assert [report.unit for report in desk.filed] == [TWO]
    assert "Reporting for" not in call.key("1").last


def test_of_several() -> None:
    call = on_record(units=(ONE, TWO))
    assert call.last == (
        "Small caucus. Español, 9 numeral. "
        "The reports of all your 2 precincts are on record. "
        "To correct one, key its precinct code."
    )
    assert call.key("9#").last == (
        "English, 9 pound. Los informes de sus 2 precintos están registrados. "
        "Para corregir uno, marque el código de su precinto."
    )
    assert call.key(TWO).last == "Marque su PIN."


def test_while_intake_is_closed_in_every_language() -> None:
    said = {"en": "We open at six.", "es": "Abrimos a las seis."}
    call = on_record("held", closed=said)
    assert call.over
    assert call.last == (
        f"Your report for Adair, One is on record. Confirmation number {NUMBER}. "
        "A person will look at what does not fit. "
        f"Su informe de Adair, One está registrado. Número de confirmación {NUMBER}. "
        "Una persona revisará lo que no cuadra. "
        "We open at six. Abrimos a las seis."
    )


def test_names_are_those_of_the_language() -> None:
    names = {"es": Names(units={ONE: Name("Uno")})}
    script = Script(replace(small_election(), names=names))
    assert "Su informe de Adair, Uno está" in on_record(script=script).key("9").last


def test_whoever_is_not_on_the_roster_hears_nothing_of_it() -> None:
    assert "on record" not in Dialogue(SCRIPT).last


def test_with_a_precinct_left_that_one_is_offered() -> None:
    call = Dialogue(SCRIPT, trusted=True, offers=(TWO,))
    assert "Reporting for Adair, Two?" in call.last


def test_in_a_drill_it_is_said_first() -> None:
    call = on_record(script=replace(SCRIPT, is_drill=True))
    assert call.last.startswith("This is a drill. Nothing you report counts.")
