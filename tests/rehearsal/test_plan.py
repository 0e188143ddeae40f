"""What is played, and what must come out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotline.election.folder import folder
from hotline.election.rules.registry import named
from hotline.rehearsal.night import totals_of
from hotline.rehearsal.plan import (
    RehearsalError,
    differences,
    read_expected,
    read_reports,
    stages,
)

IOWA = Path("config/elections/iowa-2020")


@pytest.fixture(scope="module")
def election():
    return folder.read_folder(IOWA)


@pytest.fixture(scope="module")
def night(election):
    reports = read_reports(IOWA, election, None)
    pins = dict.fromkeys(election.units, "482913")
    phones = dict.fromkeys(election.units, "+15155550199")
    return stages(election, reports, pins, phones, read_expected(IOWA))


def test_the_night_has_three_releases(night):
    assert [(s.release, len(s.assignments)) for s in night] == [
        ("92", 1624),
        ("97", 87),
        ("100", 54),
    ]


def test_what_the_reports_come_to_is_what_is_on_record(night):
    for stage in night:
        assert len(stage.known) == 17
        assert differences(stage, stage.totals, whole=True) == []


@pytest.mark.parametrize("measure", ["first", "final", "sde"])
def test_a_single_number_that_is_off_is_named(night, measure):
    stage = night[-1]
    published = json.loads(json.dumps(stage.totals))
    numbers = published["president"][measure]
    numbers["biden"] = (
        numbers["biden"] + 1 if measure != "sde" else numbers["biden"].replace("3", "4", 1)
    )
    wrong = differences(stage, published, whole=True)
    assert any(f"president {measure} biden" in line for line in wrong)


def test_nothing_published_is_wrong_in_every_number(night):
    assert len(differences(night[0], {}, whole=False)) == 3 * 14


def test_some_units_are_spread_over_the_night(election):
    some = read_reports(IOWA, election, 60)
    assert len({report.code for report in some}) == 60
    assert {report.release for report in some} == {"92", "97", "100"}


def test_a_folder_without_results_has_nothing_to_rehearse(election, tmp_path):
    with pytest.raises(RehearsalError, match=r"no results\.csv"):
        read_reports(tmp_path, election, None)


def test_four_reports_need_another_attendance_to_be_keyed(election):
    reports = read_reports(IOWA, election, None)
    keyable = named("iowa-caucus-2020").keyable
    changed = [r for r in reports if keyable(r.figures["president"]) != r.figures["president"]]
    assert [r.code for r in changed] == ["00534", "12023", "12567", "15759"]
    for report in changed:
        keyed = keyable(report.figures["president"])
        assert keyed.attendance == sum(keyed.final.values())
        assert keyed.final == report.figures["president"].final


def test_published_ballots_are_read_as_the_tally_has_them():
    contest = {
        "rule": "plurality",
        "totals": {"votes": {"alder": 5}},
        "ballots": {"ballots": 9, "write_ins": 1, "undervotes": 2, "overvotes": 1},
    }
    assert totals_of(contest) == {
        "votes": {"alder": 5, "write-ins": 1, "undervotes": 2, "overvotes": 1},
        "ballots": 9,
    }
