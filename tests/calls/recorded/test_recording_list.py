"""The list of what is to be recorded: complete, in every language, without what nobody hears."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from hotline.calls import texts
from hotline.calls.prompts import Prompt
from hotline.calls.recorded.phrases import Phrase
from hotline.calls.recorded.recording_list import IN_TEXT_MESSAGES, file_of, recordings_for
from hotline.election.folder.folder import read_folder
from tests.towns import town

ELECTIONS = Path(__file__).parents[3] / "config" / "elections"


def by_place(election, language="en"):
    found: dict[str, list[str]] = {}
    for recording in recordings_for(election, "https://a.example"):
        if recording.phrase.language == language:
            found.setdefault(recording.where, []).append(recording.phrase.text)
    return found


def test_sentences_numbers_and_names_are_on_it():
    places = by_place(town())
    assert places["sentence PIN"] == ["Key your PIN"]
    assert places["sentence OFFER"] == ["Reporting for", "Key your PIN. If not, 2 pound"]
    assert places["sentence AWARD"] == ["That makes", "delegate", "delegates"]
    assert places["numbers"][:3] == ["0", "1", "2"]
    assert places["numbers"][-1] == "point"
    assert places["names of candidates"] == ["Ash", "Birch", "Cedar"]
    assert places["names of precincts"] == ["North", "South", "Abroad"]
    assert places["where the results are"] == ["a dot example"]


def test_spanish_is_on_it_in_spanish():
    places = by_place(town(), "es")
    assert places["sentence MISMATCH"] == ["Ese código y ese PIN no coinciden"]
    assert "ciento" in places["numbers"]
    assert places["the offer of this language"] == ["Español"]


def test_what_is_only_read_is_not_on_it():
    places = by_place(town())
    assert not {f"sentence {prompt.name}" for prompt in IN_TEXT_MESSAGES} & places.keys()
    used = {
        node.attr
        for node in ast.walk(ast.parse(Path(texts.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in Prompt.__members__
    }
    assert used - {prompt.name for prompt in IN_TEXT_MESSAGES} == {"WELCOME", "DRILL"}


def test_other_rules_are_not_on_it():
    assert "sentence BALLOTS" not in by_place(town())
    assert "sentence BALLOTS" in by_place(read_folder(ELECTIONS / "primary-sample"))


@pytest.mark.parametrize("name", ["iowa-2020", "primary-sample"])
def test_each_file_name_says_what_it_is_and_is_there_once(name):
    wanted = recordings_for(read_folder(ELECTIONS / name))
    files = [recording.file for recording in wanted]
    assert len(set(files)) == len(files) == len({file[-14:-4] + file[:2] for file in files})
    assert all(file.isascii() and " " not in file for file in files)


def test_only_the_digest_counts_in_a_name():
    file = file_of(Phrase("¿Asisten?", "es"))
    assert file.startswith("es/asisten-")
    assert file_of(Phrase("42", "en")).startswith("en/42-")
