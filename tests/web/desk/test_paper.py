"""A report on paper at the desk: keyed by two people, neither of whom sees the other's figures."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from hotline.election.model import Election
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.audit.activity import ActivityEntry, of_unit
from hotline.store.database import reading
from hotline.store.enums import ActivityKind
from tests.operations.desk.entry.sheets import form
from tests.web.desk.sheets import NEW, OTHER, RIGHT, Sheet, filed, keyed
from tests.web.desk_pages import ANN, BO, OTTO, SUE, UNIT, Desks

PLAIN = {"Accept": "application/json"}


@pytest.fixture
def desks(parts: AppContext, town: Election) -> Desks:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    return Desks(parts)


def log_of(desks: Desks) -> list[ActivityEntry]:
    parts = desks.board.parts
    with reading(parts.engine) as connection:
        return list(of_unit(connection, parts.election().ledger_id, UNIT))


def without_digests(page: str) -> str:
    """The page but for what is made of random digits: versions of files, tokens of forms."""
    return re.sub(r"\?v=\w+|name=\"(csrf_)?token\" value=\"[^\"]*\"", "", page)


def test_what_two_people_key_alike_is_filed_once(desks: Desks) -> None:
    first = keyed(desks, ANN, RIGHT).press("keep")
    assert first.location == "/desk/paper/1"
    assert filed(desks) == []

    # An empty count is what a zero is.
    second = keyed(desks, BO, RIGHT | {"president.first.cedar": "0"}, "/desk/paper/1/key")
    second.press("keep")

    [row] = filed(desks)
    assert (row.source, row.keyed[0], row.call_sid) == ("staff", "paper=mail", "")
    assert "Both agree" in second.text
    assert row.confirmation in second.text
    kinds = [entry.kind for entry in log_of(desks)]
    assert kinds == [
        ActivityKind.PAPER_KEYED,
        ActivityKind.PAPER_KEYED,
        ActivityKind.PAPER_COMPARED,
        ActivityKind.REPORT_ENTERED,
    ]
    assert log_of(desks)[-1].after["came"] == "mail"


@pytest.mark.parametrize("who", [ANN, BO, SUE], ids=lambda who: who.name)
def test_nobody_sees_what_was_keyed_once(desks: Desks, who: Actor) -> None:
    odd = form(4321, {"ash": 2987, "birch": 1334}, {"ash": 2987, "birch": 1334})
    desks.actor = ANN
    sheet = Sheet(desks, NEW).key(**odd).press("check")
    while "Compare this with the paper" not in sheet.text:
        if 'name="insist"' in sheet.page and "It stands so on the paper" in sheet.text:
            sheet.insist()
        if "Does the worksheet say the same?" in sheet.text:
            sheet.choose("Yes, the same")
        sheet.press("check")
    sheet.press("keep")

    desks.actor = who
    pages = ["/desk/paper", "/desk/paper/1", f"/desk/unit/{UNIT}", "/desk/"]
    if who is BO or who is SUE:
        pages.append("/desk/paper/1/key")
    for path in pages:
        assert not re.search("4321|2987|1334", without_digests(desks.page(path))), path
    for entry in log_of(desks):
        assert not re.search("4321|2987|1334", repr(entry)), entry


def test_the_same_person_cannot_be_both(desks: Desks) -> None:
    keyed(desks, ANN, RIGHT).press("keep")

    answer = desks.client.get("/desk/paper/1/key", follow_redirects=True)
    assert "You keyed it yourself: a second person has to key it." in answer.text
    sent = desks.form(**RIGHT, do="check", token="another")
    page = desks.client.post("/desk/paper/1/key", data=sent).text
    [award] = re.findall(r'name="president.award" value="(same:[^"]*)"', page)
    sent |= {"do": "keep", "president.award": award}
    answer = desks.client.post("/desk/paper/1/key", data=sent)

    assert answer.status_code == 409
    assert "You keyed it yourself" in answer.text
    assert filed(desks) == []


def test_where_they_differ_both_are_shown_and_either_keys_again(desks: Desks) -> None:
    keyed(desks, ANN, RIGHT).press("keep")
    page = keyed(desks, BO, OTHER, "/desk/paper/1/key").press("keep")

    assert "4 numbers differ" in page.text
    assert page.page.count('<tr class="differs">') == 4
    assert filed(desks) == []

    desks.actor = ANN
    again = Sheet(desks, "/desk/paper/1/key")
    assert again.fields["president.first.ash"] == ["20"], "what I keyed myself"
    again = keyed(desks, BO, RIGHT, "/desk/paper/1/key").press("keep")

    [row] = filed(desks)
    assert row.figures["president"]["first"]["ash"] == 20
    assert "Both agree" in again.text


def test_a_supervisor_decides_and_says_why(desks: Desks) -> None:
    keyed(desks, ANN, RIGHT).press("keep")
    keyed(desks, BO, OTHER, "/desk/paper/1/key").press("keep")

    desks.actor = SUE
    assert "Say why." in desks.does("/desk/paper/1/decide", right="2", back="/desk/paper/1")
    assert filed(desks) == []
    page = desks.does(
        "/desk/paper/1/decide", right="2", note="the 18 is plain", back="/desk/paper/1"
    )

    [row] = filed(desks)
    assert row.figures["president"]["first"]["ash"] == 22
    assert "by sue: the 18 is plain" in page
    compared = [entry for entry in log_of(desks) if entry.kind is ActivityKind.PAPER_COMPARED]
    assert (compared[-1].after["decided_for"], compared[-1].note) == ("bo", "the 18 is plain")
    assert "nothing to decide" in desks.does("/desk/paper/1/decide", right="1", note="no")
    assert len(filed(desks)) == 1


def test_a_supervisor_does_not_decide_for_what_he_keyed_himself(desks: Desks) -> None:
    keyed(desks, SUE, RIGHT).press("keep")
    keyed(desks, BO, OTHER, "/desk/paper/1/key").press("keep")

    desks.actor = SUE
    assert 'id="decide"' not in desks.page("/desk/paper/1")
    page = desks.does("/desk/paper/1/decide", right="3", note="mine", back="/desk/paper/1")

    assert "another supervisor decides" in page
    assert filed(desks) == []


def test_staff_decide_nothing(desks: Desks) -> None:
    keyed(desks, ANN, RIGHT).press("keep")
    keyed(desks, BO, OTHER, "/desk/paper/1/key").press("keep")

    for path in ("decide", "set-aside"):
        sent = desks.form(right="2", note="so it is")
        answer = desks.client.post(f"/desk/paper/1/{path}", data=sent, headers=PLAIN)
        assert answer.status_code == 403
    assert filed(desks) == []


def test_an_observer_sees_and_keys_no_paper(desks: Desks) -> None:
    keyed(desks, ANN, RIGHT).press("keep")
    desks.actor = OTTO

    for path in ("/desk/paper", "/desk/paper/1"):
        assert desks.client.get(path, headers=PLAIN).status_code == 403
    for path in (NEW, "/desk/paper/1/key"):
        sent = desks.form(**RIGHT, do="keep")
        assert desks.client.get(path, headers=PLAIN).status_code == 403
        assert desks.client.post(path, data=sent, headers=PLAIN).status_code == 403


def test_a_paper_that_is_set_aside_is_not_filed(desks: Desks) -> None:
    keyed(desks, ANN, RIGHT).press("keep")
    desks.actor = SUE
    desks.does("/desk/paper/1/set-aside", note="of last year")

    assert "set aside, by sue: of last year" in desks.page("/desk/paper")
    desks.actor = BO
    assert (
        "It is set-aside already"
        in desks.client.get("/desk/paper/1/key", follow_redirects=True).text
    )


def test_a_form_sent_twice_is_kept_once(desks: Desks) -> None:
    sheet = keyed(desks, ANN, RIGHT)
    sent = dict(sheet.fields)

    first = sheet.press("keep").location
    sheet.fields = sent
    assert sheet.press("keep").location == first
    second = keyed(desks, BO, RIGHT, "/desk/paper/1/key")
    sent = dict(second.fields)
    second.press("keep")
    second.fields = sent
    second.press("keep")

    assert second.status == 303
    assert len(filed(desks)) == 1
    assert [entry.kind for entry in log_of(desks)].count(ActivityKind.PAPER_KEYED) == 2


def test_what_does_not_fit_is_said_and_may_stand_so_on_the_paper(desks: Desks) -> None:
    odd = form(40, {"ash": 20, "birch": 19}, {"ash": 20, "birch": 19})
    for who, path in ((ANN, NEW), (BO, "/desk/paper/1/key")):
        desks.actor = who
        sheet = Sheet(desks, path).key(**odd).press("check")
        assert "Your counts add up to 39" in sheet.text
        assert "It stands so on the paper" in sheet.text
        sheet.insist().press("check").choose("Yes, the same").press("check").press("keep")

    [row] = filed(desks)
    assert row.outcome == "held"


def test_without_a_database_nothing_keyed_is_lost(desks: Desks, monkeypatch) -> None:
    sheet = keyed(desks, ANN, RIGHT)

    def down(*_: object) -> None:
        raise OperationalError("", {}, Exception("down"))

    with monkeypatch.context() as patch:
        patch.setattr("hotline.operations.desk.entry.paper.transact", down)
        sheet.press("keep")
    assert sheet.status == 503
    assert "Everything you keyed is still here" in sheet.text

    assert sheet.press("keep").status == 303


def test_a_code_that_no_precinct_has_is_said(desks: Desks) -> None:
    answer = desks.client.get("/desk/paper/new?unit=nope&came=mail", follow_redirects=True)
    assert "There is no precinct with the code" in answer.text
    assert desks.client.get(f"/desk/paper/new?unit={UNIT}&came=pigeon").status_code == 404
    assert desks.client.get("/desk/paper/7").status_code == 404


def test_who_else_is_on_the_precinct_is_said(desks: Desks) -> None:
    desks.does(f"/desk/unit/{UNIT}/claim")
    desks.actor = BO

    assert "ann is on this precinct." in Sheet(desks, NEW).text
