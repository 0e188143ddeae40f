"""The pages of switches and drills."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from hotline.operations.admission import drill, switches
from hotline.operations.admission.switches import Switch
from hotline.operations.context import AppContext
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from tests.operations.acting import tabulated
from tests.towns import CODES, caucus, town
from tests.web.control_pages import BEN, SUE, Control

SAID = {"said-en": "We are closed.", "said-es": "Está cerrado."}


@pytest.fixture
def control(parts: AppContext) -> Control:
    load_election(parts, replace(town(), date=town().date.replace(year=2021)), "test")
    open_ledger(parts, False, "test")
    return Control(parts)


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


def is_on(control: Control, switch: Switch) -> bool:
    last = switches.standing(control.parts)[switch]
    return last is not None and last.on


@pytest.mark.parametrize("switch", [Switch.ROSTER_ONLY, Switch.PUBLICATION_PAUSED])
def test_a_switch_is_turned_on_and_off_and_says_who_and_why(
    control: Control, switch: Switch
) -> None:
    page = said(control.does(f"switches/{switch}/on", note="a flood"))
    assert "Turned on by ada, 2020-02-03 19:00:00 CST: a flood" in page
    assert is_on(control, switch)

    page = said(control.does(f"switches/{switch}/off", note="it is over"))
    assert "Turned off by ada" in page
    assert "a flood" in page  # in what was switched
    assert not is_on(control, switch)


def test_what_is_so_already_is_said_and_the_reason_kept(control: Control) -> None:
    switches.turn_on(control.parts, Switch.ROSTER_ONLY, BEN, "a flood")

    page = control.does("switches/roster-only/on", note="strangers")

    assert "roster-only is on already, by ben" in said(page).casefold()
    assert 'value="strangers"' in page


def test_intake_is_closed_once_it_was_heard(control: Control) -> None:
    control.does("switches/close-intake/on", note="why")
    assert not is_on(control, Switch.INTAKE_CLOSED)

    page = said(control.does("switches/close-intake/look", **SAID))
    assert "English: about 2 seconds." in page
    assert "Está cerrado. Spanish: about 1 second." in page
    assert not is_on(control, Switch.INTAKE_CLOSED)

    page = said(control.does("switches/close-intake/close", **SAID, note="all are in"))
    assert "Intake closed: on" in page
    last = switches.standing(control.parts)[Switch.INTAKE_CLOSED]
    assert last is not None
    assert last.said == {"en": "We are closed.", "es": "Está cerrado."}


@pytest.mark.parametrize(
    "form",
    [
        {"said-en": ""},
        {"said-es": " "},
        {"said-en": "x" * 201},
        {"note": ""},
    ],
)
def test_what_cannot_be_heard_closes_nothing_and_is_kept(
    control: Control, form: dict[str, str]
) -> None:
    wanted = {**SAID, "note": "all are in", **form}

    page = control.does("switches/close-intake/close", **wanted)

    assert 'role="alert"' in page
    assert wanted["said-en"] in page
    assert not is_on(control, Switch.INTAKE_CLOSED)


class TestDrill:
    def seen(self, control: Control) -> str:
        found = re.search(r'name="ledger" value="(\d+)"', control.page("drill"))
        assert found
        return found[1]

    def test_is_begun_and_ended(self, control: Control) -> None:
        live = control.parts.election().ledger_id

        page = said(control.does("drill/begin", note="staff practise", ledger=self.seen(control)))
        assert "A drill is on" in page
        assert "TEST Nothing here is a real report." in page
        assert "Begun by ada" in said(control.page("switches"))

        page = said(control.does("drill/end", note="over"))
        assert "the live ledger takes reports again" in page
        assert control.parts.election().ledger_id == live
        assert "TEST" not in page

    def test_does_not_begin_over_real_reports(self, control: Control) -> None:
        tabulated(control.parts, CODES[0], caucus(20, 20))

        page = control.does("drill/begin", note="staff practise", ledger=self.seen(control))

        assert "no drill begins over real reports" in said(page)
        assert 'value="staff practise"' in page
        assert not control.parts.election().is_test

    def test_nor_over_another_ledger_than_was_looked_at(self, control: Control) -> None:
        seen = self.seen(control)
        open_ledger(control.parts, False, "ben")

        page = said(control.does("drill/begin", note="staff practise", ledger=seen))

        assert "look again" in page
        assert drill.current(control.parts) is None


def test_there_is_no_other_switch(control: Control) -> None:
    form = {"csrf_token": control.client.get("/token").text, "note": "x"}
    assert control.client.post("/admin/switches/hurry/on", data=form).status_code == 404


def test_they_are_for_administrators(control: Control) -> None:
    control.actor = SUE
    for path in ("/admin/switches", "/admin/drill"):
        answer = control.client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 403
