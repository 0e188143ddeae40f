from pathlib import Path

import pytest

from hotline.calls.names import spoken_unit, written_unit
from hotline.calls.spelling import misread
from hotline.election.folder.folder import read_folder
from hotline.election.model import Unit, UnitKind

ELECTIONS = Path(__file__).parents[2] / "config" / "elections"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1NW ADAIR", "1 North West Adair"),
        ("DES MOINES-24", "Adair, Des Moines 24"),
        ("Dubuque_06", "Adair, Dubuque 6"),
        ("Grant/Sheridan", "Adair, Grant, Sheridan"),
    ],
)
def test_names_as_they_are_said(name, said):
    assert spoken_unit(Unit("00011", name, county="Adair")) == said


def test_a_spelling_for_the_voice_goes_before():
    assert spoken_unit(Unit("00011", "WL 4-1", county="Black Hawk", spoken="Waterloo 4 1")) == (
        "Black Hawk, Waterloo 4 1"
    )


def test_a_satellite_has_no_county():
    unit = Unit("16793", "Iowa City, IA - Drake Library", UnitKind.SATELLITE, pool="CD2")
    assert spoken_unit(unit) == "Iowa City, Iowa, Drake Library"


def test_a_text_message_has_the_name_as_it_is_written():
    unit = Unit("00011", "WL 4-1", county="Black Hawk", spoken="Waterloo 4 dash 1")
    assert written_unit(unit) == "Black Hawk, WL 4-1"
    assert written_unit(Unit("16793", "Drake Library")) == "Drake Library"


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in ELECTIONS.glob("*/election.toml"))
)
def test_no_name_of_a_shipped_election_is_misread(folder):
    election = read_folder(folder)
    for code in election.languages:
        named = election.in_language(code)
        said = [spoken_unit(unit) for unit in named.units.values()]
        said += [c.said for contest in named.contests for c in contest.candidates]
        assert {name: misread(name) for name in said if misread(name)} == {}


def test_the_names_of_iowa_sound_right_in_both_languages():
    election = read_folder(ELECTIONS / "iowa-2020")
    written = {unit.name: code for code, unit in election.units.items()}
    for name, english, spanish in [
        ("#2 Cleghorn", "number 2 Cleghorn", "número 2 Cleghorn"),
        ("WL 2-3", "Waterloo 2 dash 3", "Waterloo 2 guion 3"),
        ("WDM-113", "West Des Moines 113", "West Des Moines 113"),
        ("CF W4 P1", "Cedar Falls Ward 4 Precinct 1", "Cedar Falls Distrito 4 Precinto 1"),
        (
            "Pct 08 - IA/UC/NA City",
            "Precinct 8, Iowa, U C, N A City",
            "Precinto 8, Iowa, U C, N A City",
        ),
        ("ILLYRIA TWP", "Illyria Township", "Municipio de Illyria"),
        ("1NW ADAIR", "1 North West Adair", "1 Noroeste Adair"),
        (
            "Glasgow, Scotland - private home",
            "Glasgow, Scotland, private home",
            "Glasgow, Escocia, casa particular",
        ),
    ]:
        for language, said in ("en", english), ("es", spanish):
            unit = election.in_language(language).units[written[name]]
            assert spoken_unit(unit).endswith(said)
