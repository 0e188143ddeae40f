from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from hotline.election.model import Election
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.context import AppContext
from hotline.operations.desk.entry.entering import Entered, FormUsedError, file_entered, new_token
from hotline.operations.desk.entry.filled import AwardQuestion
from hotline.operations.desk.entry.filling import fill
from hotline.operations.reports.load_election import load_election
from hotline.store.audit import activity
from hotline.store.calls.calls import draft_key
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Outcome, Role, Source
from hotline.store.schema.tables import report, report_event
from tests.operations.desk.entry.sheets import FITTING, UNIT, form

ANN = Actor(1, "ann", Role.STAFF)
OTTO = Actor(2, "otto", Role.OBSERVER)


@pytest.fixture
def desk(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, town, "test")
    return parts


def entered(parts: AppContext, entries: dict[str, str], token: str) -> Entered:
    election = parts.election().election
    [asked] = fill(election, UNIT, entries).questions
    assert isinstance(asked, AwardQuestion)
    filled = fill(election, UNIT, {**entries, asked.field: asked.same})
    assert filled.report is not None
    return Entered(parts.election().ledger_id, filled.report, token, "CA1", "0101")


def test_a_report_entered_at_the_desk_is_filed_with_who_entered_it(desk: AppContext) -> None:
    filed = file_entered(desk, ANN, entered(desk, FITTING, new_token()))

    assert filed.outcome is Outcome.FILED
    with reading(desk.engine) as connection:
        row = connection.execute(select(report)).one()
        who = connection.scalars(select(report_event.c.who)).one()
        [entry] = activity.of_unit(connection, desk.election().ledger_id, UNIT)
    assert (row.source, row.call_sid, row.caller) == (Source.STAFF, "CA1", "0101")
    assert who == "ann"
    assert (entry.who, entry.kind) == ("ann", ActivityKind.REPORT_ENTERED)
    assert entry.after == {"report": filed.report_id, "version": 1, "outcome": "filed"}


def test_a_form_that_is_sent_twice_is_filed_once(desk: AppContext) -> None:
    sent = entered(desk, FITTING, new_token())

    assert file_entered(desk, ANN, sent) == file_entered(desk, ANN, sent)

    with reading(desk.engine) as connection:
        assert len(connection.execute(select(report)).all()) == 1
        assert len(activity.of_unit(connection, desk.election().ledger_id, UNIT)) == 1


def test_a_form_that_was_filed_takes_no_other_figures(desk: AppContext) -> None:
    token = new_token()
    file_entered(desk, ANN, entered(desk, FITTING, token))
    other = form(40, {"ash": 30, "birch": 10}, {"ash": 30, "birch": 10})

    with pytest.raises(FormUsedError):
        file_entered(desk, ANN, entered(desk, other, token))


def test_another_form_with_other_figures_is_a_conflict(desk: AppContext) -> None:
    file_entered(desk, ANN, entered(desk, FITTING, new_token()))
    other = form(40, {"ash": 30, "birch": 10}, {"ash": 30, "birch": 10})

    assert file_entered(desk, ANN, entered(desk, other, new_token())).outcome is Outcome.CONFLICT


def test_an_observer_files_nothing(desk: AppContext) -> None:
    with pytest.raises(NotAllowedError):
        file_entered(desk, OTTO, entered(desk, FITTING, new_token()))

    with reading(desk.engine) as connection:
        assert not connection.execute(select(report)).all()


def test_the_draft_that_the_chair_left_is_gone_once_it_is_filed(desk: AppContext) -> None:
    ledger = desk.election().ledger_id
    draft = draft_key(ledger, UNIT)
    desk.redis.set(draft, "{}")

    file_entered(desk, ANN, replace(entered(desk, FITTING, new_token()), call_sid=""))

    assert not desk.redis.exists(draft)
