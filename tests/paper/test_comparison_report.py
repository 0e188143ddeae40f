"""A report of tables: every row is on a page, under the head of its table."""

from __future__ import annotations

from datetime import UTC, datetime

from hotline.paper.comparison_report import Chapter, ComparisonReport, draw_report
from hotline.paper.ink import PaperSize
from tests.paper.pages import pages

AT = datetime(2020, 2, 10, 15, 30, tzinfo=UTC)


def test_a_long_table_goes_over_pages_and_loses_no_row() -> None:
    rows = [(f"Unit {n}", f"{n}") for n in range(1, 121)]
    chapters = (Chapter("Units", ("Unit", "Ledger"), rows, (0.7, 0.3), "A note."),)
    report = ComparisonReport("Recanvass 1", "Town caucus", ("It is close.",), chapters)

    found = pages(draw_report(report, AT, PaperSize.LETTER))

    assert len(found) == 3
    assert all("Recanvass 1 Town caucus" in page for page in found)
    assert all("Unit Ledger" in page for page in found)
    assert "It is close." in found[0]
    whole = " ".join(found)
    assert [n for n in range(1, 121) if f"Unit {n} {n} " not in f"{whole} "] == []


def test_long_cells_are_written_whole_and_a_page_names_what_it_goes_on_with() -> None:
    why = "file what the paper says: the chair has sent a photograph of the worksheet (version 2)"
    rows = [
        ("10001 North 1", "Other", "", why),
        *[("", f"Line {n}", f"{n}", "") for n in range(80)],
    ]
    chapters = (Chapter("Units", ("Precinct", "", "Paper", "Done"), rows, (0.3, 0.3, 0.1, 0.3)),)

    found = pages(draw_report(ComparisonReport("R", "Town", (), chapters), AT, PaperSize.LETTER))

    assert "file what the paper says: the chair has" in found[0]
    assert "(version 2)" in found[0]
    assert all("10001 North 1, continued Line" in page for page in found[1:])
    assert chapters[0].numbers == {2}


def test_a_table_without_rows_says_so() -> None:
    report = ComparisonReport("Recount 2", "Town", (), (Chapter("Units", ("Unit",), (), (1.0,)),))
    [page] = pages(draw_report(report, AT, PaperSize.A4))
    assert "Units None." in page
