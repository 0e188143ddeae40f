"""A night with nuisances, an escalated call and two reviewers ends in results that anybody can
check, by files alone; and that nobody accepts once one digit of one report is another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from playwright.sync_api import Page
from sqlalchemy import text, update

from hotline.cli import main
from hotline.commands import environment
from hotline.election.model import add_columns
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.operations.accounts.accounts import actor_of
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.publication import publish
from hotline.operations.reports.filing import Filing, file_report
from hotline.operations.review import decisions
from hotline.operations.review.moves import Ruling
from hotline.store.accounts import accounts
from hotline.store.database import reading, writing
from hotline.store.enums import Decision, Outcome, Source, Status
from hotline.store.reports import reports
from hotline.store.reports.reports import Report
from hotline.store.schema.tables import report as table
from tests.end_to_end.conftest import Running
from tests.end_to_end.newcomer import Newcomer, fail_pin
from tests.end_to_end.staff import Desk, Handset

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

ESCALATED = "04706"
VERIFIER = Path(__file__).parents[1] / "independent_verifier.py"
WHY = "the chair sent a picture of the worksheet"


def hotline(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hotline", *words]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)


@pytest.fixture
def parts(hotline_up: Running) -> Iterator[AppContext]:
    with click.Context(main):
        here = environment.parts()
        yield here
        here.redis.close()


def test_what_a_night_ends_in_can_be_checked_by_anybody(
    hotline_up: Running,
    parts: AppContext,
    passwords: Mapping[str, str],
    visit: Callable[[], Page],
    tmp_path: Path,
) -> None:
    rehearsed = hotline("rehearse", "--units", "40", "--pranks", "20")
    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr
    _escalate(hotline_up, passwords, visit)
    reviewed = _review(parts)

    number = _published_with(hotline_up, parts)
    names = ("results.json", "results.sig", "key.pem", "ledger.jsonl")
    files = [tmp_path / name for name in names]
    for path, where in zip(files, (f"{number}.json", f"{number}.sig", "key.pem"), strict=False):
        with urlopen(f"{hotline_up.results}/{where}") as answer:
            path.write_bytes(answer.read())
    _export(files[-1])
    assert _independently(files).returncode == 0
    assert hotline("audit", "verify").returncode == 0

    with _one_digit_changed(parts, reviewed):
        found = hotline("audit", "verify")
        assert found.returncode == 1
        assert f"precinct {reviewed.unit_code}, version {reviewed.version}" in found.stdout
        files[-1].unlink()
        _export(files[-1])
        refused = _independently(files)
        assert refused.returncode == 1
        assert "refused" in refused.stderr

    assert hotline("audit", "verify").returncode == 0


def _escalate(hotline_up: Running, passwords: Mapping[str, str], visit: Callable[[], Page]) -> None:
    """A chair whose PIN is wrong three times reports through somebody at the desk."""
    chair = Newcomer(visit(), hotline_up.handset)
    telephone = Handset(visit(), hotline_up.handset)
    desk = Desk(visit(), hotline_up.desk)
    desk.sign_in("ann", passwords["ann"])
    desk.begin_shift(telephone)
    chair.page.bring_to_front()
    chair.hold(ESCALATED)
    fail_pin(chair)
    desk.page.bring_to_front()
    desk.take_next()
    desk.verify_otherwise()
    desk.open_report()
    desk.enter(chair.paper)
    desk.check()
    desk.agree_to_award()
    desk.file()
    desk.close("Report filed", "had the PIN of another precinct")
    telephone.page.bring_to_front()
    telephone.page.get_by_role("button", name="Hang up").click()


def _review(parts: AppContext) -> Report:
    """A second report contradicts a unit's first: one person proposes to count it, another agrees.

    Returns the report that counts then.
    """
    active = parts.election()
    with reading(parts.engine) as connection:
        counted = next(
            report
            for report in reports.of_ledger(connection, active.ledger_id)
            if report.status is Status.COUNTED and report.unit_code != ESCALATED
        )
    filed = file_report(parts, _contradicting(active.ledger_id, counted))
    assert filed.outcome is Outcome.CONFLICT
    ruling = Ruling(filed.report_id, Decision.RELEASE, _actor(parts, "sue"), WHY)
    waiting = decisions.decide(parts, ruling).proposal
    assert waiting is not None
    decisions.agree(parts, _actor(parts, "ada"), waiting, WHY)
    with reading(parts.engine) as connection:
        versions = reports.of_unit(connection, active.ledger_id, counted.unit_code)
    [counts] = [version for version in versions if version.status is Status.COUNTED]
    assert counts.id == filed.report_id
    return counts


def _actor(parts: AppContext, name: str) -> Actor:
    with reading(parts.engine) as connection:
        account = accounts.by_name(connection, name)
    assert account is not None
    return actor_of(account)


def _contradicting(ledger_id: int, report: Report) -> Filing:
    """One person more in the room, with the largest group."""
    [(contest, figures)] = report.figures_by_contest().items()
    assert isinstance(figures, CaucusFigures)
    largest = max(figures.final, key=lambda one: figures.final[one])
    more = replace(
        figures,
        attendance=figures.attendance + 1,
        first=add_columns(figures.first, {largest: 1}),
        final=add_columns(figures.final, {largest: 1}),
    )
    return Filing(
        ledger_id=ledger_id,
        unit_code=report.unit_code,
        figures={contest: more},
        findings=(),
        keyed=(),
        source=Source.STAFF,
        call_sid="",
        filing_key="a second report",
        chair_id=None,
        caller_last4="",
    )


def _published_with(hotline_up: Running, parts: AppContext) -> int:
    """The number of the publication that has everything of the ledger in it."""
    until = time.monotonic() + 30
    while publish.is_due(parts):
        assert time.monotonic() < until, "it was not published"
        time.sleep(0.2)
    with urlopen(f"{hotline_up.results}.json") as answer:
        document = json.load(answer)
    assert document["is_test"] is True
    return int(document["number"])


def _export(path: Path) -> None:
    done = hotline("audit", "export", str(path))
    assert done.returncode == 0, done.stderr


def _independently(files: list[Path]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(VERIFIER), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@contextmanager
def _one_digit_changed(parts: AppContext, report: Report) -> Iterator[None]:
    """As somebody with the database's password could: past the trigger, which is put back."""
    [(contest, figures)] = report.figures.items()
    forged = {contest: {**figures, "attendance": figures["attendance"] + 1}}
    guard = "SELECT sql FROM sqlite_master WHERE name = 'report_refuses_update'"
    with reading(parts.engine) as connection:
        trigger = connection.scalar(text(guard))
    for kept in (forged, report.figures):
        with writing(parts.engine) as connection:
            connection.execute(text("DROP TRIGGER report_refuses_update"))
            change = update(table).where(table.c.id == report.id).values(figures=kept)
            connection.execute(change)
            connection.execute(text(trigger))
        if kept is forged:
            yield
