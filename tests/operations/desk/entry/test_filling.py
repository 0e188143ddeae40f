from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.election.checks import examine_all
from hotline.election.finding import Check
from hotline.election.folder import folder
from hotline.election.folder.returns import read_results
from hotline.election.model import Election
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.operations.desk.entry.filled import AwardQuestion, Filled, FormObjection, Toss
from hotline.operations.desk.entry.filling import OTHER, entries_of, fill
from tests.conftest import IOWA
from tests.operations.desk.entry.sheets import FITTING, UNIT, agreed, form
from tests.towns import PRESIDENT


def test_a_form_that_fits_becomes_a_report_once_the_award_is_agreed_to(town: Election) -> None:
    filled = agreed(town, FITTING)

    assert filled.report is not None
    people = {"ash": 20, "birch": 20}
    assert filled.report.figures == {
        PRESIDENT: CaucusFigures(40, people, people, {"ash": 2, "birch": 2})
    }
    assert filled.report.findings == ()
    assert "award=same" in filled.report.keyed
    assert filled.read_back[f"{PRESIDENT}.first"].startswith("Ash 20, Birch 20. Total 40.")


def test_what_is_missing_is_said_at_its_field(town: Election) -> None:
    filled = fill(town, UNIT, {})

    assert filled.report is None
    assert "How many" in filled.problem_at(f"{PRESIDENT}.attendance")

    filled = fill(town, UNIT, {f"{PRESIDENT}.attendance": "40"})
    assert filled.problem_at(f"{PRESIDENT}.first.ash")


def test_everything_that_is_no_number_is_said_at_once(town: Election) -> None:
    entries = {**FITTING, f"{PRESIDENT}.first.ash": "2o", f"{PRESIDENT}.final.birch": "-1"}

    wrong = {problem.field for problem in fill(town, UNIT, entries).problems}

    assert wrong == {f"{PRESIDENT}.first.ash", f"{PRESIDENT}.final.birch"}


def test_each_count_that_is_out_of_range_is_said_at_its_field(town: Election) -> None:
    entries = form(40, {"ash": 41, "birch": 50, "cedar": 1}, {"ash": 40})

    filled = fill(town, UNIT, entries)

    wrong = {problem.field for problem in filled.problems}
    assert wrong == {f"{PRESIDENT}.first.ash", f"{PRESIDENT}.first.birch"}
    assert not filled.questions


def test_what_does_not_add_up_is_taken_when_the_chair_insists_and_is_held(town: Election) -> None:
    entries = form(40, {"ash": 20, "birch": 19}, {"ash": 20, "birch": 19})

    [said] = fill(town, UNIT, entries).questions
    assert isinstance(said, FormObjection)
    assert said.text == "Your counts add up to 39, but 40 people attend."
    assert said.held
    assert said.column == "first"

    filled = agreed(town, entries, (said.token,))
    assert filled.report is not None
    assert [f.check for f in filled.report.findings] == [Check.FIRST_NOT_ATTENDANCE]


def test_who_insisted_on_other_figures_is_asked_again(town: Election) -> None:
    entries = form(40, {"ash": 20, "birch": 19}, {"ash": 20, "birch": 19})
    [said] = fill(town, UNIT, entries).questions
    assert isinstance(said, FormObjection)

    entries = form(40, {"ash": 20, "birch": 18}, {"ash": 20, "birch": 18})
    [again] = fill(town, UNIT, entries, (said.token,)).questions

    assert isinstance(again, FormObjection)
    assert again.token != said.token


def test_an_award_that_was_agreed_to_does_not_outlast_its_figures(town: Election) -> None:
    [asked] = fill(town, UNIT, FITTING).questions
    assert isinstance(asked, AwardQuestion)
    changed = form(40, {"ash": 30, "birch": 10}, {"ash": 30, "birch": 10})

    [again] = fill(town, UNIT, {**changed, asked.field: asked.same}).questions

    assert isinstance(again, AwardQuestion)
    assert again.delegates != asked.delegates


def test_what_the_room_awarded_otherwise_is_checked(town: Election) -> None:
    other = {**FITTING, f"{PRESIDENT}.award": OTHER, f"{PRESIDENT}.delegates.ash": "3"}

    [said] = fill(town, UNIT, other).questions
    assert isinstance(said, FormObjection)
    assert said.text.startswith("You reported 3 delegates in all")
    assert said.column == "delegates"


