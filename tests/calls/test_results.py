"""What strangers hear of the results."""

from __future__ import annotations

import pytest

from hotline.calls.limits import speech_seconds
from hotline.calls.prompts import Address, Prompt, line, speak
from hotline.calls.results import LONGEST, none_yet, spoken
from hotline.election.publication.outlook import OutlookState
from hotline.election.rules.registry import rule_of
from tests.calls.dialogue import sentence, small_election

ADDRESS = "https://line.example.org/results"
CAUCUS = small_election()
PRIMARY = small_election("plurality")


def document(contests, is_test=False, **units):
    counts = {"total": 10, "reported": 10, "held": 0, "outstanding": 0} | units
    return {
        "status": "unofficial-partial",
        "is_test": is_test,
        "units": counts,
        "contests": contests,
    }


def contest(election, place, measure, column):
    found = election.contests[place]
    everyone = {c.id: 0 for c in found.candidates}
    return {
        "id": found.id,
        "title": found.title,
        "measures": [*rule_of(found).shown(election)[:-1], measure],
        "totals": {"first": {}, measure: everyone | column},
        "candidates": [
            {"id": c.id, "name": c.name, "surname": c.surname.upper()} for c in found.candidates
        ],
    }


def heard(document, election=CAUCUS, language="en"):
    lines = spoken(document, ADDRESS, election, election.languages[0])
    return " ".join(sentence(speak(said, language)) for said in lines)


SDE = contest(
    CAUCUS,
    0,
    "sde",
    {"ash": "0.0500", "birch": "12.2500", "cedar": "9.9499", "dogwood": "0.0000", "elm": "1.0000"},
)


def test_a_caucus_in_the_middle_of_the_night():
    assert heard(document([SDE], is_test=True, reported=8, held=1, outstanding=2)) == (
        "This is only a test. Unofficial results. 7 precincts of 10 are counted. "
        "1 is being looked at. 2 are still missing. "
        "State delegates: Birch 12.3, Cedar 9.9, Elm 1.0, Ash 0.1. "
        "All results: line dot example dot org slash results."
    )


def test_the_same_in_spanish():
    said = heard(document([SDE], reported=1, outstanding=9), language="es")
    assert said.startswith("Resultados no oficiales. 1 precinto de 10 está contado. 9 faltan")
    assert said.endswith("Todos los resultados: line punto example punto org barra results.")


def test_when_all_are_counted_nothing_is_said_of_the_missing():
    assert "10 precincts of 10 are counted. State delegates" in heard(document([SDE]))


@pytest.mark.parametrize("status", ["recanvass", "recount", "certified"])
def test_only_certified_results_are_not_unofficial(status):
    said = heard(document([SDE]) | {"status": status})
    assert ("Unofficial" in said) == (status != "certified")


@pytest.mark.parametrize(
    ("state", "english", "spanish"),
    [
        (
            OutlookState.NOT_SETTLED,
            "What is still missing could change",
            "Lo que falta todavía podría",
        ),
        (OutlookState.TOO_CLOSE, "Reports that are in doubt could", "Los informes en duda podrían"),
        (
            OutlookState.SETTLED,
            "Nothing that is still open can change",
            "Nada de lo que está pendiente",
        ),
        (OutlookState.TIED, "It is a tie.", "Hay un empate."),
    ],
)
def test_it_is_said_whether_the_lead_can_change(state, english, spanish):
    told = document([SDE | {"outlook": {"state": state.value}}])
    assert f"Ash 0.1. {english}" in heard(told)
    assert f"Ash 0.1. {spanish}" in heard(told, language="es")


def test_every_outlook_with_something_counted_has_a_sentence():
    without = heard(document([SDE]))
    for state in set(OutlookState) - {OutlookState.NOTHING_COUNTED}:
        assert heard(document([SDE | {"outlook": {"state": state.value}}])) != without


def test_each_contest_has_its_own_outlook():
    column = {"ash": 3, "birch": 2}
    mayor = contest(PRIMARY, 0, "votes", column) | {"outlook": {"state": "settled"}}
    council = contest(PRIMARY, 1, "votes", column) | {"outlook": {"state": "not-settled"}}
    said = heard(document([mayor, council]), PRIMARY)
    assert "Birch 2. Nothing that is still open can change who leads. Council." in said
    assert "Birch 2. What is still missing could change who leads. All results" in said


def test_before_the_first_report():
    nothing = contest(CAUCUS, 0, "sde", dict.fromkeys(("ash", "birch"), "0.0000"))
    said = heard(document([nothing], reported=0, outstanding=10))
    assert "0 precincts of 10 are counted. 10 are still missing. All results:" in said


def test_a_primary_names_its_contests_and_no_more_than_four_candidates():
    council = {"ash": 5, "birch": 1200, "cedar": 7, "dogwood": 6, "elm": 4}
    mayor = {"ash": 3, "birch": 3}
    said = heard(
        document([contest(PRIMARY, 0, "votes", mayor), contest(PRIMARY, 1, "votes", council)]),
        PRIMARY,
    )
    assert (
        "Mayor. Votes: Ash 3, Birch 3. Council. Votes: Birch 1200, Cedar 7, Dogwood 6, Ash 5."
        in (said)
    )
    assert "Elm" not in said


def test_delegates_where_there_are_no_state_delegates():
    assert "Delegates: Ash 7." in heard(document([contest(CAUCUS, 0, "delegates", {"ash": 7})]))


def test_a_contest_that_the_election_no_longer_has_is_read_by_its_own_names():
    gone = SDE | {"id": "gone"}
    assert "State delegates: BIRCH 12.3" in heard(document([gone]))


def test_many_contests_are_cut_so_that_they_can_be_heard_in_time():
    told = {"outlook": {"state": OutlookState.NOT_SETTLED.value}}
    many = [contest(PRIMARY, 1, "votes", {"ash": 987_654, "birch": 876_543}) | told] * 30
    lines = spoken(document(many), ADDRESS, PRIMARY, "en")
    assert lines[-1].prompt is Prompt.WHERE
    assert LONGEST / 2 < speech_seconds(lines[:-1], "en") <= LONGEST


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://line.example.org/results", "line dot example dot org slash results"),
        ("https://results-2020.example.org/", "results dash 2020 dot example dot org"),
        ("http://127.0.0.1:8000/results", "127 dot 0 dot 0 dot 1 colon 8000 slash results"),
        ("example.org", "example dot org"),
    ],
)
def test_an_address_is_spoken_so_that_it_can_be_keyed(address, said):
    assert speak(line(Prompt.WHERE, address=Address(address)), "en") == f"All results: {said}."


def test_without_a_publication_the_caller_hears_where_to_look():
    assert [said.prompt for said in none_yet(ADDRESS)] == [Prompt.NO_RESULTS, Prompt.WHERE]
