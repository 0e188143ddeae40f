from __future__ import annotations

import re
from dataclasses import replace

import pytest

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.queues import QueueName
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.web.desk_pages import ANN, PHONE, SUE, UNIT, Desks


@pytest.fixture
def desks(parts: AppContext, town: Election) -> Desks:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    chairs = [Chair(UNIT, "Alva North", (PHONE,)), Chair("20001", "Sam South", ("+15155550104",))]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, chairs)
    built = Desks(parts)
    built.actor = SUE
    return built


def looked_at(desks: Desks, query: str = "area=North") -> tuple[str, str]:
    """The page with what would be sent, and the token to send it with."""
    page = desks.page(f"/desk/reminders?look=1&language=en&{query}")
    (token,) = re.findall(r"/desk/reminders/([\w-]+)/send", page)
    return page, token


def test_what_would_be_sent_is_shown_before(desks: Desks) -> None:
    assert "What would be sent" not in desks.page("/desk/reminders")
    page, _ = looked_at(desks)

    assert "Send 1 reminder<" in page
    assert "no report has come from" in page
    assert "0.01" in page
    assert PHONE not in page
    assert desks.board.parts.queue(QueueName.MESSAGES).count == 0


def test_sending_twice_is_sending_once_and_the_progress_is_shown(desks: Desks) -> None:
    _, token = looked_at(desks)
    sent = f"/desk/reminders/{token}"
    first = desks.does(f"{sent}/send", back=sent)
    desks.does(f"{sent}/send", back=sent)

    assert "1 of 1 are left" in first
    assert desks.board.parts.queue(QueueName.MESSAGES).count == 1


def test_it_can_be_stopped(desks: Desks) -> None:
    _, token = looked_at(desks, "")
    sent = f"/desk/reminders/{token}"
    desks.does(f"{sent}/send", back=sent)
    page = desks.does(f"{sent}/stop", back=sent)

    assert "Stopped: 2 are not sent." in page
    assert f"{sent}/stop" not in page


def test_without_a_language_the_form_says_so(desks: Desks) -> None:
    assert "Choose a language." in desks.page("/desk/reminders?look=1", status=422)


def test_it_is_for_supervisors(desks: Desks) -> None:
    _, token = looked_at(desks)
    desks.actor = ANN
    as_program = {"Accept": "application/json"}
    for path in ("", f"/{token}"):
        assert desks.client.get(f"/desk/reminders{path}", headers=as_program).status_code == 403
    for what in ("send", "stop"):
        path = f"/desk/reminders/{token}/{what}"
        answer = desks.client.post(path, data=desks.form(), headers=as_program)
        assert answer.status_code == 403
    assert "Remind chairs" not in desks.page("/desk/missing")


def test_a_batch_that_is_forgotten_is_not_found(desks: Desks) -> None:
    desks.page("/desk/reminders/nothing", status=404)
