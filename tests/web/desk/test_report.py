from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from hotline.election.folder import folder
from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations.desk.entry.sheets import form
from tests.operations.desk.telephoned import called
from tests.web.desk.sheets import PATH, Sheet, filed
from tests.web.desk_pages import ANN, BO, OTTO, PHONE, UNIT, Desks

FITTING = form(40, {"ash": 20, "birch": 20}, {"ash": 20, "birch": 20})


@pytest.fixture
def desks(parts: AppContext, town: Election) -> Desks:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva North", (PHONE,))])
    return Desks(parts)


def ready(desks: Desks, entries: dict[str, str] | None = None) -> Sheet:
    """A form that is checked, and read back."""
    sheet = Sheet(desks).key(**entries or FITTING).press("check")
    return sheet.choose("Yes, the same").press("check")


def test_a_report_is_keyed_read_back_and_filed(desks: Desks) -> None:
    sheet = Sheet(desks).key(**FITTING).press("check")
    assert "By the rules that makes Ash 2, Birch 2." in sheet.text

    sheet.choose("Yes, the same").press("check")
    assert "Read this to the chair" in sheet.text
    assert "First alignment Ash 20, Birch 20" in sheet.text
    assert filed(desks) == []

    sheet.press("file")
    assert sheet.status == 303
    [row] = filed(desks)
    assert row.confirmation in sheet.text.replace(" ", "")
    assert row.source == "staff"
    assert "It is filed, and counts." in sheet.text


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(desks: Desks) -> None:
    sheet = Sheet(desks).key(**{**FITTING, "president.first.ash": "41"}).press("check")

    assert 'aria-describedby="f-president-first-ash-problem"' in sheet.page
    assert "That is more than the 40 people who attend." in sheet.text
    assert sheet.fields["president.first.ash"] == ["41"]
    assert sheet.fields["president.final.birch"] == ["20"]


def test_what_the_chair_insists_on_is_filed_and_held(desks: Desks) -> None:
    entries = form(40, {"ash": 20, "birch": 19}, {"ash": 20, "birch": 19})
    sheet = Sheet(desks).key(**entries).press("check")
    assert "Your counts add up to 39, but 40 people attend." in sheet.text

    sheet.insist().press("check").choose("Yes, the same").press("check")
    assert "the first alignment does not add up to the attendance — it will be held" in sheet.text
    sheet.press("file")

    [row] = filed(desks)
    assert row.outcome == "held"
    assert "held back" in sheet.text


def test_another_award_is_keyed_where_the_room_awarded_otherwise(desks: Desks) -> None:
    sheet = Sheet(desks).key(**FITTING).press("check").choose("No: key what").press("check")
    assert "president.delegates.ash" in sheet.fields

    sheet.key(**{"president.delegates.ash": "3", "president.delegates.birch": "1"}).press("check")
    assert "The rules give Ash 2, Birch 2." in sheet.text
    sheet.insist().press("check").press("file")

    [row] = filed(desks)
    assert row.figures["president"]["delegates"] == {"ash": 3, "birch": 1}


def test_a_form_sent_twice_is_filed_once(desks: Desks) -> None:
    sheet = ready(desks)
    sent = dict(sheet.fields)

    first = sheet.press("file").location
    sheet.fields = sent
    second = sheet.press("file").location

    assert first == second
    assert len(filed(desks)) == 1


def test_a_form_that_was_filed_is_not_filed_with_other_figures(desks: Desks) -> None:
    sheet = ready(desks)
    sent = dict(sheet.fields)
    sheet.press("file")

    sheet.fields = sent
    sheet.key(**form(40, {"ash": 30, "birch": 10}, {"ash": 30, "birch": 10})).press("change")
    sheet.choose("Yes, the same").press("check").press("file")

    assert sheet.status == 503
    assert "This form was filed already" in sheet.text
    assert len(filed(desks)) == 1


def test_without_a_database_nothing_keyed_is_lost(desks: Desks, monkeypatch) -> None:
    sheet = ready(desks)

    def down(*_: object) -> None:
        raise OperationalError("", {}, Exception("down"))

    with monkeypatch.context() as patch:
        patch.setattr("hotline.operations.reports.filing.transact", down)
        sheet.press("file")

    assert "Everything you keyed is still here" in sheet.text
    assert filed(desks) == []
    sheet.press("file")
    assert len(filed(desks)) == 1


