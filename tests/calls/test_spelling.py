"""What a voice misreads of a name, and how it is spelled instead."""

import pytest

from hotline.calls.spelling import misread, spell


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("#2 Cleghorn", "number 2 Cleghorn", "número 2 Cleghorn"),
        ("No. 13", "number 13", "número 13"),
        ("Newton 3-1", "Newton 3 dash 1", "Newton 3 guion 1"),
        ("PCT 09 - WAUKON 1", "Precinct 9, Waukon 1", "Precinto 9, Waukon 1"),
        ("WAVERLY WARD II/E UNION TWP", "Waverly Ward 2, East Union Township", None),
        ("Elk Run & Raymond", "Elk Run and Raymond", "Elk Run y Raymond"),
        ("CITY OF SUMNER/SUMNER TWP", "City of Sumner, Sumner Township", None),
        ("3SW FONTANELLE", "3 South West Fontanelle", "3 Suroeste Fontanelle"),
        ("Boone 1st Ward", "Boone 1st Ward", "Boone Distrito 1"),
        ("Muscatine 07th", "Muscatine 7th", "Muscatine 7"),
        ("CF W4 P1", "C F Ward 4 Precinct 1", "C F Distrito 4 Precinto 1"),
        ("Ames, IA - St. John", "Ames, Iowa, Saint John", "Ames, Iowa, Saint John"),
        ("FV/NA City", "F V, N A City", "F V, N A City"),
        ("(B11) City of Bettendorf", "B 11, City of Bettendorf", "B 11, Ciudad de Bettendorf"),
        ("O'BRIEN", "O'Brien", "O'Brien"),
        ("McClelland", "McClelland", "McClelland"),
    ],
)
def test_names_are_spelled_for_the_ear(name, english, spanish):
    assert spell(name) == english
    if spanish is not None:
        assert spell(name, "es") == spanish
    assert not misread(english)
    assert not misread(spanish or "")


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("#2", ("#",)),
        ("Newton 3-1", ("3-1",)),
        ("Iowa City, IA - Drake Library", ("IA", "-")),
        ("ADAIR", ("ADAIR",)),
        ("Union Twp", ("Twp",)),
        ("B11", ("B1",)),
        ("Precinct 07", ("07",)),
        ("Plymouth, Mrhg", ("Mrhg",)),
        ("Grant/Sheridan", ("/",)),
    ],
)
def test_what_a_voice_misreads_is_named(name, pieces):
    assert misread(name) == pieces


@pytest.mark.parametrize(
    "name",
    ["Cedar Rapids 36", "Boone 1st Ward", "O'Brien, Union", "F V, T L", "7 45 p.m.", "McClelland",
     "Muscatine, Estación de Bomberos", "Benton-Canton", "Dr. Elk"],
)  # fmt: skip
def test_what_is_read_well_is_left_alone(name):
    assert misread(name) == ()
