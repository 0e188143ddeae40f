"""Every language has every text of the program and no other, and nothing half done."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from hotline.languages import catalogue
from hotline.languages.catalogue import DOMAIN, FOLDERS, SOURCE, available, language, languages

ROOT = Path(__file__).parents[2]


def catalogues(*folders: Path) -> pytest.MarkDecorator:
    found = sorted(p for folder in folders for p in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return pytest.mark.parametrize("path", found, ids=[path.parents[1].name for path in found])


every_catalogue = catalogues(*FOLDERS)
every_catalogue_and_that_of_the_tests = catalogues(*FOLDERS, Path(__file__).parent)


def read(path):
    return read_po(io.BytesIO(path.read_bytes()))


def texts(messages):
    return {(message.context, message.id) for message in messages if message.id}


def forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def holes(text):
    return set(re.findall(r"\{\w*\}", text))


@pytest.fixture(scope="module")
def in_the_source(tmp_path_factory):
    """All texts that the program may say, as `make catalogues` finds them."""
    out = tmp_path_factory.mktemp("texts") / "hotline.pot"
    options = ["-F", str(ROOT / "pyproject.toml"), "--omit-header", "-o", str(out)]
    CommandLineInterface().run(["pybabel", "-q", "extract", *options, str(ROOT / "hotline")])
    return read(out)


def test_spanish_is_there():
    assert "es" in available()


@every_catalogue
def test_a_catalogue_has_the_texts_of_the_program_and_no_others(path, in_the_source):
    found, wanted = texts(read(path)), texts(in_the_source)
    assert not wanted - found, "run `make catalogues`, and translate what is new"
    assert not found - wanted, "run `make catalogues`"


@every_catalogue
def test_nothing_is_left_untranslated_or_in_doubt(path):
    for message in read(path):
        if message.id:
            assert all(forms(message)), message.id
            assert not message.fuzzy, message.id


@every_catalogue_and_that_of_the_tests
def test_what_is_filled_in_is_the_same_in_every_language(path):
    for message in read(path):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        for form in forms(message):
            if message.id and form:
                assert holes(form) == holes(ids[0]) == holes(ids[-1])


def test_what_nobody_has_reviewed_says_so_and_is_not_shipped():
    drafted = list(Path(__file__).parent.glob("*/LC_MESSAGES/*.po"))
    assert drafted
    for path in drafted:
        assert "NOT REVIEWED" in read(path).header_comment
        assert path.parents[1].name not in available()


def test_what_a_language_knows_of_itself():
    english, spanish = language("en"), language("es")
    assert (english.name, spanish.name) == ("English", "Español")
    assert (english.speech, spanish.speech) == ("en-US", "es-US")
    assert english.voice != spanish.voice


def test_a_language_without_a_catalogue_speaks_english():
    assert language("xx").gettext("Key your PIN.") == "Key your PIN."
    assert [words.code for words in languages(["xx", "es"])] == ["es"]
    assert [words.code for words in languages(["xx"])] == [SOURCE]


def test_a_catalogue_is_all_that_a_language_takes(monkeypatch, tmp_path):
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(FOLDERS[0] / "es" / "LC_MESSAGES" / f"{DOMAIN}.po", folder)
    monkeypatch.setattr(catalogue, "FOLDERS", (*FOLDERS, tmp_path))
    assert available() == (SOURCE, "es", "xx")
    assert language("xx").name == "Español"