def test_whoever_is_not_on_the_precinct_looks_and_does_not_file(desks: Desks) -> None:
    desks.does(f"/desk/unit/{UNIT}/claim")
    desks.actor = BO

    sheet = ready(desks)
    assert "ann is on precinct 10001: you can look, and not file." in sheet.text
    sheet.press("file")

    assert filed(desks) == []
    assert sheet.fields["president.first.ash"] == ["20"]


def test_what_the_chair_has_keyed_on_the_telephone_stands_in_the_form(desks: Desks) -> None:
    called(desks.board.parts, "40#", "20*20*0#")
    desks.waits("CA1")
    desks.begins(ANN)
    desks.does("/desk/take")

    sheet = Sheet(desks)
    assert "What the chair has keyed so far stands in the form." in sheet.text
    assert sheet.fields["president.attendance"] == ["40"]
    assert sheet.fields["president.first.birch"] == ["20"]

    sheet.key(**FITTING).press("check").choose("Yes, the same").press("check").press("file")
    [row] = filed(desks)
    assert (row.call_sid, row.caller, row.chair_id) == ("CA1", "0101", 7)


def test_that_it_has_reported_before_is_said(desks: Desks) -> None:
    ready(desks).press("file")

    assert "It has reported before (report 1, filed)." in Sheet(desks).text


def test_an_observer_files_nothing_even_by_hand(desks: Desks) -> None:
    sheet = ready(desks)
    desks.actor = OTTO
    sent = {**sheet.fields, "csrf_token": desks.token, "do": "file"}
    answer = desks.client.post(PATH, data=sent, headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert filed(desks) == []


def test_two_contests_are_keyed_in_one_form(parts: AppContext) -> None:
    primary = folder.read_folder(
        Path(__file__).parents[3] / "config" / "elections" / "primary-sample"
    )
    load_election(parts, primary, "test")
    desks = Desks(parts)
    code = next(iter(primary.units))
    sheet = Sheet(desks, f"/desk/report/{code}").press("check")

    for contest in primary.contests:
        assert contest.title in sheet.text
        assert f"f-{contest.id}-ballots-problem" in sheet.page
        lines = {f"{contest.id}.votes.{c.id}": "10" for c in contest.candidates}
        ballots = 10 * max(len(c.candidates) for c in primary.contests)
        rest = ballots * contest.seats - 10 * len(contest.candidates)
        sheet.key(**lines, **{f"{contest.id}.ballots": str(ballots)})
        sheet.key(**{f"{contest.id}.votes.undervotes": str(rest)})
    sheet.press("check")

    assert "Read this to the chair" in sheet.text, sheet.text
    sheet.press("file")
    assert len(filed(desks)) == 1


def with_candidates(town: Election, *ids: str) -> Election:
    """The town with other candidates, in this order."""
    (contest,) = town.contests
    candidates = tuple(
        replace(contest.candidates[0], number=n, id=id_, surname=id_.title(), name=id_.title())
        for n, id_ in enumerate(ids, 1)
    )
    return replace(town, contests=(replace(contest, candidates=candidates),))


def test_a_form_of_before_another_load_is_shown_again(
    desks: Desks, parts: AppContext, town: Election
) -> None:
    sheet = ready(desks)
    known = [candidate.id for candidate in town.contests[0].candidates]
    load_election(parts, with_candidates(town, "acorn", *known), "test", force=True)

    sheet.press("file")

    assert filed(desks) == []
    assert "The election was loaded anew while you keyed" in sheet.text
    assert sheet.fields["president.first.ash"] == ["20"]
    assert "president.first.acorn" in sheet.fields
    sheet.press("check").press("file")
    [row] = filed(desks)
    assert row.figures["president"]["first"] == {"ash": 20, "birch": 20}


def test_what_was_keyed_for_somebody_who_is_gone_is_said(
    desks: Desks, parts: AppContext, town: Election
) -> None:
    sheet = ready(desks)
    known = [c.id for c in town.contests[0].candidates if c.id != "birch"]
    load_election(parts, with_candidates(town, *known), "test", force=True)

    sheet.press("file")

    assert filed(desks) == []
    assert "No longer on the sheet, and dropped: birch: 20, birch: 20." in sheet.text
