"""How results go out is ordered by people, with a reason; what they looked at is what goes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.admission.switches import Switch, turn_on
from hotline.operations.context import AppContext
from hotline.operations.publication import orders as ordering
from hotline.operations.publication import publish as publishing
from hotline.operations.publication.draft import compose, look_at_draft
from hotline.operations.publication.orders import OrderError, WantedOrder, approve, certify, give
from hotline.operations.publication.publish import is_due, publish_now
from hotline.operations.reports.filing import story
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.upkeep.reconcile import reconcile
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind, PublicationMode, ResultStatus, Role
from hotline.store.publication import publications
from hotline.store.publication.publications import PublicationRefusal, Signed, digest_of, latest
from tests.conftest import Clock
from tests.operations import deciding
from tests.operations.acting import HOLDING, published, tabulated, tamper
from tests.operations.audit.books import tamper as tamper_with_database
from tests.towns import CODES, caucus, town

ADA = Actor(None, "ada", Role.ADMIN)
SUE = Actor(None, "sue", Role.SUPERVISOR)
WHY = "the committee decided so"
APPROVAL = WantedOrder(PublicationMode.APPROVAL)


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    """A live ledger with one unit counted, published."""
    load_election(parts, town(), "test")
    open_ledger(parts, is_test=False, by="test")
    tabulated(parts, CODES[0], caucus(12, 8))
    published(parts)
    return parts


def shown(parts: AppContext, status: ResultStatus | None = None) -> str:
    """What a form carries of what was looked at."""
    seen = look_at_draft(parts)
    assert seen is not None
    document, differences = compose(seen, status)
    assert differences == ()
    return digest_of(document)


def number(parts: AppContext) -> int:
    found = latest(parts.engine)
    assert found is not None
    return found.number


def logged(parts: AppContext, kind: ActivityKind) -> list[activity.ActivityEntry]:
    with reading(parts.engine) as connection:
        return [one for one in activity.latest(connection, 50) if one.kind is kind]


class TestApproval:
    @pytest.fixture
    def waiting(self, parts: AppContext) -> AppContext:
        give(parts, ADA, APPROVAL, WHY)
        tabulated(parts, CODES[1], caucus(3, 4))
        return parts

    def test_nothing_goes_out_by_itself(self, waiting: AppContext) -> None:
        assert publish_now(waiting) is None
        assert not is_due(waiting)
        assert not reconcile(waiting).publication
        assert number(waiting) == 1

    def test_exactly_what_was_looked_at_goes_out(self, waiting: AppContext) -> None:
        digest = shown(waiting)

        out = approve(waiting, SUE, digest)

        assert out.number == number(waiting) == 2
        assert out.document["units"]["reported"] == 2
        assert digest_of({k: v for k, v in out.document.items() if k != "number"}) == digest
        [entry] = logged(waiting, ActivityKind.PUBLICATION_APPROVED)
        assert (entry.who, entry.before, entry.after) == ("sue", {"number": 1}, {"number": 2})

    def test_what_has_changed_since_is_not_published(self, waiting: AppContext) -> None:
        digest = shown(waiting)
        tabulated(waiting, CODES[2], caucus(1, 1))

        with pytest.raises(OrderError, match="changed since you looked"):
            approve(waiting, SUE, digest)
        assert number(waiting) == 1

    def test_the_same_is_approved_once(self, waiting: AppContext) -> None:
        digest = shown(waiting)
        approve(waiting, SUE, digest)

        out = approve(waiting, SUE, shown(waiting))
        assert out.number == 3  # asked for again on purpose: the same under another number
        with pytest.raises(OrderError, match="changed since"):
            approve(waiting, SUE, "0" * 64)

    def test_two_who_approve_at_once_publish_once(
        self, waiting: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        digest = shown(waiting)
        look_again = ordering.look_at_draft

        def dawdle(parts: AppContext) -> object:
            seen = look_again(parts)
            monkeypatch.undo()
            approve(parts, SUE, digest)
            return seen

        monkeypatch.setattr(ordering, "look_at_draft", dawdle)
        with pytest.raises(OrderError, match="changed since you looked"):
            approve(waiting, ADA, digest)
        assert number(waiting) == 2

    def test_what_differs_is_refused_and_on_record(self, waiting: AppContext) -> None:
        digest = shown(waiting)
        tamper(waiting, "UPDATE total SET value = value + 1 WHERE measure = 'final'")

        with pytest.raises(OrderError, match="the running total is"):
            approve(waiting, SUE, digest)
        assert isinstance(publish_now(waiting), PublicationRefusal)

    def test_whoever_only_takes_calls_does_not_approve(self, waiting: AppContext) -> None:
        with pytest.raises(NotAllowedError):
            approve(waiting, Actor(None, "stan", Role.STAFF), shown(waiting))

    def test_where_results_go_out_by_themselves_there_is_nothing_to_approve(
        self, parts: AppContext
    ) -> None:
        with pytest.raises(OrderError, match="nothing to approve"):
            approve(parts, SUE, shown(parts))

    def test_a_pause_holds_back_what_is_approved(self, waiting: AppContext) -> None:
        turn_on(waiting, Switch.PUBLICATION_PAUSED, ADA, "a doubt")

        with pytest.raises(OrderError, match="paused: a doubt"):
            approve(waiting, SUE, shown(waiting))

    def test_it_goes_on_by_itself_when_that_is_ordered(self, waiting: AppContext) -> None:
        give(waiting, ADA, WantedOrder(), "it works")

        assert is_due(waiting)
        assert published(waiting).document["units"]["reported"] == 2
        assert not is_due(waiting)


class TestEmbargo:
    @pytest.fixture
    def embargoed(self, parts: AppContext, clock: Clock) -> AppContext:
        until = clock.time + timedelta(hours=1)
        give(parts, ADA, WantedOrder(embargo_until=until), WHY)
        tabulated(parts, CODES[1], caucus(3, 4))
        return parts

    def test_nothing_newer_is_shown_before(self, embargoed: AppContext, clock: Clock) -> None:
        clock.advance(3599)

        assert publish_now(embargoed) is None
        assert not is_due(embargoed)
        assert number(embargoed) == 1

    def test_at_its_end_it_goes_out_by_itself(self, embargoed: AppContext, clock: Clock) -> None:
        clock.advance(3600)

        assert is_due(embargoed)
        assert published(embargoed).document["units"]["reported"] == 2
        assert not is_due(embargoed)

    def test_what_differs_is_told_before_its_end(self, embargoed: AppContext) -> None:
        tamper(embargoed, "UPDATE total SET value = value + 1 WHERE measure = 'final'")

        assert isinstance(publish_now(embargoed), PublicationRefusal)

    def test_nothing_is_approved_before(self, embargoed: AppContext, clock: Clock) -> None:
        until = clock.time + timedelta(hours=1)
        give(embargoed, ADA, WantedOrder(PublicationMode.APPROVAL, until), WHY)

        with pytest.raises(OrderError, match="before the embargo ends"):
            approve(embargoed, SUE, shown(embargoed))

    def test_one_that_is_over_already_is_none(self, parts: AppContext, clock: Clock) -> None:
        with pytest.raises(OrderError, match="a time to come"):
            give(parts, ADA, WantedOrder(embargo_until=clock.time), WHY)


class TestOrders:
    def test_each_is_written_down_with_who_and_why(self, parts: AppContext) -> None:
        give(parts, ADA, APPROVAL, f"  {WHY} \n")

        [entry] = logged(parts, ActivityKind.PUBLICATION_ORDERED)
        assert (entry.who, entry.note) == ("ada", WHY)
        assert entry.before == {"mode": "live", "embargo until": None, "status": None}
        assert entry.after == {"mode": "approval", "embargo until": None, "status": None}

    @pytest.mark.parametrize("why", ["", "  ", "x" * 501, "a\x00b"])
    def test_none_is_given_without_a_reason(self, parts: AppContext, why: str) -> None:
        with pytest.raises(OrderError, match=r"why|reason"):
            give(parts, ADA, APPROVAL, why)

    def test_supervisors_give_none(self, parts: AppContext) -> None:
        with pytest.raises(NotAllowedError):
            give(parts, SUE, APPROVAL, WHY)

    def test_what_holds_already_is_not_ordered(self, parts: AppContext) -> None:
        with pytest.raises(OrderError, match="already"):
            give(parts, ADA, WantedOrder(), WHY)

    def test_the_later_of_two_has_to_look_again(self, parts: AppContext) -> None:
        give(parts, ADA, APPROVAL, WHY, seen=0)

        with pytest.raises(OrderError, match="look again"):
            give(parts, ADA, WantedOrder(status=ResultStatus.RECOUNT), WHY, seen=0)

    @pytest.mark.parametrize("status", [ResultStatus.RECANVASS, ResultStatus.RECOUNT])
    def test_results_are_published_as_what_was_ordered(
        self, parts: AppContext, status: ResultStatus
    ) -> None:
        ordering.set_status(parts, ADA, status, WHY)

        assert is_due(parts)
        out = published(parts)
        assert out.document["status"] == status
        assert (out.number, publish_now(parts)) == (2, None)

    @pytest.mark.parametrize("status", [ResultStatus.RECANVASS, ResultStatus.RECOUNT])
    def test_they_say_what_is_different_from_what_stood_before(
        self, parts: AppContext, status: ResultStatus
    ) -> None:
        stood = number(parts)
        ordering.set_status(parts, ADA, status, WHY)
        assert published(parts).document["changes"] == {
            "since": stood,
            "contests": [{"id": "president", "totals": {}}],
        }
        tabulated(parts, CODES[1], caucus(3, 4, won={"ash": 1, "birch": 3}))
        tabulated(parts, CODES[2], caucus(0, 7, won={"birch": 2}))

        told = published(parts).document["changes"]

        assert told["since"] == stood
        [contest] = told["contests"]
        before, now = contest["totals"]["first"]["birch"]
        assert now - before == 11
        assert "cedar" not in contest["totals"]["first"]

    def test_results_that_are_neither_say_nothing_of_it(self, parts: AppContext) -> None:
        ordering.set_status(parts, ADA, ResultStatus.RECOUNT, WHY)
        published(parts)
        ordering.set_status(parts, ADA, None, WHY)

        assert "changes" not in published(parts).document

    def test_what_follows_from_the_reports_is_not_ordered(self, parts: AppContext) -> None:
        with pytest.raises(OrderError, match="follows from the reports"):
            give(parts, ADA, WantedOrder(status=ResultStatus.COMPLETE), WHY)

    def test_one_that_was_under_way_does_not_come_after_an_order(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        look_again = publishing.look_at_draft
        tabulated(parts, CODES[1], caucus(3, 4))

        def look_and_dawdle(parts: AppContext) -> object:
            seen = look_again(parts)
            give(parts, ADA, APPROVAL, WHY)
            return seen

        with monkeypatch.context() as patch:
            patch.setattr(publishing, "look_at_draft", look_and_dawdle)
            assert publish_now(parts) is None
        assert number(parts) == 1


@pytest.fixture
def complete(parts: AppContext) -> AppContext:
    """Every unit counts, and it is published."""
    for code in CODES[1:]:
        tabulated(parts, code, caucus(3, 4))
    published(parts)
    return parts


class TestCertifying:
    def test_what_was_looked_at_is_certified_and_published_at_once(
        self, complete: AppContext
    ) -> None:
        out = certify(complete, ADA, shown(complete, ResultStatus.CERTIFIED), WHY)

        assert out.document["status"] == ResultStatus.CERTIFIED
        assert latest(complete.engine) == out
        assert publish_now(complete) is None
        assert not is_due(complete)
        assert logged(complete, ActivityKind.PUBLICATION_ORDERED)[0].note == WHY

    @pytest.mark.parametrize("findings", [(), (HOLDING,)], ids=["outstanding", "held"])
    def test_not_while_units_are_out(self, parts: AppContext, findings: Any) -> None:
        for code in CODES[1:-1]:
            tabulated(parts, code, caucus(3, 4))
        if findings:
            tabulated(parts, CODES[-1], caucus(3, 4), *findings)

        with pytest.raises(OrderError, match=r"1 of 6 precincts are (outstanding|held)"):
            certify(parts, ADA, shown(parts, ResultStatus.CERTIFIED), WHY)

    def test_not_what_is_not_whole(self, complete: AppContext) -> None:
        tamper_with_database(complete, "UPDATE report SET caller = '0199' WHERE id = 1")

        with pytest.raises(OrderError, match="entry 1, precinct 10001, version 1, step 1"):
            certify(complete, ADA, shown(complete, ResultStatus.CERTIFIED), WHY)
        assert number(complete) == 2

    def test_not_what_has_changed_since(self, complete: AppContext) -> None:
        digest = shown(complete, ResultStatus.CERTIFIED)
        tabulated(complete, CODES[0], caucus(12, 8))

        with pytest.raises(OrderError, match="changed since you looked"):
            certify(complete, ADA, digest, WHY)

    def test_not_by_a_supervisor_or_in_passing(self, complete: AppContext) -> None:
        with pytest.raises(NotAllowedError):
            certify(complete, SUE, shown(complete, ResultStatus.CERTIFIED), WHY)
        with pytest.raises(OrderError, match="one by one"):
            give(complete, ADA, WantedOrder(status=ResultStatus.CERTIFIED), WHY)

    def test_other_figures_are_refused_until_a_new_order(self, complete: AppContext) -> None:
        certified = certify(complete, ADA, shown(complete, ResultStatus.CERTIFIED), WHY)
        tabulated(complete, CODES[0], caucus(12, 8))  # the same again: no other figures
        assert published(complete).document["status"] == ResultStatus.CERTIFIED
        deciding.replace(complete, counted_report(complete), caucus(13, 8), ADA, "misheard")

        refused = publish_now(complete)

        assert isinstance(refused, PublicationRefusal)
        assert "comes to other figures since: they need a new order" in refused.reason
        found = latest(complete.engine)
        assert found is not None
        assert totals(found.document) == totals(certified.document)
        assert found.refused_since is not None

        ordering.set_status(complete, ADA, None, "a precinct was mistaken")
        assert published(complete).document["status"] == "unofficial-complete"

    def test_the_same_is_not_certified_twice(self, complete: AppContext) -> None:
        certify(complete, ADA, shown(complete, ResultStatus.CERTIFIED), WHY)

        with pytest.raises(OrderError, match="number 3 has certified the same figures already"):
            certify(complete, ADA, shown(complete, ResultStatus.CERTIFIED), WHY)


def totals(document: dict[str, Any]) -> list[Any]:
    return [contest["totals"] for contest in document["contests"]]


def counted_report(parts: AppContext) -> int:
    """The report that counts for the first unit."""
    [one] = [v for v in story(parts, parts.election().ledger_id, CODES[0]) if v.status == "counted"]
    return one.id


class TestTestData:
    """A test ledger is never published as anything else, whoever tries."""

    @pytest.fixture
    def trial(self, complete: AppContext) -> AppContext:
        open_ledger(complete, is_test=True, by="test", force=True)
        for code in CODES:
            tabulated(complete, code, caucus(3, 4))
        return complete

    def test_every_way_out_says_that_it_is_a_test(self, trial: AppContext) -> None:
        out = [published(trial)]
        give(trial, ADA, APPROVAL, WHY)
        tabulated(trial, CODES[0], caucus(3, 4))
        out.append(approve(trial, SUE, shown(trial)))
        give(trial, ADA, WantedOrder(status=ResultStatus.RECOUNT), WHY)
        out.append(published(trial))

        assert [one.document["is_test"] for one in out] == [True, True, True]

    def test_it_is_never_certified(self, trial: AppContext) -> None:
        with pytest.raises(OrderError, match="a test is never certified"):
            certify(trial, ADA, shown(trial, ResultStatus.CERTIFIED), WHY)

    @pytest.mark.parametrize(
        "change", [{"is_test": False}, {"is_test": 1}, {"status": ResultStatus.CERTIFIED.value}]
    )
    def test_the_only_door_refuses_a_document_that_says_otherwise(
        self, trial: AppContext, change: dict[str, object]
    ) -> None:
        out = published(trial)
        document = {k: v for k, v in out.document.items() if k != "number"} | change
        ledger_id, signed = trial.election().ledger_id, Signed("k", "s", None)

        with pytest.raises(ValueError, match="test"), writing(trial.engine) as connection:
            publications.insert_publication(
                connection,
                ledger_id,
                out.number + 1,
                trial.now(),
                1,
                document,
                sign=lambda _: signed,
            )
        assert number(trial) == out.number
