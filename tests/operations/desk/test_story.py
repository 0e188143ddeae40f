from __future__ import annotations

import pytest

from hotline.election.model import Election
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.desk.story import call_story, unit_story
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations import lives
from tests.operations.acting import tabulated
from tests.operations.desk.telephoned import UNIT, called
from tests.towns import caucus

ANN = Actor(1, "ann", Role.STAFF)


@pytest.fixture
def desk(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, town, "test")
    chairs = [Chair(UNIT, "Alva North", ("+15155550101", "+15155550102"))]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, chairs)
    return parts


def test_what_was_keyed_and_where_the_caller_stands_is_told_in_words(desk: AppContext) -> None:
    story = call_story(desk, called(desk, "40#", "20*19*0#", "1"))

    assert (story.unit, story.verified, story.chair) == (UNIT, True, 7)
    assert [(one.what, one.value) for one in story.keyed] == [
        ("Attendance", "40"),
        ("First alignment, Alex Ash", "20"),
        ("First alignment, Bo Birch", "19"),
        ("First alignment, Cy Cedar", "0"),
        ("First alignment", "read back: right"),
    ]
    assert story.objections == ["the first alignment does not add up to the attendance"]
    assert story.question == "What does not fit: key again, or change?"
    assert story.figures["president"]["attendance"] == 40


def test_a_pin_that_failed_is_told_and_never_what_was_keyed_for_it(desk: AppContext) -> None:
    story = call_story(desk, called(desk, verified=False))

    assert (story.verified, story.pin_failures) == (False, 1)
    assert story.keyed == []


def test_what_happened_is_in_order_with_who_did_it(desk: AppContext) -> None:
    called(desk)
    lives.arrive(desk, "CA1", standing="roster")
    lives.verify(desk, "CA1", unit=UNIT)
    ingest_events(desk)
    with writing(desk.engine) as connection:
        log_activity(connection, desk, ANN, ActivityKind.NOTE, call_sid="CA1", note="is hoarse")

    story = call_story(desk, "CA1")

    told = [(moment.who, moment.text) for moment in story.moments]
    assert told == [
        ("", "called: roster, admit"),
        ("ann", "noted: is hoarse"),
        ("", "proved the PIN of North, North 1 (10001)"),
    ]
    assert story.last_four == lives.NUMBER[-4:]


def test_a_call_that_nobody_remembers_is_empty_and_no_error(desk: AppContext) -> None:
    story = call_story(desk, "CAnever")

    assert (story.unit, story.keyed, story.moments, story.question) == ("", [], [], "")


def test_a_unit_has_its_chairs_without_their_numbers_and_its_reports(desk: AppContext) -> None:
    tabulated(desk, UNIT, caucus(ash=20, birch=20, won={"ash": 2, "birch": 2}))

    story = unit_story(desk, UNIT)

    assert [(chair.name, chair.phones) for chair in story.chairs] == [
        ("Alva North", ("0101", "0102"))
    ]
    [version] = story.versions
    assert (version.version, version.status, version.source) == (1, "counted", "phone")
    figures = [(one.what, one.value) for one in version.figures["President"]]
    assert ("First alignment", "Ash 20, Birch 20") in figures
    assert ("Delegates", "Ash 2, Birch 2") in figures
    assert "5155550101" not in repr(story)


def test_what_an_earlier_call_left_is_there_for_the_form(desk: AppContext) -> None:
    called(desk, "40#", "20*20*0#")

    first = unit_story(desk, UNIT).draft["president"]["first"]
    assert {who: n for who, n in first.items() if n} == {"ash": 20, "birch": 20}


def test_there_is_no_story_of_a_unit_that_is_none(desk: AppContext) -> None:
    with pytest.raises(KeyError):
        unit_story(desk, "99999")
