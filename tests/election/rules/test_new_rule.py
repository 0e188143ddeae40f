"""A rule set that exists only here, played through: what any new one gets for its one module."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from hotline.calls.names import spoken_unit
from hotline.calls.results import spoken
from hotline.calls.script import Script
from hotline.election import tally
from hotline.election.folder.folder import from_document, read_folder, read_results, to_document
from hotline.election.model import Election
from hotline.election.publication.outlook import OutlookState, outlook
from hotline.election.recanvass.comparison import compare
from hotline.election.rules.rule import Rule
from hotline.operations.desk.entry.filling import count_fields, entries_of, fill
from hotline.operations.publication.results_document import build
from hotline.operations.publication.results_nist import as_nist
from hotline.paper.ink import Ink, PaperSize
from hotline.paper.sheet import draw_sheet
from hotline.rehearsal.chair import CallSheet, SimulatedChair
from hotline.store.enums import UnitStatus
from hotline.store.reports.unit import UnitState
from hotline.web.desk.form import Form
from tests.calls.dialogue import PIN, Dialogue
from tests.election.rules.yes_no import NAME, QUESTION, Answers, registered, written


@pytest.fixture(autouse=True)
def rule() -> Iterator[Rule]:
    with registered() as rule:
        yield rule


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture
def meeting(directory: Path) -> Election:
    return read_folder(directory)


def test_its_folder_is_read_and_kept(directory: Path, meeting: Election) -> None:
    assert from_document(to_document(meeting)) == meeting
    assert [report.figures[QUESTION] for report in read_results(directory, meeting)] == [
        Answers(9, {"yes": 5, "no": 3}, 1),
        Answers(7, {"yes": 2, "no": 5}, 0),
    ]


def test_it_is_asked_for_on_the_telephone(meeting: Election) -> None:
    call = Dialogue(Script(meeting)).key("20012" + PIN)
    assert call.last == "How many slips were handed in? End with pound."
    assert call.key("9#").last == "Answers, one by one. Yes."
    assert call.key("5*10#").last == "That is too large a number. No."
    assert call.key("4*1#").last == "Yes 5, No 4, Left blank 1. Total 10. Right, 1. Change, 2."
    assert "add up to 10, but 9 ballots make 9" in call.key("1").last
    assert "To change the slips, press 3." in call.last
    assert "Left blank is 3." in call.key("2").last
    call.key("2#3#").key("1")
    [filed] = call.desk.filed
    assert filed.figures == {QUESTION: Answers(9, {"yes": 5, "no": 3}, 1)}
    assert filed.findings == ()


def test_a_simulated_chair_can_report_it(directory: Path, meeting: Election) -> None:
    for report in read_results(directory, meeting):
        unit = meeting.units[report.code]
        chair = SimulatedChair(
            meeting, CallSheet(unit.code, PIN, spoken_unit(unit), report.figures)
        )
        call = Dialogue(Script(meeting))
        while keys := chair.answer(call.last):
            call.key(keys)
        [filed] = call.desk.filed
        assert filed.figures[QUESTION].to_document() == report.figures[QUESTION].to_document()


def test_the_desk_has_a_form_for_it(meeting: Election) -> None:
    figures = {QUESTION: Answers(9, {"yes": 5, "no": 3}, 1)}
    entries = entries_of(meeting, {QUESTION: figures[QUESTION].to_document()})
    filled = fill(meeting, "20012", entries)

    assert filled.report is not None
    assert filled.report.figures == figures
    [sheet] = Form(meeting, entries, (), filled).sheets()
    assert [(group.title, [field.label for field in group.fields]) for group in sheet.groups] == [
        ("How many", ["Slips handed in"]),
        ("Answers", ["Yes", "No", "Left blank"]),
    ]
    assert count_fields(meeting, meeting.contests[0])[0] == f"{QUESTION}.slips"


def test_its_worksheet_is_printed(meeting: Election) -> None:
    ink = Ink("Sheets", datetime(2026, 6, 1, tzinfo=UTC), PaperSize.LETTER)
    draw_sheet(ink, meeting, meeting.units["20012"])
    pages = PdfReader(BytesIO(ink.finish())).pages
    text = " ".join(page.extract_text() for page in pages)

    for printed in ("A new school", "Slips handed in", "Answers", "Yes", "Left blank"):
        assert printed in text


def test_it_is_compared_with_its_paper(meeting: Election) -> None:
    ledger, paper = Answers(9, {"yes": 5, "no": 3}, 1), Answers(9, {"yes": 3, "no": 5}, 1)
    [difference] = compare(meeting, "20012", {QUESTION: ledger}, {QUESTION: paper})

    assert difference.kind == "swapped"
    assert {cell.line for cell in difference.cells} == {"yes", "no"}


def test_it_is_added_up_published_and_read_out(directory: Path, meeting: Election) -> None:
    first, second = read_results(directory, meeting)
    sums = tally.recount(meeting, [(meeting.units[first.code], first.figures)])
    states = {
        first.code: UnitState(UnitStatus.COUNTED, 1, contested=False, verified=False),
        second.code: UnitState(UnitStatus.OUTSTANDING, None, contested=False, verified=False),
    }
    document = build(meeting, True, sums, states, datetime(2026, 6, 2, tzinfo=UTC), [])

    [contest] = document["contests"]
    assert (contest["rule"], contest["measures"]) == (NAME, ["answers"])
    assert contest["totals"] == {"answers": {"yes": 5, "no": 3}}
    assert contest["ballots"] == {"slips": 9, "blank": 1}
    assert contest["outlook"]["state"] == "not-settled"
    said = spoken(document, "https://line.example.org", meeting, "en")
    assert any(one.prompt.value == "Answers: {groups}." for one in said)
    assert '"Count":5' in as_nist({**document, "number": 1})


def test_it_is_settled_once_everything_is_in(directory: Path, meeting: Election) -> None:
    reports = read_results(directory, meeting)
    sums = tally.recount(meeting, [(meeting.units[r.code], r.figures) for r in reports])
    settled = outlook(meeting, meeting.contests[0], sums, (), ())

    assert (settled.leader, settled.margin, settled.state) == ("no", 1, OutlookState.SETTLED)
