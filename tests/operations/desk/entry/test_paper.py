"""Two people key a report on paper, at the same moment too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from hotline.election.model import Election
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.desk.entry import paper
from hotline.operations.desk.entry.filling import fill
from hotline.operations.desk.entry.paper import CheckedSheet, PaperError, SamePersonError
from hotline.operations.reports.load_election import load_election
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import NewAccount
from hotline.store.database import reading, writing
from hotline.store.enums import PaperState, PaperWay, Role
from hotline.store.schema.desk_tables import paper_keying, paper_report
from hotline.store.schema.tables import report
from tests.operations.desk.entry.sheets import UNIT, agreed, form

PEOPLE = [Actor(n, name, Role.STAFF) for n, name in enumerate(("ann", "bo", "cy"), 1)]
ANN, BO, CY = PEOPLE
SUE = Actor(4, "sue", Role.SUPERVISOR)


@pytest.fixture
def office(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    with writing(parts.engine) as connection:
        for actor in (*PEOPLE, SUE):
            known = ("no hash", "u-" + actor.name, f"{4000 + (actor.account_id or 0)}", "none")
            accounts.insert_account(
                connection, NewAccount(actor.name, actor.role, *known, parts.now(), "test")
            )
    return parts


def sheet(parts: AppContext, ash: int, token: str) -> CheckedSheet:
    columns = {"ash": ash, "birch": 40 - ash}
    entries = form(40, columns, columns)
    election = parts.election().election
    [asked] = fill(election, UNIT, entries).questions
    entries |= {asked.field: asked.same}  # type: ignore[union-attr]
    found = agreed(election, entries_without_award(entries)).report
    assert found is not None
    return CheckedSheet(found, entries, (), token)


def entries_without_award(entries: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in entries.items() if not name.endswith(".award")}


def begun(parts: AppContext, ash: int = 20) -> int:
    ledger_id = parts.election().ledger_id
    return paper.key_first(parts, ANN, PaperWay.MAIL, ledger_id, sheet(parts, ash, "first"))


def reports(parts: AppContext) -> int:
    with reading(parts.engine) as connection:
        return len(connection.execute(select(report.c.id)).all())


def together(*work: Callable[[], object]) -> list[object]:
    """What came of each, begun at the same moment: its result, or its exception."""
    start, results = Barrier(len(work)), [None] * len(work)

    def do(index: int) -> None:
        start.wait()
        try:
            results[index] = work[index]()  # type: ignore[call-overload]
        except PaperError as error:
            results[index] = error  # type: ignore[call-overload]

    threads = [Thread(target=do, args=(n,)) for n in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


@pytest.mark.parametrize("ash", [(20, 20), (20, 22), (22, 23)])
@pytest.mark.both_databases
def test_two_who_are_the_second_at_once(office: AppContext, ash: tuple[int, int]) -> None:
    """One is the second; the other is told, or finds it filed with the same figures."""
    number = begun(office)
    sheets = [sheet(office, count, f"t{n}") for n, count in enumerate(ash)]

    found = together(
        lambda: paper.key_again(office, BO, number, sheets[0]),
        lambda: paper.key_again(office, CY, number, sheets[1]),
    )

    seen = paper.find_paper(office, number)
    assert len(seen.keyings) == 2
    assert len({keying.account_id for keying in seen.keyings}) == 2
    assert reports(office) == (1 if seen.state is PaperState.FILED else 0)
    assert [isinstance(one, PaperError) for one in found].count(True) <= 1
    if ash != (20, 20):
        assert any(isinstance(one, PaperError) for one in found) or seen.state is PaperState.FILED


@pytest.mark.both_databases
def test_one_keys_again_while_a_supervisor_decides(office: AppContext) -> None:
    number = begun(office)
    paper.key_again(office, BO, number, sheet(office, 22, "second"))
    again = sheet(office, 20, "third")

    together(
        lambda: paper.key_again(office, BO, number, again),
        lambda: paper.decide(office, SUE, number, 2, "plain to see"),
    )

    assert paper.find_paper(office, number).state is PaperState.FILED
    assert reports(office) == 1


@pytest.mark.both_databases
def test_a_form_that_comes_twice_at_once_is_one_paper(office: AppContext) -> None:
    ledger_id = office.election().ledger_id
    once = sheet(office, 20, "once")

    def keep() -> int:
        return paper.key_first(office, ANN, PaperWay.MAIL, ledger_id, once)

    first, second = together(keep, keep)
    assert first == second
    assert len(paper.listed(office)) == 1


def test_two_papers_of_a_precinct_are_two_reports(office: AppContext) -> None:
    one = begun(office)
    paper.key_again(office, BO, one, sheet(office, 20, "second"))
    ledger_id = office.election().ledger_id
    other = sheet(office, 20, "third")
    two = paper.key_first(office, BO, PaperWay.PHOTOGRAPH, ledger_id, other)
    paper.key_again(office, ANN, two, sheet(office, 20, "fourth"))

    with reading(office.engine) as connection:
        outcomes = list(connection.scalars(select(report.c.outcome).order_by(report.c.id)))
    assert outcomes == ["filed", "corroborated"]


def test_the_same_person_is_refused_by_the_program_and_by_the_database(office: AppContext) -> None:
    number = begun(office)
    with pytest.raises(SamePersonError):
        paper.key_again(office, ANN, number, sheet(office, 20, "second"))
    with pytest.raises(DBAPIError), writing(office.engine) as connection:
        connection.execute(update(paper_report).values(second_id=1))
    assert reports(office) == 0


def test_a_third_person_does_not_key_what_two_differ_about(office: AppContext) -> None:
    number = begun(office)
    paper.key_again(office, BO, number, sheet(office, 22, "second"))
    with pytest.raises(PaperError, match="ann and bo have keyed it"):
        paper.key_again(office, CY, number, sheet(office, 20, "third"))


def test_what_was_keyed_stays(office: AppContext) -> None:
    begun(office)
    for change in (delete(paper_keying), update(paper_keying).values(who="bo")):
        with pytest.raises(DBAPIError), writing(office.engine) as connection:
            connection.execute(change)


def test_a_paper_of_a_closed_ledger_is_not_filed(office: AppContext, town: Election) -> None:
    number = begun(office)
    second = sheet(office, 20, "second")
    load_election(office, replace(town, id="another", chairs_line="+15155550100"), "test")
    with pytest.raises(PaperError, match="closed"):
        paper.key_again(office, BO, number, second)
    assert reports(office) == 0
