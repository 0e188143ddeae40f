import pytest

from hotline.calls.names import spoken_unit
from hotline.election.model import Unit, UnitKind


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1NW ADAIR", "Adair, 1 North West Adair"),
        ("3SW FONTANELLE", "Adair, 3 South West Fontanelle"),
        ("DES MOINES-24", "Adair, Des Moines 24"),
        ("WDM-113", "Adair, WDM 113"),
        ("Pct 09 - Waukon 1", "Adair, Precinct 09 Waukon 1"),
        ("Dubuque_06", "Adair, Dubuque 06"),
        ("Newton 3-1", "Adair, Newton 3-1"),
        ("ILLYRIA TWP", "Adair, Illyria Township"),
        ("Precinct No. 13", "Adair, Precinct number 13"),
        ("Grant/Sheridan", "Adair, Grant Sheridan"),
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
    assert spoken_unit(unit) == "Iowa City, IA Drake Library"
