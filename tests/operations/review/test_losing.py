"""A precinct that is lost for good: two people give it up, and results are certified without it."""

from __future__ import annotations

import csv
import io
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from hotline.election.audit.export import lines
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.audit import ledger as audit
from hotline.operations.audit import signing
from hotline.operations.audit.files import check_ledger
from hotline.operations.context import AppContext
from hotline.operations.publication.draft import compose, look_at_draft
from hotline.operations.publication.orders import OrderError, certify, set_status
from hotline.operations.publication.results_data import as_csv, as_json, county_as_json
from hotline.operations.publication.results_nist import as_nist
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.review.losing import (
    LossError,
    agree_to_loss,
    loss_of,
    losses,
    propose_loss,
    withdraw_loss,
)
from hotline.store.audit import activity, ledger_reading
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, ResultStatus, Role, UnitStatus
from hotline.store.publication.publications import as_bytes, digest_of
from tests.conftest import Clock
from tests.operations.acting import HOLDING, published, tabulated
from tests.operations.audit.books import tamper
from tests.towns import CODES, caucus, town

ANN = Actor(1, "ann", Role.STAFF)
SUE = Actor(2, "sue", Role.SUPERVISOR)
TED = Actor(3, "ted", Role.SUPERVISOR)
ADA = Actor(4, "ada", Role.ADMIN)
LOST = CODES[1]
WHY = "the forms burned with the school"
NAMED = {"code": LOST, "name": "North 2", "scope": "county:North", "reason": WHY}
"""As publications have it."""


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    """A live ledger in which every unit but one counts, published."""
    load_election(parts, town(), "test")
    open_ledger(parts, is_test=False, by="test")
    for code in CODES:
        if code != LOST:
            tabulated(parts, code, caucus(12, 8))
    published(parts)
    return parts


@pytest.fixture
def given_up(parts: AppContext) -> AppContext:
    propose_loss(parts, SUE, LOST, WHY)
    agree_to_loss(parts, TED, LOST, stamp(parts))
    return parts


def stamp(parts: AppContext) -> str:
    found = loss_of(parts, LOST)
    assert found is not None
    return found.unit.stamp


def draft(parts: AppContext, status: ResultStatus | None = None) -> dict[str, Any]:
    seen = look_at_draft(parts)
    assert seen is not None
    document, differences = compose(seen, status)
    assert differences == ()
    return document


def certified(parts: AppContext) -> dict[str, Any]:
    digest = digest_of(draft(parts, ResultStatus.CERTIFIED))
    return certify(parts, ADA, digest, "the canvass is over").document


def test_two_people_give_it_up_and_results_are_certified_without_it(parts: AppContext) -> None:
    propose_loss(parts, SUE, LOST, WHY)

    assert "lost" not in draft(parts)
    with pytest.raises(OrderError, match="1 of 6 precincts are outstanding"):
        certified(parts)
    for another in (SUE, Actor(9, "sue", Role.SUPERVISOR), Actor(None, "root", Role.ADMIN)):
        with pytest.raises(LossError, match="another one than whoever proposed it"):
            agree_to_loss(parts, another, LOST, stamp(parts))

    agree_to_loss(parts, TED, LOST, stamp(parts))

    out = published(parts).document
    assert (out["status"], out["units"]["outstanding"], out["lost"]) == (
        "unofficial-partial",
        1,
        [NAMED],
    )
    final = certified(parts)
    assert (final["status"], final["units"]["outstanding"], final["lost"]) == (
        "certified",
        1,
        [NAMED],
    )
    assert audit.verify(parts) == []


def test_it_is_written_down_who_said_what(given_up: AppContext) -> None:
    withdraw_loss(given_up, SUE, LOST, "they were found")

    [begun, agreed, ended] = [
        entry for entry in entries(given_up) if entry.kind.value.startswith("loss-")
    ]
    assert (begun.kind, begun.who, begun.note) == (ActivityKind.LOSS_PROPOSED, "sue", WHY)
    assert (agreed.kind, agreed.who, agreed.after) == (
        ActivityKind.LOSS_AGREED,
        "ted",
        {"proposed by": "sue"},
    )
    assert (ended.kind, ended.note) == (ActivityKind.LOSS_WITHDRAWN, "they were found")
    assert {entry.unit_code for entry in (begun, agreed, ended)} == {LOST}


