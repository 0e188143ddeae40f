"""The plan of a night: what follows from its assumptions."""

from __future__ import annotations

from dataclasses import replace

from hotline.capacity.curves import NIGHT_OF_2008, curve_named
from hotline.capacity.plan import Assumptions, plan_night

IOWA = Assumptions(1765, NIGHT_OF_2008)


def test_the_plan_of_iowa():
    found = plan_night(IOWA)
    assert round(found.busiest_minute) == 27
    assert found.at_once < found.lines < 100
    assert found.processes == 2
    assert found.staff.waits.longest <= IOWA.patience
    assert [round(each.waits.longest / 60, 1) for each in found.by_people] == [1.8, 5.4]
    assert [each.people > 3 * 45 for each in found.instead] == [True, True]


def test_fewer_people_are_waited_for_longer():
    found = plan_night(IOWA)
    people = [each.people for each in (found.staff, *found.fewer)]
    waits = [each.waits.longest for each in (found.staff, *found.fewer)]
    assert people == sorted(people, reverse=True)
    assert len(people) == 4
    assert waits == sorted(waits)


def test_begun_minutes_are_paid_whole():
    given = replace(IOWA, calls=100, to_people=0.1, price_voice=0.01, price_dial=0.02, price_text=1)
    found = plan_night(given)
    assert found.minutes == 100 * 2 + 10 * 6
    assert round(found.carrier, 2) == 2.60 + 1.20 + 100


def test_wages_are_for_the_whole_night():
    found = plan_night(replace(IOWA, curve=curve_named("even:120"), wage=20))
    assert found.wages >= found.staff.people * 2 * 20


def test_one_precinct_needs_one_person():
    found = plan_night(replace(IOWA, calls=1))
    assert found.staff.people == 1
    assert found.lines >= 1
    assert found.fewer == ()


def test_nobody_needs_a_person():
    assert plan_night(replace(IOWA, to_people=0)).staff.waits.longest == 0
