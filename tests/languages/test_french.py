"""A language is a catalogue and a line in an election: French is spoken, shown, texted, printed.

Nothing else is added here: no module of the program names French.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.calls.script import Script
from hotline.election.folder.folder import FolderError, read_folder
from hotline.election.model import Election
from hotline.operations.calls.answer import telephone
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import file_report
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.receipts import send_receipt
from hotline.paper.ink import Ink, PaperSize
from hotline.paper.letter import draw_letter
from hotline.paper.sheet import draw_sheet
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.telephony.networks import network_of
from hotline.web.results.languages import languages_in_use
from tests.calls.dialogue import PIN, Desk, Dialogue, code, small_election
from tests.operations.acting import filing
from tests.paper.pages import pages
from tests.towns import CODES, caucus, town
from tests.web.published import primary, publication
from tests.web.reading import read as read_page
from tests.web.reading import showing

ELECTIONS = Path(__file__).parents[2] / "config" / "elections"
LISTED = ("en", "es", "fr")
OWN = "+15155550123"


def folder(tmp_path: Path) -> Path:
    """The sample primary with one line changed."""
    copied = tmp_path / "primary-sample"
    shutil.copytree(ELECTIONS / copied.name, copied)
    file = copied / "election.toml"
    before = file.read_text()
    after = re.sub(r"(?m)^languages = .*$", 'languages = ["en", "es", "fr"]', before)
    assert after != before
    file.write_text(after)
    return copied


@pytest.fixture
def sample(french: str, tmp_path: Path) -> Election:
    return read_folder(folder(tmp_path))


def test_a_folder_may_list_a_language_that_has_a_catalogue(sample: Election) -> None:
    assert sample.languages == LISTED


def test_a_folder_is_refused_a_language_without_one(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="“fr” is not known; known are en, es"):
        read_folder(folder(tmp_path))


def test_a_whole_call(french: str) -> None:
    desk = Desk()
    one = code("0001")
    election = replace(small_election(), languages=LISTED)
    call = Dialogue(Script(election), desk)
    assert "Español, 9 numeral. Français, 8 dièse. Key your precinct code." in call.last
    assert "Composez le code de votre bureau." in call.key("8#").last
    assert call.last.startswith("Español, 9 numeral. English, 8 pound.")
    assert call.key(one).last == "Composez votre code secret."
    assert call.key(PIN).last == "Combien de présents ? Terminez par dièse."
    assert call.key("9#").last == "Premier groupement. Ash."
    call.key("5*4*0*0*0#")
    assert call.last == "Ash 5, Birch 4. Au total 9. Seuil : 2. Correct, 1. Changer, 2."
    assert call.key("1").last == "Groupement final. Ash."
    call.key("5*4#")
    call.key("1")
    assert call.last.startswith("Cela fait Ash 3, Birch 3. 6 délégués.")
    assert "Votre feuille est d'accord ? Oui, 1. Non, 2." in call.last
    call.key("1")
    assert call.last.startswith("Reçu. Numéro de confirmation 0, 0, 0, 0, 0, 1.")
    assert call.key("2").last == "Merci. Au revoir."
    assert len(desk.filed) == 1


def test_it_is_spoken_by_its_own_voice(french: str, parts: AppContext) -> None:
    election = replace(small_election(), languages=LISTED)
    call = Dialogue(Script(election))
    reply = telephone(parts).turn(call.turn, 1, "en", "+15155550100")
    said = network_of(parts.settings).webhooks.write(reply).decode()
    assert '<Say voice="Polly.Lea-Neural" language="fr-FR">Français, 8 dièse.</Say>' in said


def test_the_results_page(french: str) -> None:
    client = showing(publication(primary()), languages=lambda: LISTED)
    page = read_page(client, "/results?lang=fr")
    assert page.all("html")[0]["lang"] == "fr"
    assert "DONNÉES D’ESSAI" in page.text
    assert "2 juin 2026" in page.text
    assert "Ce qui est là, et ce qui manque" in page.text
    assert {"es", "en"} == {link["hreflang"] for link in page.all("a") if link.get("hreflang")}
    assert "Français" in read_page(client, "/results?lang=es").text


def test_pages_are_offered_in_the_languages_of_the_election(french: str, parts: AppContext) -> None:
    assert set(languages_in_use(parts)()) == {"en", "es", "fr"}
    load_election(parts, replace(town(), languages=("es", "fr")), "test")
    assert languages_in_use(parts)() == ("es", "fr")
    client = showing(publication(primary()), languages=languages_in_use(parts))
    assert read_page(client, "/results?lang=en").all("html")[0]["lang"] == "es"
    page = client.get("/results", headers={"Accept-Language": "fr-CA, en;q=0.5"})
    assert '<html lang="fr">' in page.text


class Texts:
    """A carrier that keeps what it is given to send."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send_text(self, from_: str, to: str, body: str) -> str:
        self.sent.append(body)
        return "SM1"


@pytest.mark.parametrize(
    ("spoken", "body"),
    [
        ("fr", "Town caucus. Votre déclaration de North, North 1 est enregistrée. Numéro de"),
        ("es", "Town caucus. Su informe de North, North 1 está registrado. Número de"),
        ("", "Town caucus. Your report for North, North 1 is filed. Confirmation number"),
    ],
)
def test_the_receipt_of_a_call_is_in_its_language(
    french: str, parts: AppContext, spoken: str, body: str
) -> None:
    load_election(parts, replace(town(), languages=LISTED, chairs_line="+15155550100"), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, "town", [roster.Chair(CODES[0], "Ann", (OWN,))])
    filed = file_report(parts, filing(parts, CODES[0], caucus(12, 8), language=spoken))
    texts = Texts()
    assert send_receipt(parts, texts, filed.report_id) == 1
    assert texts.sent[0].startswith(body)
    assert f" {filed.confirmation}. " in texts.sent[0]


def test_the_call_sheet_and_the_letter(sample: Election) -> None:
    unit = next(iter(sample.units.values()))
    ink = Ink(sample.title, datetime(2020, 1, 20, tzinfo=UTC), PaperSize.LETTER)
    draw_sheet(ink, sample, unit)
    draw_letter(ink, sample, unit, "471903")
    *sheets, letter = pages(ink.finish())
    steps, worksheets = sheets[::2], sheets[1::2]
    assert len(steps) == len(worksheets) == len(LISTED)
    assert "Feuille d'appel" in steps[2]
    assert "2 juin 2026" in steps[2]
    assert "Composez les bulletins et #" in steps[2]
    assert "Voix non exprimées" in worksheets[2]
    for sheet in steps:
        assert "Para español, oprima 9 y #. Pour le français, 8 et #." in sheet
    assert "Votre code secret" in letter
