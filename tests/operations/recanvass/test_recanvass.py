"""Asked, taken in, compared, decided, filed: once each, by whom it is for, and all written down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import SecondReviewer
from hotline.calls.turns import FileReport
from hotline.election.rules.mistakes import ErrorKind
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.context import AppContext
from hotline.operations.desk.entry import paper
from hotline.operations.desk.entry.paper import CheckedSheet
from hotline.operations.publication.orders import OrderError
from hotline.operations.recanvass import asking, deciding, filing, records
from hotline.operations.recanvass.comparing import compare_recanvass
from hotline.operations.recanvass.filing import file_decided
from hotline.operations.recanvass.publishing import publish
from hotline.operations.recanvass.records import PaperFileError
from hotline.operations.recanvass.refusal import RecanvassError
from hotline.operations.reports.load_election import load_election
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import (
    PaperWay,
    RecanvassKind,
    RecanvassState,
    RecordDecision,
    Role,
    Status,
)
from hotline.store.reports import reports
from tests.operations.acting import (
    HOLDING,
    differences,
    events,
    people,
    published,
    state,
    sums,
    tabulated,
)
from tests.operations.deciding import replace as decide_to_replace
from tests.operations.recanvassing import SUE, TED, as_file
from tests.towns import CODES, PRESIDENT, caucus, town
from tests.web.review_pages import make_accounts

ANN = Actor(1, "ann", Role.STAFF)
NORTH, NEXT, SOUTH, FOURTH = CODES[:4]
RIGHT = {
    NORTH: caucus(12, 8, won={"ash": 2, "birch": 2}),
    NEXT: caucus(30, 10, won={"ash": 4, "birch": 1}),
    SOUTH: caucus(9, 0, 4, won={"ash": 2}),
    FOURTH: caucus(0, 7, 14, won={"birch": 1, "cedar": 2}),
}
FILE, KEEP = RecordDecision.FILE, RecordDecision.KEEP


@pytest.fixture
def night(parts: AppContext) -> AppContext:
    """NORTH is swapped, NEXT right, SOUTH held with wrong figures, FOURTH has not reported."""
    load_election(parts, town(), "test")
    tabulated(parts, NORTH, caucus(8, 12, won={"ash": 2, "birch": 2}))
    tabulated(parts, NEXT, RIGHT[NEXT])
    tabulated(parts, SOUTH, caucus(90, 0, 4, won={"ash": 2}), HOLDING)
    published(parts)
    return parts


def begun(parts: AppContext, tmp_path: Path, units: list[str] | None = None) -> int:
    number = asking.ask(parts, SUE, RecanvassKind.RECANVASS, units, "it is close")
    wanted = {code: figures for code, figures in RIGHT.items() if units is None or code in units}
    path = tmp_path / "papers.csv"
    path.write_text(as_file(wanted), encoding="utf-8")
    records.take_file(parts, SUE, number, path)
    return number


def decided(parts: AppContext, number: int) -> None:
    wanted = [case.record.id for case in compare_recanvass(parts, number).undecided if case.record]
    deciding.decide(parts, SUE, number, wanted, FILE, "the papers are signed")
    deciding.finish(parts, SUE, number)


def find(parts: AppContext, number: int) -> RecanvassState:
    found = asking.find_recanvass(parts, number)
    assert found is not None
    return found.state


def kinds(parts: AppContext, number: int) -> dict[str, ErrorKind]:
    return {case.unit.code: case.kinds[0] for case in compare_recanvass(parts, number).cases}


def test_what_differs_is_listed_by_kind(night: AppContext, tmp_path: Path) -> None:
    comparison = compare_recanvass(night, begun(night, tmp_path))
    assert {case.unit.code: case.kinds for case in comparison.cases} == {
        NORTH: (ErrorKind.SWAPPED,),
        SOUTH: (ErrorKind.MISSING_IN_LEDGER,),
        FOURTH: (ErrorKind.MISSING_IN_LEDGER,),
    }
    assert (comparison.units, comparison.records, comparison.same) == (6, 4, 1)
    assert comparison.recanvass.base == 1


def test_what_was_decided_is_filed_and_counts(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    decided(night, number)
    foretold = compare_recanvass(night, number).decided
    assert file_decided(night, TED, number).left == 0

    assert [state(night, code)[:2] for code in (NORTH, NEXT, SOUTH, FOURTH)] == [
        ("counted", 2),
        ("counted", 1),
        ("counted", 2),
        ("counted", 1),
    ]
    assert people(night, "county:South", "cedar") == 4 + 14
    assert differences(night) == ()
    assert find(night, number) is RecanvassState.FILED
    with reading(night.engine) as connection:
        new = reports.of_unit(connection, night.election().ledger_id, NORTH)[-1]
    assert ("counted", "sue and ted", "recanvass 1: the papers are signed") in events(night, new.id)
    after = compare_recanvass(night, number)
    assert kinds(night, number)[NORTH] is ErrorKind.SWAPPED  # what it was, also from now on
    assert after.decided == foretold


def test_everything_is_written_down(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    decided(night, number)
    file_decided(night, TED, number)
    with reading(night.engine) as connection:
        written = list(reversed(activity.latest(connection, 50)))
    found = [entry for entry in written if entry.kind.startswith("recanvass")]
    assert [(entry.kind, entry.who) for entry in found] == [
        ("recanvass-asked", "sue"),
        ("recanvass-recorded", "sue"),
        ("recanvass-decided", "sue"),
        ("recanvass-decided", "sue"),
        ("recanvass-filed", "ted"),
    ]
    assert found[-1].before["totals"]["president first ash"] == "38"
    assert found[-1].after["totals"]["president first ash"] == "51"


def test_each_step_sent_again_changes_nothing(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    assert begun(night, tmp_path) == number
    assert records.take_file(night, SUE, number, tmp_path / "papers.csv").same == 4
    wanted = [case.record.id for case in compare_recanvass(night, number).undecided if case.record]
    assert deciding.decide(night, SUE, number, wanted, FILE, "the papers") == 3
    assert deciding.decide(night, SUE, number, wanted, FILE, "the papers") == 0
    for _ in range(2):
        deciding.finish(night, SUE, number)
    assert file_decided(night, TED, number).filed == 3
    before = sums(night)
    assert file_decided(night, TED, number).filed == 0
    assert sums(night) == before
    with reading(night.engine) as connection:
        assert len(reports.of_ledger(connection, night.election().ledger_id)) == 3 + 3


def test_filing_goes_on_where_it_was_killed(
    night: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two units, and between the first version of a unit and its release."""
    number = begun(night, tmp_path)
    decided(night, number)
    assert file_decided(night, TED, number, most=1).left == 2

    def killed(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(filing, "_settle", killed)
    with pytest.raises(SystemExit):
        file_decided(night, TED, number)
    monkeypatch.undo()
    assert find(night, number) is RecanvassState.DECIDED
    with pytest.raises(RecanvassError, match="a part of it is filed"):
        asking.close(night, SUE, number, "no more")
    assert file_decided(night, TED, number).left == 0
    assert [state(night, code)[0] for code in CODES[:4]] == ["counted"] * 4
    assert differences(night) == ()
    with reading(night.engine) as connection:
        assert len(reports.of_ledger(connection, night.election().ledger_id)) == 3 + 3


def test_a_second_person_files(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    decided(night, number)
    with pytest.raises(NotAllowedError, match="second person"):
        file_decided(night, SUE, number)
    assert people(night, "county:North", "ash") == 38
    alone = night.settings.model_copy(update={"review_second": SecondReviewer.NEVER})
    assert file_decided(replace(night, settings=alone), SUE, number).filed == 3


def test_staff_look_and_decide_nothing(night: AppContext, tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError):
        asking.ask(night, ANN, RecanvassKind.RECOUNT, None, "I want to")
    number = begun(night, tmp_path)
    for work in (
        lambda: records.take_file(night, ANN, number, tmp_path / "papers.csv"),
        lambda: records.take_papers(night, ANN, number),
        lambda: deciding.decide(night, ANN, number, [1], FILE, "it is so"),
        lambda: deciding.finish(night, ANN, number),
        lambda: file_decided(night, ANN, number),
        lambda: asking.close(night, ANN, number, "no more"),
        lambda: publish(night, SUE, number),
    ):
        with pytest.raises(NotAllowedError):
            work()


def test_some_are_kept_by_kind(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    assert deciding.decide_kind(night, SUE, number, ErrorKind.SWAPPED, KEEP, "a false paper") == 1
    with pytest.raises(RecanvassError, match="2 precincts are not decided"):
        deciding.finish(night, SUE, number)
    missing = ErrorKind.MISSING_IN_LEDGER
    assert deciding.decide_kind(night, SUE, number, missing, FILE, "by mail") == 2
    deciding.finish(night, SUE, number)
    file_decided(night, TED, number)
    assert state(night, NORTH)[1] == 1
    assert people(night, "county:South", "cedar") == 18


def test_a_paper_that_changes_is_decided_on_anew(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    old = [case.record.id for case in compare_recanvass(night, number).undecided if case.record]
    deciding.decide(night, SUE, number, old, FILE, "the papers")
    path = tmp_path / "again.csv"
    path.write_text(as_file({NORTH: caucus(13, 8)}), encoding="utf-8")
    taken = records.take_file(night, SUE, number, path)
    assert (taken.new, taken.replaced) == (0, 1)
    assert [case.unit.code for case in compare_recanvass(night, number).undecided] == [NORTH]
    with pytest.raises(RecanvassError, match="since you looked"):
        deciding.decide(night, SUE, number, old, FILE, "the papers")


def test_the_paper_counts_also_where_the_chair_filed_meanwhile(
    night: AppContext, tmp_path: Path
) -> None:
    number = begun(night, tmp_path)
    decided(night, number)
    tabulated(night, FOURTH, caucus(1, 1, 1))
    with reading(night.engine) as connection:
        counted = reports.of_unit(connection, night.election().ledger_id, NORTH)[0]
    decide_to_replace(night, counted.id, RIGHT[NORTH], TED, "the chair called again")
    file_decided(night, TED, number)
    assert state(night, FOURTH)[:2] == ("counted", 2)
    assert state(night, NORTH)[:2] == ("counted", 2)  # it says so already: nothing is filed twice
    assert differences(night) == ()


def test_named_units_alone(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path, [NORTH, SOUTH])
    assert compare_recanvass(night, number).units == 2
    path = tmp_path / "all.csv"
    path.write_text(as_file(RIGHT), encoding="utf-8")
    with pytest.raises(PaperFileError, match="is not among those"):
        records.take_file(night, SUE, number, path)


def test_one_is_under_way_at_a_time(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    with pytest.raises(RecanvassError, match="is under way"):
        asking.ask(night, TED, RecanvassKind.RECOUNT, None, "another one")
    asking.close(night, TED, number, "withdrawn")
    with pytest.raises(RecanvassError, match="closed already"):
        asking.close(night, TED, number, "withdrawn")
    assert asking.ask(night, TED, RecanvassKind.RECOUNT, None, "another one") == number + 1


def test_it_is_opened_again(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    decided(night, number)
    with pytest.raises(RecanvassError, match="decided already"):
        records.take_file(night, SUE, number, tmp_path / "papers.csv")
    asking.reopen(night, TED, number, "a paper was misread")
    assert records.take_file(night, SUE, number, tmp_path / "papers.csv").same == 4


@pytest.mark.parametrize("why", ["", " \n", "x" * 501, "a\x00b"])
def test_a_reason_is_needed(night: AppContext, why: str) -> None:
    with pytest.raises(RecanvassError):
        asking.ask(night, SUE, RecanvassKind.RECANVASS, None, why)


@pytest.mark.parametrize("units", [[], ["99999"], ["", NORTH]])
def test_units_have_to_be_there(night: AppContext, units: list[str]) -> None:
    with pytest.raises(RecanvassError):
        asking.ask(night, SUE, RecanvassKind.RECANVASS, units, "it is close")


def test_results_go_out_under_its_name(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    with pytest.raises(RecanvassError, match="file it first"):
        publish(night, TED, number)
    decided(night, number)
    file_decided(night, TED, number)
    publish(night, TED, number)
    found = published(night)
    assert found.document["status"] == "recanvass"
    assert found.document["contests"][0]["totals"]["first"]["ash"] == 51
    with pytest.raises(OrderError, match="it is so already"):
        publish(night, TED, number)


def test_nothing_is_lost_when_a_held_version_is_replaced(night: AppContext, tmp_path: Path) -> None:
    number = begun(night, tmp_path)
    decided(night, number)
    file_decided(night, TED, number)
    with reading(night.engine) as connection:
        versions = reports.of_unit(connection, night.election().ledger_id, SOUTH)
    assert [version.status for version in versions] == [Status.SUPERSEDED, Status.COUNTED]
    assert versions[1].figures[PRESIDENT]["first"] == {"ash": 9, "cedar": 4}


def test_papers_that_two_people_keyed_are_records(night: AppContext, tmp_path: Path) -> None:
    """A unit that has a record keeps it."""
    make_accounts(night)
    filed = FileReport(unit=FOURTH, figures=RIGHT[FOURTH], findings=(), keyed=(), chair=0, number=1)
    sheet = CheckedSheet(filed, {}, (), "first")
    ledger_id = night.election().ledger_id
    paper_id = paper.key_first(night, ANN, PaperWay.MAIL, ledger_id, sheet)
    paper.key_again(night, SUE, paper_id, replace(sheet, token="second"))

    number = asking.ask(night, SUE, RecanvassKind.RECANVASS, None, "it is close")
    assert records.take_papers(night, SUE, number).new == 1
    assert records.take_papers(night, SUE, number).new == 0
    assert compare_recanvass(night, number).records == 1