def entries(parts: AppContext) -> list[Any]:
    with reading(parts.engine) as connection:
        return activity.of_unit(connection, parts.election().ledger_id, LOST)


def test_it_is_waited_for_again_before_results_are_certified(given_up: AppContext) -> None:
    published(given_up)

    withdraw_loss(given_up, TED, LOST, "they were found")

    assert "lost" not in published(given_up).document
    assert losses(given_up).outstanding == {LOST: "North, North 2 (10002)"}
    with pytest.raises(OrderError, match="1 of 6 precincts are outstanding"):
        certified(given_up)


def test_once_results_are_certified_nothing_is_changed(given_up: AppContext) -> None:
    certified(given_up)

    with pytest.raises(LossError, match="an administrator has to order otherwise first"):
        withdraw_loss(given_up, TED, LOST, "they were found")

    set_status(given_up, ADA, None, "the forms were found")
    withdraw_loss(given_up, TED, LOST, "they were found")
    assert losses(given_up).agreed == []


def test_nobody_certifies_without_what_was_taken_back_meanwhile(given_up: AppContext) -> None:
    digest = digest_of(draft(given_up, ResultStatus.CERTIFIED))
    withdraw_loss(given_up, SUE, LOST, "they were found")

    with pytest.raises(OrderError, match="outstanding"):
        certify(given_up, ADA, digest, "the canvass is over")


def test_nobody_agrees_to_another_reason_than_was_read(parts: AppContext, clock: Clock) -> None:
    propose_loss(parts, SUE, LOST, WHY)
    read = stamp(parts)
    withdraw_loss(parts, SUE, LOST, "a typing error")
    clock.advance(1)
    propose_loss(parts, SUE, LOST, "I do not feel like it")

    with pytest.raises(LossError, match="not proposed as you saw it"):
        agree_to_loss(parts, TED, LOST, read)


def test_a_report_that_comes_all_the_same_counts_and_is_pointed_out(given_up: AppContext) -> None:
    tabulated(given_up, LOST, caucus(3, 4))

    out = published(given_up).document
    assert (out["status"], out["units"]["outstanding"]) == ("unofficial-complete", 0)
    assert "lost" not in out
    [late] = losses(given_up).reported
    assert (late.unit.code, late.status) == (LOST, UnitStatus.COUNTED)
    assert certified(given_up)["units"]["reported"] == 6


def test_a_report_that_comes_after_certifying_needs_a_new_order(given_up: AppContext) -> None:
    certified(given_up)
    tabulated(given_up, LOST, caucus(3, 4))

    seen = look_at_draft(given_up)
    assert seen is not None
    assert "the ledger comes to other figures since" in compose(seen)[1][0]


@pytest.mark.parametrize(
    ("code", "why", "said"),
    [
        (CODES[0], WHY, "it has reported: a report of it is counted"),
        ("99999", WHY, "no precinct has this code"),
        (LOST, "  ", "say why"),
        (LOST, "x" * 301, "at most 300 letters"),
    ],
)
def test_what_cannot_be_given_up(parts: AppContext, code: str, why: str, said: str) -> None:
    with pytest.raises(LossError, match=said):
        propose_loss(parts, SUE, code, why)


def test_it_takes_supervisors_with_accounts_and_one_proposal(parts: AppContext) -> None:
    with pytest.raises(NotAllowedError):
        propose_loss(parts, ANN, LOST, WHY)
    with pytest.raises(LossError, match="an account of your own"):
        propose_loss(parts, Actor(None, "root", Role.ADMIN), LOST, WHY)
    propose_loss(parts, SUE, LOST, WHY)
    with pytest.raises(LossError, match="sue has proposed it already"):
        propose_loss(parts, TED, LOST, WHY)
    with pytest.raises(NotAllowedError):
        agree_to_loss(parts, ANN, LOST, stamp(parts))


