"""Everything the line says, in every language."""

from __future__ import annotations

import io

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hotline.calls import prompts
from hotline.calls.prompts import (
    DOMAIN,
    LANGUAGES,
    Prompt,
    digit_by_digit,
    groups,
    line,
    placeholders,
    speak,
    untranslated,
)

TRANSLATED = sorted(folder.name for folder in LANGUAGES.iterdir() if folder.is_dir())
UNTRANSLATABLE = {
    Prompt.WELCOME,
    Prompt.COUNT,
    Prompt.CONTEST,
    Prompt.LANGUAGE,
    Prompt.CLOSED_BECAUSE,
    Prompt.CLOSED_IN_SPANISH,
    Prompt.DRILL_IN_SPANISH,
}
ALIKE = {*UNTRANSLATABLE, Prompt.LANGUAGE_POUND, Prompt.VIABLE}


def catalogue(language):
    path = LANGUAGES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return read_po(io.BytesIO(path.read_bytes()))


def message(prompt, language):
    text = prompt.value
    return catalogue(language)[tuple(text.split("|")) if "|" in text else text]


def test_spanish_is_there():
    assert TRANSLATED == ["es"]


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("prompt", list(Prompt))
def test_every_prompt_exists_in_every_language(prompt, language):
    found = message(prompt, language)
    assert found is not None
    forms = found.string if isinstance(found.string, tuple) else (found.string,)
    assert all(forms)
    for form in forms:
        assert placeholders(form) == placeholders(prompt.value)
    assert prompt in ALIKE or prompt.value not in forms


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language):
    known = {part for prompt in Prompt for part in prompt.value.split("|")}
    for found in catalogue(language):
        ids = found.id if isinstance(found.id, tuple) else (found.id,)
        assert not found.id or set(ids) <= known


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_text(language):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    path = LANGUAGES / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    assert path.read_bytes() == compiled.getvalue(), "run `make catalogues`"


def test_what_a_language_has_no_words_for(monkeypatch, tmp_path):
    assert untranslated("en") == untranslated("es") == ()
    assert untranslated("fr") == tuple(Prompt)
    left_out = (Prompt.PIN, Prompt.COUNTED)
    partial = catalogue("es")
    for prompt in left_out:
        partial.delete(prompt.value.partition("|")[0])
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, partial)
    monkeypatch.setattr(prompts, "LANGUAGES", tmp_path)
    assert untranslated("fr") == left_out


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
