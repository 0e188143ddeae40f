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


def test_a_table_without_rows_says_so() -> None:
    report = ComparisonReport("Recount 2", "Town", (), (Chapter("Units", ("Unit",), (), (1.0,)),))
    [page] = pages(draw_report(report, AT, PaperSize.A4))
    assert "Units None." in page
