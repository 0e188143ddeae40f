"""Lines in fragments: what is recorded of them, and that nothing of them is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.prompts import (
    Address,
    Line,
    Prompt,
    counted_by,
    everything_said,
    line,
    placeholders,
    speak,
)
from hotline.calls.recorded.phrases import Phrase, fragments_of
from hotline.calls.recorded.recording_list import IN_TEXT_MESSAGES
from tests.calls.recorded.spanish import FEMININE, MASCULINE, recorded_as_text, spelled

NO_NOUNS = frozenset({"a", "contra", "de", "en", "está", "están", "falta", "faltan", "para"})
TEXTS = st.text(st.characters(exclude_categories=("C",)), max_size=40)


def recorded(said: Line, language: str = "en") -> list[str]:
    return [phrase.text for fragment in fragments_of(said, language) for phrase in fragment.phrases]


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        (line(Prompt.PIN), ["Key your PIN"]),
        (
            line(Prompt.OFFER, unit="Adair, 1 North West Adair"),
            ["Reporting for", "Adair", "1", "North West Adair", "Key your PIN. If not, 2 pound"],
        ),
        (
            line(Prompt.GROUPS, groups="Biden 6, Buttigieg 118", total=124),
            ["Biden", "6", "Buttigieg", "100", "18", "Total", "100", "24"],
        ),
        (
            line(Prompt.AWARD, groups="All write-ins 1", n=1),
            ["That makes", "All write-ins", "1", "1", "delegate"],
        ),
        (
            line(Prompt.WHERE, address=Address("https://a.example/results")),
            ["All results", "a dot example slash results"],
        ),
        (line(Prompt.COUNT, candidate="Biden"), ["Biden"]),
        (line(Prompt.COUNT, candidate="Ash, Birch, and Elm"), ["Ash", "Birch", "and", "Elm"]),
        (line(Prompt.OFFER, unit="Boone 1st Ward"), ["Reporting for", "Boone 1st Ward",
                                                    "Key your PIN. If not, 2 pound"]),
    ],
)  # fmt: skip
def test_a_line_is_cut_at_names_and_numbers(said, texts):
    assert recorded(said) == texts


def test_each_language_has_its_own_words_and_digits():
    assert recorded(line(Prompt.GROUPS, groups="Ash 2", total=116), "es")[-2:] == ["ciento", "16"]
    english, spanish = Phrase("Ash", "en"), Phrase("Ash", "es")
    assert english.digest != spanish.digest
    assert english.digest == Phrase("Ash", "en").digest


def test_names_are_put_together_by_each_language():
    assert recorded(line(Prompt.COUNT, candidate="Ash y Birch"), "es") == ["Ash", "y", "Birch"]
    assert recorded(line(Prompt.COUNT, candidate="Ash y Birch"), "en") == ["Ash y Birch"]


def test_another_text_is_another_recording():
    assert Phrase("Key your PIN", "en").digest != Phrase("Key the PIN", "en").digest


def test_a_line_in_its_own_language_is_cut_in_it():
    offer = Line(Prompt.LANGUAGE, (("language", "Español"), ("key", "9")), "es")
    assert [p.language for fragment in fragments_of(offer, "en") for p in fragment.phrases] == [
        "es",
        "es",
    ]


@given(st.sampled_from(list(Prompt)), st.data(), st.sampled_from(["en", "es"]))
def test_the_pieces_together_are_what_the_voice_says(prompt, data, language):
    values = {name: data.draw(TEXTS) for name in placeholders(prompt.value)}
    if "|" in prompt.value:
        values = dict.fromkeys(values, data.draw(st.integers(0, 2_000_000)))
    said = line(prompt, **values)
    assert "".join(fragment.written for fragment in fragments_of(said, language)) == speak(
        said, language
    )


def said_of(text: str) -> list[str]:
    """What a voice says of a Spanish text, word by word, each number in letters."""

    def in_letters(found: re.Match[str]) -> str:
        return spelled(int(found[1]), found[2] or "")

    return re.findall(r"\w+", re.sub(r"(\d+)(?=(?:\s+(\w+))?)", in_letters, text))


COUNTED = [said for said in everything_said() if "|" in said.value]


@given(st.sampled_from(COUNTED), st.data())
def test_recordings_say_in_spanish_what_the_voice_says(said, data):
    values = {name: data.draw(st.integers(0, 999_999)) for name in placeholders(said.value)}
    values[counted_by(said)] = data.draw(st.integers(0, 999) | st.integers(0, 999_999))
    spoken = line(said, **values)
    assert re.findall(r"\w+", recorded_as_text(recorded(spoken, "es"))) == said_of(
        speak(spoken, "es")
    )


@pytest.mark.parametrize("said", everything_said(), ids=lambda said: said.name)
def test_a_noun_after_a_number_has_its_gender(said):
    if said in IN_TEXT_MESSAGES:
        return
    counts = dict.fromkeys(placeholders(said.value), 7)
    after = re.findall(r"\b7 (\w+)", speak(line(said, **counts), "es"))
    names = {"unit", "candidate", "names", "fewer", "from", "to", "key", "number", "code"}
    if not names & counts.keys():
        assert set(after) <= FEMININE | MASCULINE | NO_NOUNS
