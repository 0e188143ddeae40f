"""Every step that the call sheet prints is done literally, by a chair who does nothing else.

The steps are read out of the sheet's own text, so that paper and telephone cannot part.
"""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.calls.names import spoken_unit
from hotline.calls.script import Script
from hotline.election.folder.folder import read_folder
from hotline.election.rules.registry import rule_of
from hotline.languages.catalogue import language
from hotline.paper.ink import Ink, PaperSize
from hotline.paper.sheet import draw_sheet, steps
from tests.calls.dialogue import Desk, Dialogue
from tests.paper.pages import pages

FOLDERS = Path(__file__).parents[2] / "config" / "elections"
IOWA, PRIMARY = (read_folder(FOLDERS / name) for name in ("iowa-2020", "primary-sample"))
EVERY = [*((IOWA, code) for code in IOWA.units), *((PRIMARY, code) for code in PRIMARY.units)]
SOME = EVERY[::60] + EVERY[-2:]

NAMED = {
    "en": r"It may name your precinct: then go to step (\d)\.",
    "es": r"Puede que oiga el nombre de su precinto: entonces vaya al paso (\d)\.",
}
CODE = {
    "en": r"Key the precinct code, (\d+)\. It needs no #\.",
    "es": r"Marque el código del precinto, (\d+)\. No lleva #\.",
}
PIN = {"en": r"Key your PIN\. It needs no #\.", "es": r"Marque su PIN\. No lleva #\."}
COUNTS = {
    "en": r"Key the (?:attendance|ballots cast) and #, then each count and #, in the worksheet's",
    "es": r"Marque (?:la asistencia|las boletas depositadas) y #, luego cada número y #,",
}
TOGETHER = {
    "en": r"It asks for the last (\d+) together: nobody, (\d); anyone, \d\.",
    "es": r"Por los últimos (\d+) pregunta una sola vez: nadie, (\d); alguien, \d\.",
}
RIGHT = {
    "en": r"Listen\. If it is right, press (\d)\. To change it, press \d\.",
    "es": r"Escuche\. Si está bien, oprima (\d)\. Para cambiarlo, oprima \d\.",
}


class Reader:
    """A chair with the sheet of a unit. `listens`: to whether the line names the precinct."""

    def __init__(self, election, code, spoken="en", listens=True):
        self.election, self.code, self.spoken, self.listens = election, code, spoken, listens
        self.steps = steps(election, code, language(spoken))
        self.pin = f"{random.Random(code).randrange(10**6):06}"

    def call(self, offers):
        who = {"trusted": True, "offers": offers} if offers else {}
        call = Dialogue(Script(self.election, has_person=True), Desk(pin=self.pin), **who)
        if self.spoken == "es":
            call.key("9#")
        here = self.step(1, NAMED)
        named = f"{spoken_unit(self.election.in_language(self.spoken).units[self.code])}?"
        next_step = int(here[1]) if self.listens and named in call.last else 2
        if next_step == 2:
            call.key(self.step(2, CODE)[1])
        self.step(3, PIN)
        return call.key(self.pin)

    def step(self, number, words):
        found = re.search(words[self.spoken], self.steps[number - 1])
        assert found, self.steps[number - 1]
        return found

    def count(self, call):
        """Step 4: what a room of 35 people, or 35 ballots, has for its first contest."""
        self.step(4, COUNTS)
        contest = self.election.contests[0]
        rule = rule_of(contest)
        together = rule.together(contest, rule.columns[0])
        lines = rule.columns[0].lines(rule.order(contest))
        call.key("35#")
        for place, _line in enumerate(lines[: len(lines) - len(together)]):
            call.key("30#" if place == 1 else "5#" if place == 2 else "0#")
        if together:
            found = self.step(4, TOGETHER)
            assert int(found[1]) == len(together)
            call.key(found[2])
        return call


def is_at_the_first_question(call, code):
    assert call.state.proved, call.heard
    assert call.state.unit == code
    assert call.state.pin_failures == 0
    asked = call.script.election.contests[0]
    return call.state.step == rule_of(asked).numbers[0].key


@pytest.mark.parametrize("listens", [True, False], ids=["listens", "follows the paper only"])
def test_every_unit_by_its_sheet_from_a_roster_phone(listens):
    for election, code in EVERY:
        call = Reader(election, code, listens=listens).call([code])
        assert is_at_the_first_question(call, code)


def test_every_unit_by_its_sheet_from_an_unknown_phone():
    for election, code in EVERY:
        assert is_at_the_first_question(Reader(election, code).call([]), code)


def test_every_unit_by_its_sheet_where_the_phone_is_offered_another_one_first():
    for (election, code), (_, other) in zip(EVERY[1:], EVERY, strict=False):
        if other in election.units:
            assert is_at_the_first_question(Reader(election, code).call([other, code]), code)


@pytest.mark.parametrize("spoken", ["en", "es"])
@pytest.mark.parametrize("offered", [True, False], ids=["roster phone", "unknown phone"])
def test_the_counts_are_keyed_as_the_sheet_says_and_read_back(spoken, offered):
    for election, code in SOME:
        if spoken not in election.languages:
            continue
        reader = Reader(election, code, spoken)
        call = reader.count(reader.call([code] if offered else []))
        contest = election.in_language(spoken).contests[0]
        second, third = (contest.by_id[id_] for id_ in rule_of(contest).order(contest)[1:3])
        assert f"{second.said} 30, {third.said} 5. " in call.last
        before = call.state
        call.key(reader.step(5, RIGHT)[1])
        assert (call.state.column, call.state.contest) != (before.column, before.contest)


def test_the_steps_of_the_test_are_those_on_the_page():
    for election, code in SOME:
        ink = Ink(election.title, datetime(2020, 1, 20, tzinfo=UTC), PaperSize.LETTER)
        draw_sheet(ink, election, election.units[code])
        printed = " ".join(pages(ink.finish()))
        for spoken in election.languages:
            for number, step in enumerate(steps(election, code, language(spoken)), start=1):
                assert f"{number} {step}" in printed
