"""Everything the line says, in every language."""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po, write_po

from hotline.calls.prompts import (
    COUNTED_BY,
    Prompt,
    digit_by_digit,
    everything_said,
    groups,
    line,
    placeholders,
    speak,
    untranslated,
)
from hotline.languages import catalogue
from hotline.languages.catalogue import DOMAIN, FOLDERS


def test_what_a_language_has_no_words_for(monkeypatch, tmp_path):
    assert untranslated("en") == untranslated("es") == ()
    assert untranslated("xx") == everything_said()
    left_out = (Prompt.PIN, Prompt.COUNTED)
    with (FOLDERS[0] / "es" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        partial = read_po(file)
    for prompt in left_out:
        partial.delete(prompt.value.partition("|")[0])
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{DOMAIN}.po").open("wb") as file:
        write_po(file, partial)
    monkeypatch.setattr(catalogue, "FOLDERS", (tmp_path,))
    assert untranslated("xx") == left_out


def test_every_plural_counts_a_number_that_it_has():
    for prompt in Prompt:
        if "|" in prompt.value:
            assert COUNTED_BY.get(prompt, "n") in placeholders(prompt.value)
        else:
            assert prompt not in COUNTED_BY


@pytest.mark.parametrize(
    ("n", "english", "spanish"),
    [
        (1, "but 1 person attends.", "pero asiste 1 persona."),
        (7, "but 7 people attend.", "pero asisten 7 personas."),
    ],
)
def test_one_person_is_no_people(n, english, spanish):
    said = line(Prompt.FIRST_NOT_ATTENDANCE, sum=9, attendance=n)
    assert speak(said, "en").endswith(english)
    assert speak(said, "es").endswith(spanish)


def test_no_two_prompts_are_the_same():
    assert len({prompt.value for prompt in Prompt}) == len(Prompt)


@pytest.mark.parametrize(("n", "text"), [(1, "1 delegate."), (8, "8 delegates.")])
def test_numbers_of_things(n, text):
    assert speak(line(Prompt.AWARD, groups="Ash 1", n=n), "en").endswith(text)


def test_numbers_of_things_in_spanish():
    assert speak(line(Prompt.AWARD, groups="Ash 1", n=1), "es") == "Resulta Ash 1. 1 delegado."


def test_an_unknown_language_is_english():
    assert speak(line(Prompt.GOODBYE), "xx") == "Thank you. Goodbye."


def test_digits_are_spoken_one_by_one():
    assert digit_by_digit("471023") == "4, 7, 1, 0, 2, 3"


def test_groups():
    assert groups([("Biden", 6), ("Buttigieg", 8)]) == "Biden 6, Buttigieg 8"


def test_names_with_braces_are_left_alone():
    assert speak(line(Prompt.COUNT, candidate="{n}"), "en") == "{n}"