def test_not_what_is_held_since(parts: AppContext) -> None:
    propose_loss(parts, SUE, LOST, WHY)
    tabulated(parts, LOST, caucus(3, 4), HOLDING)

    with pytest.raises(LossError, match="a report of it is held"):
        agree_to_loss(parts, TED, LOST, stamp(parts))


def test_every_form_names_it(given_up: AppContext) -> None:
    document = published(given_up).document

    assert json.loads(as_json(document))["lost"] == [NAMED]
    assert json.loads(county_as_json(document, "county:North"))["lost"] == [NAMED]
    assert "lost" not in json.loads(county_as_json(document, "county:South"))
    rows = list(csv.DictReader(io.StringIO(as_csv(document))))
    assert [
        (row["scope"], row["measure"], row["value"], row["name"])
        for row in rows
        if "lost" in row["measure"] or (row["measure"], row["value"]) == ("units_outstanding", "1")
    ] == [
        ("state", "units_outstanding", "1", ""),
        ("state", "units_lost", "1", ""),
        ("state", "unit_lost", "1", f"{LOST} North 2: {WHY}"),
        ("county:North", "units_outstanding", "1", ""),
        ("county:North", "units_lost", "1", ""),
        ("county:North", "unit_lost", "1", f"{LOST} North 2: {WHY}"),
    ]
    nist = json.loads(as_nist(document))
    assert f"counted as missing: North 2 ({LOST}): {WHY}." in nist["Notes"]
    assert [nist["GpUnit"][0][key] for key in ("TotalSubUnits", "SubUnitsReported")] == [6, 5]


VERIFIER = Path(__file__).parents[2] / "independent_verifier.py"

CLAIMS = pytest.mark.parametrize(
    ("lost", "said"),
    [
        ([], "it is certified, though precincts are outstanding or held"),
        ([NAMED, NAMED], f"it gives up precinct {LOST} as lost, which the ledger does not miss"),
        ([NAMED | {"code": CODES[0]}], f"it gives up precinct {CODES[0]} as lost"),
        ([NAMED | {"code": "99999"}], "it gives up precinct 99999 as lost"),
    ],
)


def exported(parts: AppContext) -> list[str]:
    with reading(parts.engine) as connection:
        opening, election = audit.opening_of(parts, connection, None)
        links = ledger_reading.links(connection, opening.ledger, public=True)
        return [*lines(opening, election, links)]


@CLAIMS
def test_a_publication_cannot_give_up_what_the_ledger_has(
    given_up: AppContext, lost: list[dict[str, str]], said: str
) -> None:
    document, ledger = certified(given_up), exported(given_up)
    assert check_ledger(as_bytes(document), ledger) == []

    found = check_ledger(as_bytes(document | {"lost": lost}), ledger)

    assert any(said in one.said for one in found)


@CLAIMS
def test_a_check_of_ones_own_sees_it_too(
    given_up: AppContext,
    lost: list[dict[str, str]],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    document, signer = certified(given_up), signing.signer(given_up.settings)
    (tmp_path / "ledger.jsonl").write_text("".join(exported(given_up)))
    (tmp_path / "key.pem").write_bytes(signer.pem)

    def verify(claimed: dict[str, Any]) -> None:
        (tmp_path / "results.json").write_bytes(as_bytes(claimed))
        (tmp_path / "results.sig").write_bytes(signer.private.sign(as_bytes(claimed)))
        names = ("results.json", "results.sig", "key.pem", "ledger.jsonl")
        monkeypatch.setattr(sys, "argv", ["verifier", *(str(tmp_path / name) for name in names)])
        runpy.run_path(str(VERIFIER))

    verify(document)
    assert capsys.readouterr().out == "accepted\n"
    with pytest.raises(SystemExit, match=r"refused: (lost|status)"):
        verify(document | {"lost": lost})


def test_the_office_sees_what_nobody_agreed_to(given_up: AppContext) -> None:
    published(given_up)
    assert audit.verify(given_up) == []

    tamper(given_up, "UPDATE activity SET note = 'other' WHERE kind = 'loss-agreed'")

    assert any("for a reason that nobody agreed to" in one.said for one in audit.verify(given_up))
