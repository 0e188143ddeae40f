"""Which key leads to which language follows from the election's list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls.choosing import languages_by_key
from hotline.calls.script import Script
from hotline.election.naming import Name, Names
from tests.calls.dialogue import PIN, Dialogue, code, small_election

ONE = code("0001")


def dial(**arrived) -> Dialogue:
    return Dialogue(Script(small_election()), **arrived)


@pytest.mark.parametrize(
    ("listed", "spoken", "keys"),
    [
        (("en",), "en", {}),
        (("en", "es"), "en", {"9": "es"}),
        (("en", "es"), "es", {"9": "en"}),
        (("es", "en"), "es", {"9": "en"}),
        (("en", "es", "vi"), "en", {"9": "es", "8": "vi"}),
        (("en", "es", "vi"), "es", {"9": "en", "8": "vi"}),
        (("en", "es", "vi"), "vi", {"9": "es", "8": "en"}),
    ],
)
def test_a_key_for_each_other_language(listed, spoken, keys):
    assert languages_by_key(replace(small_election(), languages=listed), spoken) == keys


def test_an_accidental_nine_leads_back():
    call = dial()
    first = call.last.removeprefix("Small caucus. ")
    assert call.key("9#").last.startswith("English, 9 pound. Marque el código")
    assert call.key("9#").last == first
    assert call.key(ONE).last == "Key your PIN."


def test_an_accidental_nine_leads_back_from_the_offer_too():
    call = dial(trusted=True, offers=[ONE])
    assert call.key("9").last == (
        "English, 9 pound. ¿Informa por Adair, One? Marque su PIN. Si no, 2 numeral."
    )
    assert call.key("9").last == (
        "Español, 9 numeral. Reporting for Adair, One? Key your PIN. If not, 2 pound."
    )


def test_an_election_in_one_language_offers_none():
    call = Dialogue(Script(replace(small_election(), languages=("es",))))
    assert call.last == "Small caucus. Marque el código de su precinto. Para resultados, 2 numeral."
    assert "9" not in call.last
    assert call.key("9#").state.language == "es"


def test_an_election_may_begin_in_spanish():
    call = Dialogue(Script(replace(small_election(), languages=("es", "en"))))
    assert "English, 9 pound. Marque" in call.last
    assert "Key your precinct code." in call.key("9#").last


SPANISH = Names(
    Name("Asamblea pequeña"),
    contests={"president": Name("Presidencia")},
    candidates={("president", "elm"): Name("Otro"), ("president", "ash"): Name("", "Fresno")},
    units={ONE: Name("Uno", "número Uno")},
)


def test_names_are_those_of_the_language():
    election = replace(small_election(), names={"es": SPANISH})
    call = Dialogue(Script(election), trusted=True, offers=[ONE])
    assert "Small caucus." in call.last
    assert "¿Informa por Adair, número Uno?" in call.key("9").last
    call.key("1").key(PIN).key("9#")
    assert "Fresno" in call.last
    call.key("5*0*0*0*4#")
    assert "Fresno 5, Otro 4." in call.last


def test_names_that_a_language_lacks_are_those_of_the_first():
    election = replace(small_election(), names={"es": SPANISH}).in_language("es")
    assert [c.surname for c in election.contests[0].candidates[:2]] == ["Ash", "Birch"]
    assert election.title == "Asamblea pequeña"
    assert election.units[ONE].name == "Uno"
    assert election.units[code("0002")].name == "Two"
    assert small_election().in_language("es") == small_election()
