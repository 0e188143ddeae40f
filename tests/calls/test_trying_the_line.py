"""Test calls: before the night, a chair's own telephone hears us, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls.script import Script
from hotline.calls.turns import Closed, Lost, TimeUp
from tests.calls.dialogue import PIN, Desk, Dialogue, code, small_election

ONE, TWO = code("0001"), code("0002")
SHUT = {"en": "The line opens at six.", "es": "La línea abre a las seis."}
QUESTION = "This is a test of the reporting line for Adair, One. Press 1 if you hear this."
READY = "Thank you. You are ready."


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def dial(desk):
    def dial(offers=(ONE,), **given):
        usual = {"trusted": True, "testing": True}
        return Dialogue(
            Script(small_election(), has_person=True), desk, offers=offers, **usual | given
        )

    return dial


def test_a_chair_tries_the_line(dial, desk):
    call = dial()
    assert call.last == f"Small caucus. Español, 9. {QUESTION} To report now, press 2."
    assert call.key("1").last == READY
    assert call.over
    assert desk.ready == [ONE]


def test_while_intake_is_closed_the_reason_comes_first(dial, desk):
    call = dial(closed=SHUT)
    assert call.last == (
        f"Small caucus. The line opens at six. La línea abre a las seis. Español, 9. {QUESTION}"
    )
    assert call.key("1").last == READY
    assert desk.ready == [ONE]


def test_whoever_has_several_precincts_tries_it_once_for_all(dial, desk):
    call = dial(offers=(ONE, TWO))
    assert "the reporting line for 2 precincts. Press 1" in call.last
    assert call.key("1").last == READY
    assert desk.ready == [ONE, TWO]


def test_in_spanish(dial, desk):
    call = dial().key("9")
    assert call.last == (
        "English, 9. "
        "Esta es una prueba de la línea de informes para Adair, One. Si nos oye, oprima 1. "
        "Para informar ahora, oprima 2."
    )
    assert call.key("1").last == "Gracias. Todo está listo."
    assert desk.ready == [ONE]


def test_two_leads_to_the_report(dial, desk):
    call = dial().key("2")
    assert call.last.endswith("Reporting for Adair, One? Key your PIN. If not, 2 pound.")
    call.key("1").key(PIN)
    assert call.last == "How many attend? End with pound."
    assert desk.ready == []


def test_the_key_of_the_language_heard_twice_changes_it_once(dial):
    call = dial().key("9")
    asked = call.last
    assert call.key("9", after=0.1).last == asked
    assert QUESTION in call.key("9", after=3.0).last


def test_a_two_heard_twice_spoils_no_pin(dial):
    call = dial().key("2").key("2" + PIN)
    assert call.last == "How many attend? End with pound."
    assert call.state.pin_failures == 0


def test_two_leads_nowhere_while_intake_is_closed(dial):
    assert QUESTION in dial(closed=SHUT).key("2").last


@pytest.mark.parametrize("keys", ["", "5", "#", "0"])
def test_silence_and_other_keys_mark_nobody_ready_and_reach_no_person(dial, desk, keys):
    call = dial()
    for _ in range(3):
        assert not call.over
        call.key(keys) if keys else call.wait()
    assert call.last == "Thank you. Goodbye."
    assert call.over
    assert desk.ready == []


def test_star_says_it_again(dial):
    call = dial()
    assert call.key("*").last.endswith(f"{QUESTION} To report now, press 2.")


def test_a_lost_answer_asks_again(dial, desk):
    call = dial()
    call._feed(Lost())
    assert QUESTION in call.last
    assert call.key("1").over
    assert desk.ready == [ONE]


def test_where_it_cannot_be_kept_the_chair_hears_so(dial, desk):
    desk.writes = False
    call = dial().key("1")
    assert call.over
    assert call.last == (
        "We are sorry. Something went wrong on our side. "
        "Your test could not be written down. Please call again later."
    )


def test_it_ends_when_its_time_is_up(dial):
    call = dial()
    call._feed(TimeUp())
    assert call.last == "Thank you. Goodbye."


def test_the_line_that_closes_after_two_says_why(dial):
    call = dial().key("2")
    call._feed(Closed(SHUT))
    assert call.last == "The line opens at six."


@pytest.mark.parametrize(
    "who",
    [
        {"testing": False},
        {"offers": ()},
        {"offers": (), "trusted": False},
    ],
    ids=["on the night", "all have reported", "a stranger"],
)
def test_nothing_of_it_is_said(dial, who):
    assert "test" not in dial(**who).last


@pytest.mark.parametrize("offers", [(), (ONE,)])
def test_on_the_night_a_closed_line_says_why_and_no_more(dial, offers):
    call = dial(offers=offers, testing=False, closed=SHUT)
    assert call.over
    assert call.last == "The line opens at six. La línea abre a las seis."


def test_an_election_in_english_alone(desk):
    script = Script(replace(small_election(), languages=("en",)))
    call = Dialogue(script, desk, trusted=True, offers=(ONE,), testing=True, closed=SHUT)
    assert call.last == f"Small caucus. The line opens at six. {QUESTION}"
    assert QUESTION in call.key("9").last


PRACTICE = "This is practice: nothing that you key is counted."
OVER = "That was practice: nothing was filed, and nothing counts."


def practicing(dial, **given):
    return dial(practice=True, **given).key("3")


def filed_whole(call):
    """The whole sheet of the sample, as a chair keys it."""
    call.key(PIN).key("40#").key("20*20*0*0*0#").key("1").key("20*20#").key("1").key("1")
    return call


def test_before_the_day_a_chair_practices_a_whole_report(dial, desk):
    call = dial(practice=True)
    assert call.last.endswith(f"{QUESTION} To report now, press 2. To practice a report, press 3.")

    assert call.key("3").last == (
        f"{PRACTICE} Español, 9 numeral. Reporting for Adair, One? Key your PIN. If not, 2 pound."
    )
    filed_whole(call)

    assert call.last == f"{OVER} {READY}"
    assert call.over
    assert (desk.practiced, desk.filed, desk.drafts) == ([ONE], [], {})


def test_practice_while_intake_is_closed(dial, desk):
    call = dial(practice=True, closed=SHUT)
    assert "To practice a report, press 3." in call.last

    assert filed_whole(call.key("3")).last == f"{OVER} {READY}"
    assert desk.filed == []


def test_practice_knows_nothing_of_what_is_on_file_and_leaves_nothing(dial, desk):
    begun = dial(practice=True).key("2").key(PIN).key("40#")
    kept = dict(desk.drafts)
    assert kept
    assert not begun.over

    call = practicing(dial).key(PIN)

    assert call.last == "How many attend? End with pound."
    call.key("12#")
    assert desk.drafts == kept


@pytest.mark.parametrize("keys", ["*0", "0"])
def test_practice_reaches_no_person_and_says_what_it_was(dial, keys):
    call = practicing(dial).key(PIN).key("40#").key(f"{keys}#" if keys == "0" else keys)
    if not call.over:  # a lone zero is a count
        call.key("*0")

    assert call.last == f"{OVER} Thank you. Goodbye."
    assert not call.with_person


def test_practice_that_is_cut_short_says_what_it_was(dial):
    call = practicing(dial).key(PIN).key("40#")
    call._feed(TimeUp())
    assert call.last.endswith(OVER)

    call = practicing(dial)
    call._feed(TimeUp())
    assert call.last.endswith(OVER)


def test_practice_in_spanish(dial, desk):
    call = dial(practice=True).key("9")
    assert call.last.endswith("Para practicar un informe, oprima 3.")
    assert "Esto es una práctica: nada de lo que marque se cuenta." in call.key("3").last
    assert filed_whole(call).last.startswith("Fue una práctica: no se registró nada")
    assert desk.filed == []


def test_on_the_day_there_is_no_practice(dial, desk):
    call = dial(closed=SHUT)
    assert "practice" not in call.last
    assert QUESTION in call.key("3").last


def test_practice_that_cannot_be_kept_says_so(dial, desk):
    desk.writes = False
    assert filed_whole(practicing(dial)).last == (
        f"We are sorry. Something went wrong on our side. {OVER} "
        "Your test could not be written down. Please call again later."
    )