def test_a_group_that_nobody_was_in_at_first_can_be_entered(town: Election) -> None:
    entries = form(40, {"ash": 20, "birch": 20}, {"ash": 20, "birch": 19, "cedar": 1})

    questions = fill(town, UNIT, entries).questions

    assert [type(question) for question in questions] == [FormObjection]  # a viable group shrank
    filled = agreed(town, entries, (questions[0].token,))
    assert filled.report is not None
    figures = filled.report.figures[PRESIDENT]
    assert isinstance(figures, CaucusFigures)
    assert figures.final == {"ash": 20, "birch": 19, "cedar": 1}


def test_a_tie_is_asked_for(town: Election) -> None:
    entries = form(45, dict.fromkeys(("ash", "birch", "cedar"), 15), {})
    entries |= {f"{PRESIDENT}.final.{who}": "15" for who in ("ash", "birch", "cedar")}

    [asked] = fill(town, UNIT, entries).questions
    assert isinstance(asked, Toss)
    assert asked.tied == ("ash", "birch", "cedar")

    filled = agreed(town, {**entries, asked.field: "birch"})
    assert filled.report is not None
    figures = filled.report.figures[PRESIDENT]
    assert isinstance(figures, CaucusFigures)
    assert figures.delegates == {"ash": 1, "birch": 2, "cedar": 1}
    assert figures.toss == ("birch",)


def test_what_a_call_had_keyed_stands_in_the_form(town: Election) -> None:
    figures = {PRESIDENT: {"attendance": 40, "first": {"ash": 20, "birch": 20}, "toss": ["ash"]}}

    assert entries_of(town, figures) == {
        f"{PRESIDENT}.attendance": "40",
        f"{PRESIDENT}.first.ash": "20",
        f"{PRESIDENT}.first.birch": "20",
        f"{PRESIDENT}.toss.0": "ash",
    }


def test_nobody_came(town: Election) -> None:
    [said] = fill(town, UNIT, {f"{PRESIDENT}.attendance": "0"}).questions
    assert isinstance(said, FormObjection)

    filled = fill(town, UNIT, {f"{PRESIDENT}.attendance": "0"}, (said.token,))

    assert filled.report is not None
    assert filled.report.figures[PRESIDENT] == CaucusFigures(0, {}, {}, {})


@pytest.mark.parametrize("column", ["first", "final"])
def test_an_answer_of_another_form_is_no_answer(town: Election, column: str) -> None:
    entries = {**FITTING, f"{PRESIDENT}.award": "same:0", f"{PRESIDENT}.{column}.nobody": "7"}

    [asked] = fill(town, UNIT, entries).questions

    assert isinstance(asked, AwardQuestion)


def through_the_form(election: Election, code: str, figures: CaucusFigures) -> Filled:
    """As a chair would have it entered who insists on whatever the worksheet says."""
    document = figures.to_document()
    entries = entries_of(election, {PRESIDENT: document})
    for column in ("first", "final"):
        entries |= {f"{PRESIDENT}.{column}.{c.id}": "0" for c in election.contests[0].candidates}
    entries |= entries_of(election, {PRESIDENT: document})
    insisted: list[str] = []
    for _ in range(20):
        filled = fill(election, code, entries, insisted)
        assert not filled.problems
        if filled.report is not None:
            return filled
        for question in filled.questions:
            match question:
                case FormObjection():
                    insisted.append(question.token)
                case Toss():
                    entries[question.field] = question.tied[0]
                case AwardQuestion():
                    same = question.delegates == dict(figures.delegates)
                    entries[question.field] = question.same if same else OTHER
    raise AssertionError("the form does not come to an end")


def test_real_reports_give_what_the_checks_find_in_them() -> None:
    if not IOWA.is_dir():
        pytest.skip("no Iowa here")
    election = folder.read_folder(IOWA)
    contest = election.contests[0]
    reports = read_results(IOWA, election)[::12]
    assert len(reports) > 100

    for reported in reports:
        figures = reported.figures[contest.id]
        assert isinstance(figures, CaucusFigures)
        report = through_the_form(election, reported.code, figures).report
        assert report is not None
        entered = report.figures[contest.id]
        assert isinstance(entered, CaucusFigures)
        assert replace(entered, toss=()) == replace(figures, toss=()), reported.code
        unit = election.units[reported.code]
        assert report.findings == examine_all(election, contest, unit, entered)
