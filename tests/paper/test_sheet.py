"""A call sheet says how to call, holds the right rule and every candidate, and no secret."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PageObject, PdfReader

from hotline.calls.prompts import Prompt, line, speak
from hotline.election.model import Election, Unit
from hotline.languages.catalogue import available, language
from hotline.paper.ink import Ink, PaperSize
from hotline.paper.sheet import draw_sheet
from hotline.telephones import national
from tests.paper.elections import NAMES, UNITS, caucus, precinct, primary
from tests.paper.pages import pages

NOW = datetime(2020, 1, 20, tzinfo=UTC)


def printed(election: Election, *units: Unit, size: PaperSize = PaperSize.LETTER) -> list[str]:
    """The text of each leaf: a front, and the pages that continue it."""
    leaves: list[str] = []
    for page in pages_of(election, *units, size=size):
        if "continued" in page or "continuación" in page:
            leaves[-1] += " " + page
        else:
            leaves.append(page)
    return leaves


def pages_of(election: Election, *units: Unit, size: PaperSize = PaperSize.LETTER) -> list[str]:
    ink = Ink(election.title, NOW, size)
    for unit in units or election.units.values():
        draw_sheet(ink, election, unit)
    return pages(ink.finish())


def positions(page: PageObject) -> list[tuple[float, float]]:
    """Where each text begins, in points from the lower left corner."""
    found: list[tuple[float, float]] = []

    def visit(_text: str, _matrix: list[float], at: list[float], *_font: object) -> None:
        if at[4:] != [0, 0]:
            found.append((at[4], at[5]))

    page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("size", PaperSize)
@pytest.mark.parametrize("rule", ["iowa-caucus-2020", "nevada-caucus-2020"])
def test_each_unit_has_a_leaf_in_each_language(rule, size):
    sheets = printed(caucus(rule=rule), size=size)
    assert len(sheets) == 2 * len(UNITS)
    for unit, english, spanish in zip(UNITS, sheets[::2], sheets[1::2], strict=True):
        for page in (english, spanish):
            assert unit.code in page
            assert unit.name in page
            assert "(515) 555-0100" in page
            assert "oprima 9" in page
            for number, name in enumerate(NAMES, start=1):
                assert f"{number} {name}" in page
        assert "Call (515)" in english
        assert "Llame al (515)" in spanish


@pytest.mark.parametrize("key", ["# ends a number", "* hear it", "** clear", "*0 a person"])
def test_the_keys_are_explained(key):
    assert key in printed(caucus(), UNITS[0])[0]


def test_all_counts_can_be_keyed_in_one_go_and_the_sheet_shows_how():
    english = printed(caucus(), UNITS[0])[0]
    assert "all counts in one go, * between them: 6*0*8*12#" in english


@pytest.mark.parametrize(
    ("delegates", "english", "spanish"),
    [
        (1, "the largest group elects the delegate.", "el grupo más grande elige al delegado."),
        (2, "viable with a quarter of attendance, rounded up", "un cuarto de la asistencia"),
        (3, "viable with a sixth of attendance, rounded up", "un sexto de la asistencia"),
        (4, "viable with 15 % of attendance, rounded up", "el 15 % de la asistencia"),
        (30, "viable with 15 % of attendance, rounded up", "el 15 % de la asistencia"),
    ],
)
def test_the_threshold_is_that_of_the_unit(delegates, english, spanish):
    unit = precinct("00011", delegates)
    pages_ = printed(caucus(units=[unit]))
    for page, rule in zip(pages_, (english, spanish), strict=True):
        assert rule in page
        others = {"quarter", "sixth", "15 %", "largest", "cuarto", "sexto", "grande"}
        assert not any(word in page for word in others if word not in rule)


@pytest.mark.parametrize(
    ("delegates", "said", "examples"),
    [
        (1, "Elects 1 delegate", ""),
        (2, "Elects 2 delegates", "With 50: 13, with 100: 25, with 200: 50."),
        (3, "Elects 3 delegates", "With 50: 9, with 100: 17, with 200: 34."),
        (8, "Elects 8 delegates", "With 50: 8, with 100: 15, with 200: 30."),
    ],
)
def test_delegates_and_examples_are_those_of_the_unit(delegates, said, examples):
    page = printed(caucus(units=[precinct("00011", delegates)]))[0]
    assert said in page
    assert examples in page
    assert ("Viable from" in page) is (delegates > 1)


def test_a_satellite_elects_by_its_attendance():
    english, spanish = printed(caucus(), UNITS[-1])
    table = "1–20: 4, 21–40: 5, 41–60: 6, 61–80: 7, 81–100: 8, 101"
    assert f"Attendance {table} or more: 9" in english
    assert f"Asistencia {table} o más: 9" in spanish
    assert "15 % of attendance" in english
    assert "pool CD1" in english


def test_nevada_counts_early_votes_and_draws_cards():
    page = printed(caucus(rule="nevada-caucus-2020"), UNITS[2])[0]
    assert "a sixth of attendance and early votes together" in page
    assert "Early votes" in page
    assert "Early, first" in page
    assert "Early, final" in page
    assert "who drew high" in page
    assert "toss" not in page


def test_iowa_has_no_early_votes_and_tosses_a_coin():
    page = printed(caucus(), UNITS[2])[0]
    assert "Early" not in page
    assert "who won the toss" in page


def test_a_primary_has_a_table_for_each_contest():
    (page,) = printed(primary())
    for row in ("1 Ann Ash", "3 Cy Cedar", "4 All write-ins", "5 Undervotes", "6 Overvotes"):
        assert row in page
    for row in ("1 Di Elm", "2 Ed Fir", "3 All write-ins", "4 Undervotes", "5 Overvotes"):
        assert row in page
    assert page.count("Ballots cast") == 2
    assert "must equal the ballots cast." in page
    assert "must equal the ballots cast × 2." in page
    assert "Governor" in page
    assert "City council" in page
    assert "delegate" not in page
    assert "viable" not in page


def test_without_a_number_there_is_room_to_write_one():
    (page,) = printed(primary())
    assert "Number to call:" in page


def test_one_language_is_one_leaf_and_offers_no_other():
    sheets = printed(caucus(languages=("en",)))
    assert len(sheets) == len(UNITS)
    assert "español" not in sheets[0]


def test_a_spanish_election_prints_spanish():
    (page,) = printed(caucus(languages=("es",)), UNITS[0])
    assert "Hoja para llamar" in page
    assert "oprima 9" not in page  # the line speaks Spanish from the start


def test_a_language_without_words_falls_back_to_english():
    (page,) = printed(caucus(languages=("vi",)), UNITS[0])
    assert "Call sheet" in page


@pytest.mark.parametrize("spoken", available())
@pytest.mark.parametrize("rule", ["iowa-caucus-2020", "nevada-caucus-2020"])
@pytest.mark.parametrize("count", [14, 50])
def test_more_candidates_than_fit_go_on_overleaf(count, rule, spoken):
    names = [f"Candidate Number{n}" for n in range(1, count + 1)]
    front, *worksheets = pages_of(caucus(rule=rule, names=names, languages=(spoken,)), UNITS[-1])
    assert len(worksheets) == (1 if count == 14 else 3)
    together = " ".join(worksheets)
    for n, name in enumerate(names, start=1):
        assert together.count(f"{n} {name} ") == 1
    for page in (front, *worksheets):
        assert UNITS[-1].code in page
    assert [page.count("Total") for page in worksheets] == [0] * (len(worksheets) - 1) + [1]


@pytest.mark.parametrize("size", PaperSize)
@pytest.mark.parametrize("count", [1, 14, 20, 40, 60])
def test_nothing_is_written_off_the_page(count, size):
    names = [f"Candidate Number{n} of the very long and winding surname" for n in range(count)]
    election = caucus(rule="nevada-caucus-2020", names=names)
    ink = Ink(election.title, NOW, size)
    draw_sheet(ink, election, precinct("00011", 3, "A precinct of a very long name " * 5))
    for page in PdfReader(BytesIO(ink.finish())).pages:
        written = positions(page)
        width, height = page.mediabox.width, page.mediabox.height
        assert written
        assert all(0 < x < width and 0 < y < height for x, y in written)


def test_no_print_is_smaller_than_14_points_and_no_row_lower_than_a_third_of_an_inch():
    ink = Ink("Maple", NOW, PaperSize.LETTER)
    draw_sheet(ink, caucus(), UNITS[3])
    sizes: set[float] = set()
    rules: set[float] = set()

    def visit(operator: bytes, operands: list[float], *_matrices: object) -> None:
        if operator == b"Tf":
            sizes.add(float(operands[1]))
        if operator == b"m":
            rules.add(float(operands[1]))

    front, back = PdfReader(BytesIO(ink.finish())).pages[:2]
    front.extract_text(visitor_operand_before=visit)
    rules.clear()
    back.extract_text(visitor_operand_before=visit)
    assert min(sizes) >= 14
    in_order = sorted(rules)
    heights = [high - low for low, high in pairwise(in_order)]
    assert sum(height >= 0.33 * 72 for height in heights) >= len(NAMES)


def test_it_says_what_to_do_when_something_goes_wrong():
    english, spanish = printed(caucus(), UNITS[0])
    assert "Cut off? Call again: your numbers are kept." in english
    assert "PIN lost? Call (515) 555-0105, from any phone." in english
    assert "You may text a photograph of the worksheet to (515) 555-0100." in english
    assert "¿Perdió el PIN? Llame al (515) 555-0105, desde cualquier teléfono." in spanish
    (without,) = printed(primary())
    assert "PIN lost? Ask whoever sent you the PIN letter." in without
    assert "photograph" not in without


def test_letters_that_the_fonts_lack_do_not_stop_the_printing():
    unit = precinct("00011", 3, "Łódź “Hall” – 東京\n\x00")
    election = caucus(units=[unit], names=("Ñandú Müller", "Nguyễn Văn Đức", "Ж"))
    ink = Ink(election.title, NOW, PaperSize.LETTER)
    draw_sheet(ink, election, unit)
    page = " ".join(pages(ink.finish())[:2])
    assert "Lódz “Hall” – ????" in page
    assert "1 Ñandú Müller" in page
    assert "2 Nguyen Van Duc" in page
    assert "3 ?" in page
    assert ink.respelled == {
        unit.name: "Lódz “Hall” – ????",
        "Nguyễn Văn Đức": "Nguyen Van Duc",
        "Ж": "?",
    }


def test_the_same_sheet_comes_out_the_same():
    def once() -> bytes:
        ink = Ink("Maple", NOW, PaperSize.LETTER)
        draw_sheet(ink, caucus(), UNITS[0])
        return ink.finish()

    assert once() == once()


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+15155550100", "(515) 555-0100"),
        ("+442079460101", "+44 20 7946 0101"),
        ("no number", "no number"),
    ],
)
def test_numbers_are_written_as_people_write_them(number, written):
    assert national(number) == written


@pytest.mark.parametrize("spoken", available())
def test_the_sheet_quotes_what_the_line_says(spoken):
    filed = speak(line(Prompt.FILED, number=""), spoken).split(".")[0]
    step = language(spoken).gettext('Wait for "Filed", and write down the confirmation number.')
    assert f'"{filed}"' in step
